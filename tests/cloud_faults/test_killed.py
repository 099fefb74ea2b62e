"""A process is killed at every step of applying and undoing a hint: the original returns, an edit stays."""

from __future__ import annotations

import asyncio
from itertools import count

import pytest

from tests.cloud_faults.conftest import BASELINE, Cloud, KillingFaults

pytestmark = pytest.mark.anyio

KILLED = -9


@pytest.mark.parametrize(
    ("when", "act"),
    [
        ("before", "interval"),
        ("after", "pause"),
        pytest.param("before", "pause", marks=pytest.mark.soak),
        pytest.param("after", "interval", marks=pytest.mark.soak),
    ],
)
async def test_killed_around_each_write_to_the_store(cloud, act, when):
    for number in count(1):
        job_id = cloud.add_job()
        process = await cloud.start(job_id, act, str(number), when)
        if await process.wait() == 0:
            break
        assert process.returncode == KILLED
        await cloud.check_recovery(job_id)
    assert number > 7, "these writes are not all that were to be met"
    assert cloud.timing_of(job_id) == (BASELINE, "pending")


@pytest.mark.parametrize(
    ("commit", "act"),
    [
        (False, "pause"),
        (True, "interval"),
        pytest.param(False, "interval", marks=pytest.mark.soak),
        pytest.param(True, "pause", marks=pytest.mark.soak),
    ],
)
async def test_killed_at_each_request(cloud, act, commit):
    for number in count(1):
        job_id = cloud.add_job()
        if await _run_killed(cloud, job_id, act, number, commit=commit) == 0:
            break
        await cloud.check_recovery(job_id)
    assert number > 8, "these requests are not all that were to be met"
    assert cloud.timing_of(job_id) == (BASELINE, "pending")


async def _run_killed(cloud: Cloud, job_id: str, act: str, number: int, *, commit: bool) -> int:
    processes: list[asyncio.subprocess.Process] = []
    usual = cloud.stub.faults
    cloud.stub.faults = KillingFaults(number, commit=commit, kill=lambda: processes[0].kill())  # noqa: PLW0108 - it is started below
    processes.append(await cloud.start(job_id, act))
    code = await processes[0].wait()
    cloud.stub.faults = usual
    assert code in (0, KILLED)
    return code
