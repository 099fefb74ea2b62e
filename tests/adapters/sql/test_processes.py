"""Several processes on one store: nothing is done twice, and nothing is lost with one that dies."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack

import pytest

from cronlytic_mcp.adapters.sql.engine_store import SqlEngineStore
from cronlytic_mcp.domain.engine.change import Change
from tests.adapters.sql.files import query
from tests.adapters.sql.older import OLD_JOB, make_first_version
from tests.adapters.sql.processes import child, release, told
from tests.contract.engine_store import a_job

pytestmark = pytest.mark.anyio


@pytest.mark.timeout(120)
async def test_processes_that_claim_the_same_jobs_never_get_the_same_run_under_the_same_token(place, store):
    jobs, rounds = 20, 40
    for number in range(jobs):
        await store.add_job(Change(a_job(f"job-{number}")))

    with child("claim", place.path, rounds) as one, child("claim", place.path, rounds) as two:
        said = [release(one, two) for _ in range(rounds)]
        claims = [
            sum(lines, told(process))
            for process, lines in zip((one, two), zip(*said, strict=True), strict=True)
        ]

    assert all(claims), "one process did all the work, so this shows nothing"
    leases = Counter(line for lines in claims for line in lines)
    assert set(leases.values()) == {1}
    first_claims = [lease for lease in leases if lease.endswith(" 1")]
    assert len(first_claims) == jobs * rounds
    assert {job.starts for job in await store.list_jobs()} == {rounds}
    assert query(place.path, "SELECT count(*) FROM runs") == [(jobs * rounds,)]


@pytest.mark.timeout(120)
async def test_what_was_confirmed_survives_a_kill_and_the_store_stays_whole(place):
    confirmed = []
    for round_ in range(6):
        with child("write", place.path, f"round-{round_}") as process:
            confirmed += [process.stdout.readline().strip() for _ in range(5 + 9 * round_)]
            process.kill()
            confirmed += process.stdout.read().split()
            assert process.wait() == -9

        assert query(place.path, "PRAGMA integrity_check") == [("ok",)]

    async with SqlEngineStore(place) as store:
        jobs = [job.job_id for job in await store.list_jobs()]
        events = await store.events_since(0, len(jobs) + 1)
    assert set(confirmed) <= set(jobs)
    assert len(jobs) - len(confirmed) <= 6, "more than the one write of each process that could not be told"
    # A transaction is there with all of it or not at all.
    assert sorted(event.job_id for event in events) == sorted(jobs)
    assert [event.sequence for event in events] == list(range(1, len(jobs) + 1))


@pytest.mark.timeout(120)
async def test_processes_that_start_at_once_make_one_store_and_one_of_them_does_it(place):
    migrated = begin_together(place)

    assert sorted(migrated) == ["False"] * 4 + ["True"]
    assert query(place.path, "SELECT count(*) FROM jobs") == [(5,)]


@pytest.mark.timeout(120)
async def test_processes_that_start_at_once_on_an_older_store_bring_it_up_to_date_once(place):
    make_first_version(place.path)
    query(place.path, OLD_JOB)

    migrated = begin_together(place)

    assert sorted(migrated) == ["False"] * 4 + ["True"]
    async with SqlEngineStore(place) as store:
        assert len(await store.list_jobs()) == 6
        assert (await store.get_job("old")).spec.url == "https://example.com/"
        assert await store.last_sequence() == 0


def begin_together(place) -> list[str]:
    """Start five processes at once; each adds a job and tells whether it had to load the migrations."""
    with ExitStack() as stack:
        processes = [stack.enter_context(child("begin", place.path, f"job-{n}")) for n in range(5)]
        release(*processes)
        return [line for process in processes for line in told(process)]
