"""Several processes look after one store at the same time."""

from __future__ import annotations

import asyncio

import pytest

from tests.cloud_faults.conftest import BASELINE

pytestmark = pytest.mark.anyio

UPDATES = "PUT /jobs/{job_id}"


async def test_of_three_processes_that_find_a_hint_ended_one_undoes_it(cloud):
    job_id = cloud.add_job()
    process = await cloud.start(job_id, "interval", "4", "before")  # killed once the hint is in place
    await process.wait()
    assert cloud.timing_of(job_id) == ("*/5 * * * *", "pending")
    updates = cloud.stub.requests[UPDATES]
    pipes = {"stdin": asyncio.subprocess.PIPE, "stdout": asyncio.subprocess.PIPE}
    keepers = [await cloud.start(job_id, "keep", **pipes) for _ in range(3)]
    for keeper in keepers:
        assert await keeper.stdout.readline() == b"ready\n"
    await asyncio.gather(*(keeper.communicate(b"\n") for keeper in keepers))

    assert [keeper.returncode for keeper in keepers] == [0, 0, 0]
    assert cloud.timing_of(job_id) == (BASELINE, "pending")
    assert cloud.stub.requests[UPDATES] == updates + 1
