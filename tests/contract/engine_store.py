"""What every implementation of the `EngineStore` port keeps.

To hold another store to the port, subclass `EngineStoreContract` as ``Test...`` and give a fixture `backend`
that yields a `StoreBackend` without jobs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from attrs import evolve, frozen

from cronlytic_mcp.application.engine_ports import Claim, EngineStore, Lease, Result
from cronlytic_mcp.domain.engine.change import Change
from cronlytic_mcp.domain.engine.errors import StoreUnavailable
from cronlytic_mcp.domain.engine.event import Event, EventKind
from cronlytic_mcp.domain.engine.job_query import JobOrder, JobQuery, position_of
from cronlytic_mcp.domain.engine.plan import Plan
from cronlytic_mcp.domain.engine.planned_job import JobView, PlannedJob
from cronlytic_mcp.domain.engine.run import Outcome, Run, RunSource, RunState, make_run_id
from cronlytic_mcp.domain.errors import InvalidArguments, JobNotFound
from cronlytic_mcp.domain.execution_policy import ExecutionPolicy, Missed, Overlap, SuccessRule
from cronlytic_mcp.domain.job import JobSpec, JobStatus
from cronlytic_mcp.domain.schedule import CronSchedule, IntervalSchedule, OneShot

NOON = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
LEASE = timedelta(seconds=30)

HOURLY = JobSpec(name="hourly", url="https://example.com/", schedule=CronSchedule("0 * * * *"))
EVERYTHING = JobSpec(
    name="Every_Thing-1",
    url="https://example.com/päth?a=1&b=%20",
    schedule=CronSchedule("*/5 9-17 * * 1-5", "Europe/Berlin"),
    method="POST",
    headers={"Content-Type": "application/json", "X-Team": "ops"},
    body='{"note": "grün ✓ \\u0000 \U0001f600"}',
    description="Line one\nline two – with 'quotes' and \"more\"",
    group="nightly",
    policy=ExecutionPolicy(
        timeout_seconds=12.5,
        retries=3,
        retry_delay_seconds=0.5,
        overlap=Overlap.ALLOW,
        max_parallel=3,
        missed=Missed.SKIP,
        grace_seconds=60,
        jitter_seconds=30,
        success=SuccessRule(((200, 204), (301, 301)), must_contain="ok ✓", must_not_contain="error"),
        min_interval_seconds=60,
        max_interval_seconds=86400,
        rerun_interrupted=True,
        max_runs=1000,
        end_at=datetime(2030, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    ),
)
OK = Outcome(success=True, attempts=1, status=200, elapsed_seconds=0.25, body="grün ✓", body_size=9)
BAD = Outcome(False, 3, None, None, "no connection", None, None, False)


class StoreBackend:
    """A store under test.

    other: the same data as another process would open it. outage: where the store can fail, a context in
    which every call of `store` does; None where it cannot.
    """

    def __init__(
        self,
        store: EngineStore,
        other: EngineStore,
        outage: Callable[[], AbstractAsyncContextManager[None]] | None = None,
    ) -> None:
        self.store, self.other, self.outage = store, other, outage


def a_job(job_id: str = "job-1", due: datetime | None = NOON, **changes) -> PlannedJob:
    plan = None if due is None else Plan(due, RunSource.BASELINE_CRON)
    job = PlannedJob(
        job_id, HOURLY, JobStatus.PENDING, NOON - timedelta(days=1), NOON - timedelta(days=1), plan
    )
    return evolve(job, **changes)


def an_event(job_id: str = "job-1", kind: EventKind = EventKind.JOB_CHANGED, at=NOON, **data) -> Event:
    return Event(kind, job_id, at, data)


def a_run(fire_at: datetime = NOON, state: RunState = RunState.CLAIMED, job_id="job-1", **changes) -> Run:
    source = changes.pop("source", RunSource.BASELINE_CRON)
    run = Run(make_run_id(job_id, fire_at, source), job_id, fire_at, source, state, recorded_at=fire_at)
    return evolve(run, **changes)


def rows(*runs: Run):
    """Decide to leave the job and to write these rows."""
    return lambda view: Change(view.job, runs)


def move_on(view: JobView) -> Change:
    """Decide as the simplest engine would: the occurrence runs, the next one comes an hour later."""
    job, plan = view.job, view.job.plan
    run = a_run(plan.at, job_id=job.job_id, source=plan.source)
    following = Plan(plan.at + timedelta(hours=1), RunSource.BASELINE_CRON)
    changed = evolve(job, plan=following, accounted_until=plan.at, starts=job.starts + 1)
    return Change(changed, (run,), (an_event(job.job_id),))


def keep(job: PlannedJob, run: Run) -> Change:
    return Change(job, (run,))


def count(job: PlannedJob, run: Run) -> Change:
    """Settle as the simplest engine would: count failures, tell what happened."""
    failed = run.state is RunState.FAILED
    status = JobStatus.FAILED if failed else JobStatus.SUCCESS
    job = evolve(job, status=status, failures=job.failures + 1 if failed else 0, last_run_at=run.started_at)
    kind = EventKind.RUN_FAILED if failed else EventKind.RUN_SUCCEEDED
    return Change(job, (run,), (an_event(job.job_id, kind, run.finished_at, run_id=run.run_id),))


def refuse(*_: object) -> Change:
    raise Undecided


class Undecided(Exception):
    """A decision that could not be made."""


@frozen
class Seen:
    """All of a store that matters, to compare."""

    jobs: tuple[PlannedJob, ...]
    runs: tuple[Run, ...]
    events: tuple[Event, ...]


async def look(store: EngineStore) -> Seen:
    jobs = tuple(await store.list_jobs())
    runs = [run for job in jobs for run in await store.list_runs(job.job_id, 1000)]
    full = [await store.get_run(run.run_id) for run in runs]
    return Seen(jobs, tuple(full), tuple(await store.events_since(0, 1000)))


async def claim(store: EngineStore, now: datetime = NOON, limit: int = 100) -> tuple[Claim, ...]:
    return (await store.claim_due(now, limit, now + LEASE, move_on)).claims


async def claim_one(store: EngineStore, **job) -> Claim:
    await store.add_job(Change(a_job(**job)))
    (claimed,) = await claim(store)
    return claimed


async def start_one(store: EngineStore, **job) -> Claim:
    claimed = await claim_one(store, **job)
    await store.start([claimed.lease], NOON)
    return claimed


def result(claim: Claim, outcome: Outcome = OK, seconds: float = 1) -> Result:
    return Result(claim.lease, outcome, NOON + timedelta(seconds=seconds))


def ids(runs) -> list[str]:
    return [run.run_id for run in runs]


Call = Callable[[EngineStore, str], Awaitable[object]]

CALLS_WITH_AN_ID: Mapping[str, Call] = {
    "change_job": lambda store, job_id: store.change_job(job_id, lambda view: Change(view.job)),
    "delete_job": lambda store, job_id: store.delete_job(job_id, an_event(job_id)),
    "get_job": lambda store, job_id: store.get_job(job_id),
    "add_manual_run": lambda store, job_id: store.add_manual_run(job_id, NOON),
    "list_runs": lambda store, job_id: store.list_runs(job_id, 10),
}
CALLS: Mapping[str, Call] = {
    "add_job": lambda store, _: store.add_job(Change(a_job("another"))),
    "list_jobs": lambda store, _: store.list_jobs(),
    "page_jobs": lambda store, _: store.page_jobs(JobQuery(10)),
    "next_due_at": lambda store, _: store.next_due_at(),
    "claim_due": lambda store, _: store.claim_due(NOON, 10, NOON + LEASE, move_on),
    "start": lambda store, _: store.start([Lease("x", 1)], NOON),
    "renew": lambda store, _: store.renew([Lease("x", 1)], NOON),
    "finish": lambda store, _: store.finish([Result(Lease("x", 1), OK, NOON)], count),
    "reclaim_lapsed": lambda store, _: store.reclaim_lapsed(NOON, 10, NOON + LEASE, keep),
    "get_run": lambda store, _: store.get_run("x"),
    "events_since": lambda store, _: store.events_since(0, 10),
    "last_sequence": lambda store, _: store.last_sequence(),
    "forget_runs": lambda store, _: store.forget_runs(NOON, 10),
    "forget_excess_runs": lambda store, _: store.forget_excess_runs(1, 10),
    "forget_bodies": lambda store, _: store.forget_bodies(NOON, 10),
    "forget_events": lambda store, _: store.forget_events(NOON, 10),
    **CALLS_WITH_AN_ID,
}
MALFORMED_IDS = ("", "..", "x/y", "a b", "é", "x\n", "a" * 65)


class EngineStoreContract:
    """One test for each promise of the port."""

    pytestmark = pytest.mark.anyio

    @pytest.fixture
    def store(self, backend: StoreBackend) -> EngineStore:
        return backend.store

    @pytest.fixture
    def other(self, backend: StoreBackend) -> EngineStore:
        return backend.other

    async def test_it_says_whether_it_outlives_the_process(self, store):
        assert store.durable in (True, False)

    # Jobs

    @pytest.mark.parametrize(
        "schedule",
        [EVERYTHING.schedule, IntervalSchedule(90), OneShot(NOON + MICROSECOND)],
        ids=["cron", "interval", "one-shot"],
    )
    async def test_a_job_is_kept_as_it_is(self, store, other, schedule):
        job = a_job(
            "A-z_0" * 12,
            spec=evolve(EVERYTHING, schedule=schedule),
            status=JobStatus.FAILED,
            created_at=NOON + MICROSECOND,
            accounted_until=NOON + 2 * MICROSECOND,
            plan=Plan(NOON + 3 * MICROSECOND, RunSource.CLAMPED_MAX, NOON + 4 * MICROSECOND),
            failures=7,
            starts=1_000_000,
            last_run_at=NOON - MICROSECOND,
        )

        added = await store.add_job(Change(job))

        assert added == evolve(job, version=1)
        assert await store.get_job(job.job_id) == await other.get_job(job.job_id) == added
        assert added.spec.headers == EVERYTHING.headers
        assert list(await store.list_jobs()) == [added]

    async def test_a_job_without_anything_optional_is_kept_too(self, store):
        job = a_job(due=None)

        assert await store.add_job(Change(job)) == await store.get_job("job-1") == evolve(job, version=1)

    async def test_jobs_are_listed_the_oldest_first(self, store):
        for job_id, days in (("b", 1), ("c", 2), ("a", 2)):
            await store.add_job(Change(a_job(job_id, created_at=NOON - timedelta(days=days))))

        assert [job.job_id for job in await store.list_jobs()] == ["a", "c", "b"]

    async def test_a_change_is_decided_on_the_stored_job_and_raises_its_version(self, store, other):
        job = await store.add_job(Change(a_job()))
        views = []

        def rename(view):
            views.append(view)
            spec = evolve(view.job.spec, name="renamed")
            return Change(evolve(view.job, spec=spec, plan=None), events=(an_event(name="renamed"),))

        changed = await store.change_job("job-1", rename)

        assert views[-1] == JobView(job)
        assert (changed.spec.name, changed.plan, changed.version) == ("renamed", None, 2)
        assert await other.get_job("job-1") == changed
        assert [event.data for event in await store.events_since(0, 10)] == [{"name": "renamed"}]

    async def test_changes_at_the_same_time_all_happen(self, store, other):
        await store.add_job(Change(a_job()))

        def fail_once_more(view):
            return Change(evolve(view.job, failures=view.job.failures + 1))

        handles = [store, other] * 10
        await asyncio.gather(*(handle.change_job("job-1", fail_once_more) for handle in handles))

        changed = await store.get_job("job-1")
        assert (changed.failures, changed.version) == (20, 21)

    async def test_the_view_of_a_job_holds_its_runs_under_way_but_not_those_by_hand(self, store):
        await start_one(store)
        await store.add_manual_run("job-1", NOON)
        await store.claim_due(NOON, 10, NOON + LEASE, move_on)
        await store.add_manual_run("job-1", NOON)
        queued = a_run(NOON + timedelta(hours=1), RunState.QUEUED)
        await store.change_job("job-1", rows(queued))
        views = []

        await store.change_job("job-1", lambda view: views.append(view) or Change(view.job))

        assert (views[-1].active, views[-1].queued) == (1, queued)

    async def test_a_change_that_cannot_be_decided_changes_nothing(self, store):
        await store.add_job(Change(a_job(), events=(an_event(),)))
        before = await look(store)

        with pytest.raises(Undecided):
            await store.change_job("job-1", refuse)

        assert await look(store) == before

    async def test_a_deleted_job_is_gone_with_its_runs_and_its_events_stay(self, store, other):
        await store.add_job(Change(a_job(), events=(an_event(kind=EventKind.JOB_CREATED),)))
        (claimed,) = await claim(store)
        await store.add_job(Change(a_job("job-2")))

        await store.delete_job("job-1", an_event(kind=EventKind.JOB_DELETED, name="hourly"))

        assert [job.job_id for job in await other.list_jobs()] == ["job-2"]
        assert await store.get_run(claimed.run.run_id) is None
        kinds = [event.kind for event in await store.events_since(0, 10, job_id="job-1")]
        assert (kinds[0], kinds[-1]) == (EventKind.JOB_CREATED, EventKind.JOB_DELETED)

    async def test_a_job_made_again_under_a_deleted_ones_id_has_no_old_runs(self, store):
        await claim_one(store)
        await store.delete_job("job-1", an_event())

        await store.add_job(Change(a_job(due=None)))

        assert list(await store.list_runs("job-1", 10)) == []

    @pytest.mark.parametrize("name", CALLS_WITH_AN_ID)
    async def test_an_unknown_job_is_not_found(self, store, name):
        await store.add_job(Change(a_job()))
        job_id = str(uuid4())
        before = await look(store)

        with pytest.raises(JobNotFound) as missing:
            await CALLS_WITH_AN_ID[name](store, job_id)

        assert missing.value.job_id == job_id
        assert await look(store) == before

    @pytest.mark.parametrize("name", CALLS_WITH_AN_ID)
    async def test_what_cannot_be_an_id_is_refused(self, store, name):
        for job_id in MALFORMED_IDS:
            with pytest.raises(InvalidArguments):
                await CALLS_WITH_AN_ID[name](store, job_id)

    # Pages of jobs

    @pytest.mark.parametrize("order", JobOrder)
    async def test_jobs_come_page_by_page_in_every_order(self, store, order):
        names = ["delta", "Alpha", "charlie", "BRAVO", "alpha", "echo", "under_score", "per-cent"]
        for number, name in enumerate(names):
            at = NOON + timedelta(hours=number % 3)
            job = a_job(
                f"job-{number}",
                due=None if number == 5 else at,
                spec=evolve(HOURLY, name=name),
                status=list(JobStatus)[number % 4],
                last_run_at=None if number == 6 else at,
            )
            await store.add_job(Change(job))
        everything = await store.page_jobs(JobQuery(100, order))

        found, query = [], JobQuery(3, order)
        while page := (await store.page_jobs(query)).jobs:
            found += page
            query = evolve(query, after=position_of(page[-1], order))

        expected = sorted(
            await store.list_jobs(),
            key=lambda job: (
                (value := position_of(job, order).value) is None,
                -value.timestamp()
                if order is JobOrder.LAST_RUN_AT and value
                else value.timestamp()
                if isinstance(value, datetime)
                else value or 0,
                job.job_id,
            ),
        )
        assert [job.job_id for job in found] == [job.job_id for job in expected]
        assert (list(everything.jobs), everything.total) == (found, len(names))

    async def test_a_page_holds_only_what_was_asked_for_and_counts_all_of_it(self, store):
        for name in ("Backup-a", "backup-b", "backup_c", "report"):
            await store.add_job(Change(a_job(name, spec=evolve(HOURLY, name=name))))
        await store.change_job("backup-b", lambda view: Change(evolve(view.job, status=JobStatus.PAUSED)))

        async def found(**query):
            listing = await store.page_jobs(JobQuery(2, **query))
            return [job.job_id for job in listing.jobs], listing.total

        assert await found(name_part="backup") == (["Backup-a", "backup-b"], 3)
        assert await found(name_part="p_c") == (["backup_c"], 1)
        assert await found(name_part="%") == ([], 0)
        assert await found(status=JobStatus.PAUSED) == (["backup-b"], 1)
        assert await found(status=JobStatus.PENDING, name_part="report") == (["report"], 1)

    # Claims

    async def test_the_next_due_time_is_the_earliest_of_jobs_that_are_not_paused(self, store):
        assert await store.next_due_at() is None
        for hours in (3, 2, 1):
            await store.add_job(Change(a_job(f"job-{hours}", NOON + timedelta(hours=hours))))
        await store.add_job(Change(a_job("never", None)))
        await store.add_job(Change(a_job("paused", status=JobStatus.PAUSED)))
        jittered = Plan(NOON, RunSource.BASELINE_CRON, NOON + timedelta(minutes=30))
        await store.add_job(Change(a_job("jittered", plan=jittered)))

        assert await store.next_due_at() == NOON + timedelta(minutes=30)

    async def test_what_is_due_is_claimed_and_the_decision_written(self, store, other):
        await store.add_job(Change(a_job()))

        batch = await store.claim_due(NOON, 10, NOON + LEASE, move_on)

        (claimed,) = batch.claims
        assert batch.examined == 1
        assert claimed.lease == Lease(claimed.run.run_id, 1)
        assert claimed.run == a_run(NOON)
        assert claimed.job == await other.get_job("job-1")
        assert (claimed.job.plan.at, claimed.job.starts) == (NOON + timedelta(hours=1), 1)
        assert await other.get_run(claimed.run.run_id) == claimed.run
        assert len(await store.events_since(0, 10)) == 1

    async def test_nothing_is_claimed_before_it_is_due(self, store):
        await store.add_job(Change(a_job()))
        await store.add_job(Change(a_job("paused", status=JobStatus.PAUSED)))
        await store.add_job(Change(a_job("never", None)))
        jittered = Plan(NOON - LEASE, RunSource.BASELINE_CRON, NOON)
        await store.add_job(Change(a_job("jittered", plan=jittered)))

        batch = await store.claim_due(NOON - MICROSECOND, 10, NOON, refuse)

        assert (batch.claims, batch.examined) == ((), 0)

    async def test_the_longest_due_come_first_up_to_the_limit(self, store):
        for job_id, minutes in (("c", 0), ("a", 2), ("d", 0), ("b", 1)):
            await store.add_job(Change(a_job(job_id, NOON - timedelta(minutes=minutes))))

        batch = await store.claim_due(NOON, 3, NOON + LEASE, move_on)
        rest = await store.claim_due(NOON, 3, NOON + LEASE, move_on)

        assert ([claim.job.job_id for claim in batch.claims], batch.examined) == (["a", "b", "c"], 3)
        assert ([claim.job.job_id for claim in rest.claims], rest.examined) == (["d"], 1)

    async def test_a_decision_may_write_rows_that_nobody_claims(self, store):
        await store.add_job(Change(a_job()))
        missed = a_run(NOON, RunState.MISSED, last_at=NOON + timedelta(hours=5), count=6)
        skipped = a_run(NOON + timedelta(hours=6), RunState.SKIPPED, reason="overlap")

        def pass_over(view):
            return Change(evolve(view.job, plan=None), (missed, skipped))

        batch = await store.claim_due(NOON, 10, NOON + LEASE, pass_over)

        assert (batch.claims, batch.examined) == ((), 1)
        assert list(await store.list_runs("job-1", 10)) == [skipped, missed]
        assert await store.next_due_at() is None

    async def test_a_decision_that_cannot_be_made_leaves_everything_as_it_was(self, store):
        for job_id in ("a", "b"):
            await store.add_job(Change(a_job(job_id)))
        await store.add_manual_run("a", NOON)
        before = await look(store)

        def decide_about_a(view):
            return move_on(view) if view.job.job_id == "a" else refuse()

        with pytest.raises(Undecided):
            await store.claim_due(NOON, 10, NOON + LEASE, decide_about_a)

        assert await look(store) == before

    async def test_a_run_that_exists_is_not_claimed_a_second_time(self, store):
        claimed = await start_one(store)
        await store.finish([result(claimed)], count)
        await store.change_job(
            "job-1", lambda view: Change(evolve(view.job, plan=Plan(NOON, RunSource.BASELINE_CRON)))
        )

        batch = await store.claim_due(NOON, 10, NOON + LEASE, move_on)

        assert (batch.claims, batch.examined) == ((), 1)
        assert (await store.get_run(claimed.run.run_id)).state is RunState.SUCCESS
        assert (await store.get_job("job-1")).plan.at == NOON + timedelta(hours=1)

    async def test_engines_that_claim_at_the_same_time_share_the_jobs_out(self, store, other):
        for number in range(40):
            await store.add_job(Change(a_job(f"job-{number}")))

        handles = [store, other] * 5
        batches = await asyncio.gather(
            *(handle.claim_due(NOON, 7, NOON + LEASE, move_on) for handle in handles)
        )

        claimed = [claim.run.run_id for batch in batches for claim in batch.claims]
        assert len(claimed) == len(set(claimed)) == 40
        assert {job.starts for job in await store.list_jobs()} == {1}

    # Queued runs

    async def test_a_queued_run_waits_for_the_one_in_flight(self, store):
        claimed = await start_one(store, due=NOON)
        queued = a_run(NOON + timedelta(hours=1), RunState.QUEUED)
        await store.change_job("job-1", lambda view: Change(evolve(view.job, plan=None), (queued,)))

        assert await claim(store) == ()
        await store.finish([result(claimed)], count)
        (waited,) = await claim(store)

        assert waited.run == evolve(queued, state=RunState.CLAIMED)
        assert waited.lease == Lease(queued.run_id, 1)
        assert await store.get_run(queued.run_id) == waited.run

    async def test_of_several_queued_runs_of_one_schedule_only_the_earliest_is_claimed(self, store):
        await store.add_job(Change(a_job(due=None)))
        early, late = (a_run(NOON + timedelta(minutes=minute), RunState.QUEUED) for minute in (1, 2))
        by_hand = a_run(NOON + timedelta(minutes=3), RunState.QUEUED, source=RunSource.MANUAL)
        await store.change_job("job-1", rows(late, by_hand, early))

        first = await claim(store)
        assert ids(claimed.run for claimed in first) == [early.run_id, by_hand.run_id]
        assert await claim(store) == ()
        await store.finish([result(claimed) for claimed in first], count)
        assert ids(claimed.run for claimed in await claim(store)) == [late.run_id]

    async def test_a_queued_run_goes_before_what_is_due_and_counts_for_the_limit(self, store):
        queued = a_run(NOON - timedelta(hours=1), RunState.QUEUED)
        await store.add_job(Change(a_job()))
        await store.change_job("job-1", rows(queued))
        views = []

        first = await store.claim_due(NOON, 1, NOON + LEASE, refuse)
        await store.claim_due(NOON, 1, NOON + LEASE, lambda view: views.append(view) or move_on(view))

        assert (ids(claim.run for claim in first.claims), first.examined) == ([queued.run_id], 1)
        assert (views[-1].active, views[-1].queued) == (1, None)

    async def test_a_decision_in_the_same_call_sees_the_queued_run_that_was_just_claimed(self, store):
        await store.add_job(Change(a_job()))
        await store.change_job("job-1", rows(a_run(NOON - timedelta(hours=1), RunState.QUEUED)))
        views = []

        await store.claim_due(NOON, 10, NOON + LEASE, lambda view: views.append(view) or move_on(view))

        assert (views[-1].active, views[-1].queued) == (1, None)

    async def test_a_change_may_settle_a_queued_run_but_no_other(self, store):
        claimed = await claim_one(store)
        queued = a_run(NOON + timedelta(hours=1), RunState.QUEUED)
        await store.change_job("job-1", rows(queued))
        skipped = evolve(queued, state=RunState.SKIPPED, finished_at=NOON, reason="paused")

        await store.change_job("job-1", rows(skipped, evolve(claimed.run, state=RunState.SKIPPED)))

        assert await store.get_run(queued.run_id) == skipped
        assert await store.get_run(claimed.run.run_id) == claimed.run

    async def test_a_run_by_hand_waits_for_nobody_and_moves_no_plan(self, store, other):
        await start_one(store)
        job = await store.get_job("job-1")

        manual = await other.add_manual_run("job-1", NOON)
        assert (manual.state, manual.source, manual.fire_at) == (RunState.QUEUED, RunSource.MANUAL, NOON)
        assert manual.run_id == make_run_id("job-1", NOON, RunSource.MANUAL)
        assert await store.get_run(manual.run_id) == manual
        (claimed,) = await claim(store)

        assert claimed.run == evolve(manual, state=RunState.CLAIMED)
        assert await store.get_job("job-1") == job

    async def test_runs_by_hand_at_the_same_instant_are_different_ones(self, store):
        await store.add_job(Change(a_job(status=JobStatus.PAUSED)))

        first, second = [await store.add_manual_run("job-1", NOON) for _ in range(2)]

        assert (first.fire_at, second.fire_at) == (NOON, NOON + MICROSECOND)
        claimed = await claim(store)
        assert ids(claim.run for claim in claimed) == [first.run_id, second.run_id]

    # Leases

    async def test_a_started_run_is_running_and_starts_once(self, store, other):
        claimed = await claim_one(store)

        lost = await store.start([claimed.lease], NOON)
        again = await other.start([claimed.lease], NOON + LEASE)

        assert (lost, again) == (frozenset(), frozenset())
        started = evolve(claimed.run, state=RunState.RUNNING, started_at=NOON)
        assert await store.get_run(claimed.run.run_id) == started

    @pytest.mark.parametrize("gone", ["unknown", "claimed again", "ended", "deleted"])
    async def test_under_a_lost_lease_nothing_changes_and_it_is_told(self, store, gone):
        claimed = await start_one(store)
        lease = claimed.lease
        if gone == "unknown":
            lease = Lease(make_run_id("job-1", NOON + LEASE, RunSource.BASELINE_CRON), 1)
        elif gone == "claimed again":
            claim_again = lambda job, run: keep(job, evolve(run, state=RunState.CLAIMED))  # noqa: E731
            await store.reclaim_lapsed(NOON + LEASE, 10, NOON + 2 * LEASE, claim_again)
        elif gone == "ended":
            give_up = lambda job, run: keep(job, evolve(run, state=RunState.INTERRUPTED))  # noqa: E731
            await store.reclaim_lapsed(NOON + LEASE, 10, NOON + 2 * LEASE, give_up)
        else:
            await store.delete_job("job-1", an_event())
        before = await look(store)

        assert await store.start([lease], NOON + LEASE) == {lease}
        assert await store.renew([lease], NOON + 9 * LEASE) == {lease}
        assert await store.finish([Result(lease, OK, NOON + LEASE)], refuse) == {lease}
        assert await look(store) == before

    async def test_a_renewed_lease_lasts_longer_even_if_it_had_lapsed(self, store, other):
        claimed = await start_one(store)

        assert await other.renew([claimed.lease], NOON + 3 * LEASE) == frozenset()

        batch = await store.reclaim_lapsed(NOON + 3 * LEASE - MICROSECOND, 10, NOON + 4 * LEASE, refuse)
        assert batch.examined == 0
        assert (await store.reclaim_lapsed(NOON + 3 * LEASE, 10, NOON + 4 * LEASE, keep)).examined == 1

    async def test_a_lapsed_claim_is_claimed_again_under_the_same_id_with_a_new_token(self, store, other):
        claimed = await claim_one(store)

        batch = await other.reclaim_lapsed(NOON + LEASE, 10, NOON + 2 * LEASE, keep)

        (again,) = batch.claims
        assert (again.run, again.lease) == (claimed.run, Lease(claimed.run.run_id, 2))
        assert (again.job.version, batch.examined) == (claimed.job.version + 1, 1)
        assert await store.start([claimed.lease], NOON) == {claimed.lease}
        assert await store.start([again.lease], NOON) == frozenset()

    async def test_a_lapsed_run_becomes_what_is_decided(self, store):
        claimed = await start_one(store)

        def interrupt(job, run):
            run = evolve(run, state=RunState.INTERRUPTED, finished_at=NOON + LEASE, reason="engine died")
            return Change(evolve(job, failures=5), (run,), (an_event(kind=EventKind.RUN_INTERRUPTED),))

        batch = await store.reclaim_lapsed(NOON + LEASE, 10, NOON + 2 * LEASE, interrupt)

        assert (batch.claims, batch.examined) == ((), 1)
        run = await store.get_run(claimed.run.run_id)
        assert (run.state, run.reason, run.started_at) == (RunState.INTERRUPTED, "engine died", NOON)
        assert (await store.get_job("job-1")).failures == 5
        assert (await store.events_since(0, 10))[-1].kind is EventKind.RUN_INTERRUPTED
        assert (await store.reclaim_lapsed(NOON + 9 * LEASE, 10, NOON + 9 * LEASE, refuse)).examined == 0

    async def test_the_longest_lapsed_are_taken_over_first_up_to_the_limit_and_by_one_engine(
        self, store, other
    ):
        for number in range(6):
            await store.add_job(Change(a_job(f"job-{number}")))
            await store.claim_due(NOON, 1, NOON + timedelta(seconds=6 - number), move_on)

        first = await store.reclaim_lapsed(NOON + LEASE, 2, NOON + 2 * LEASE, keep)
        rest = await asyncio.gather(
            *(handle.reclaim_lapsed(NOON + LEASE, 3, NOON + 2 * LEASE, keep) for handle in (store, other))
        )

        assert [claim.job.job_id for claim in first.claims] == ["job-5", "job-4"]
        assert sorted(claim.job.job_id for batch in rest for claim in batch.claims) == [
            "job-0", "job-1", "job-2", "job-3",
        ]  # fmt: skip

    # The end of runs

    @pytest.mark.parametrize(("outcome", "state"), [(OK, RunState.SUCCESS), (BAD, RunState.FAILED)])
    async def test_a_finished_run_holds_its_outcome_and_the_job_what_was_settled(
        self, store, other, outcome, state
    ):
        claimed = await start_one(store)

        assert await store.finish([result(claimed, outcome)], count) == frozenset()

        finished_at = NOON + timedelta(seconds=1)
        run = await other.get_run(claimed.run.run_id)
        assert run == evolve(
            claimed.run, state=state, started_at=NOON, finished_at=finished_at, outcome=outcome
        )
        job = await other.get_job("job-1")
        assert (job.status.value, job.last_run_at, job.version) == (state.value, NOON, 3)
        assert (await store.events_since(0, 10))[-1].data == {"run_id": run.run_id}

    async def test_results_of_one_job_are_counted_one_after_the_other(self, store):
        await store.add_job(Change(a_job()))
        claims = [*(await claim(store)), *(await claim(store, NOON + timedelta(hours=1)))]
        await store.start([claim.lease for claim in claims], NOON)

        await store.finish([result(claim, BAD) for claim in claims], count)

        assert (await store.get_job("job-1")).failures == 2

    async def test_a_result_is_counted_once_however_often_it_comes(self, store, other):
        claimed = await start_one(store)

        outcomes = [
            await store.finish([result(claimed, BAD), result(claimed, BAD)], count),
            await other.finish([result(claimed, BAD)], refuse),
        ]

        assert outcomes == [frozenset(), frozenset()]
        assert (await store.get_job("job-1")).failures == 1
        assert len(await store.events_since(0, 10)) == 2

    async def test_what_is_settled_has_the_last_word_on_the_state_even_before_a_start(self, store):
        claimed = await claim_one(store)
        unsent = Outcome(success=False, attempts=0, error="too late")

        def miss(job, run):
            assert (run.state, run.outcome) == (RunState.FAILED, unsent)
            return Change(job, (evolve(run, state=RunState.MISSED, outcome=None, reason="too late"),))

        assert await store.finish([result(claimed, unsent)], miss) == frozenset()

        run = await store.get_run(claimed.run.run_id)
        assert (run.state, run.outcome, run.reason) == (RunState.MISSED, None, "too late")

    async def test_one_lost_lease_does_not_hold_up_the_other_results(self, store):
        await store.add_job(Change(a_job("gone")))
        await store.add_job(Change(a_job("kept")))
        gone, kept = await claim(store)
        await store.start([gone.lease, kept.lease], NOON)
        await store.delete_job("gone", an_event("gone"))

        assert await store.finish([result(gone), result(kept)], count) == {gone.lease}

        assert (await store.get_run(kept.run.run_id)).state is RunState.SUCCESS

    async def test_a_result_that_cannot_be_settled_changes_nothing(self, store):
        claimed = await start_one(store)
        before = await look(store)

        with pytest.raises(Undecided):
            await store.finish([result(claimed)], refuse)

        assert await look(store) == before
        assert await store.finish([result(claimed)], count) == frozenset()

    async def test_many_runs_start_and_finish_together(self, store):
        for number in range(300):
            await store.add_job(Change(a_job(f"job-{number}")))
        claims = await claim(store, limit=300)

        assert await store.start([claim.lease for claim in claims], NOON) == frozenset()
        assert await store.renew([claim.lease for claim in claims], NOON + LEASE) == frozenset()
        assert await store.finish([result(claim) for claim in claims], count) == frozenset()

        assert {job.status for job in await store.list_jobs()} == {JobStatus.SUCCESS}

    # Looking at runs

    async def test_a_stretch_is_one_row_with_first_last_and_count(self, store):
        await store.add_job(Change(a_job(due=None)))
        stretch = a_run(NOON, RunState.PAUSED, last_at=NOON + timedelta(days=30), count=43201)

        await store.change_job("job-1", rows(stretch))

        assert await store.get_run(stretch.run_id) == stretch

    async def test_runs_come_newest_first_page_by_page(self, store):
        await store.add_job(Change(a_job(due=None)))
        await store.add_job(Change(a_job("job-2", due=None)))
        runs = [a_run(NOON + timedelta(hours=hours), RunState.SKIPPED) for hours in (3, 1, 4, 0, 2)]
        runs.append(a_run(NOON, RunState.SKIPPED, source=RunSource.MANUAL))
        await store.change_job("job-1", rows(*runs))
        await store.change_job("job-2", rows(a_run(NOON, RunState.SKIPPED, job_id="job-2")))

        found, before = [], None
        while page := await store.list_runs("job-1", 2, before=before):
            assert len(page) <= 2
            found += page
            before = page[-1].position

        assert found == sorted(runs, key=lambda run: (run.fire_at, run.run_id), reverse=True)

    async def test_runs_are_found_by_their_states(self, store):
        await store.add_job(Change(a_job(due=None)))
        states = [RunState.SKIPPED, RunState.MISSED, RunState.PAUSED, RunState.SKIPPED, RunState.QUEUED]
        runs = [a_run(NOON + timedelta(hours=n), state) for n, state in enumerate(states)]
        await store.change_job("job-1", rows(*runs))

        found = await store.list_runs("job-1", 2, states={RunState.SKIPPED, RunState.MISSED})

        assert list(found) == [runs[3], runs[1]]

    async def test_a_list_leaves_the_bodies_out(self, store):
        claimed = await start_one(store)
        await store.finish([result(claimed)], count)

        (listed,) = await store.list_runs("job-1", 10)

        assert listed.outcome == evolve(OK, body=None)
        assert (await store.get_run(listed.run_id)).outcome == OK

    async def test_an_unknown_run_is_none(self, store):
        assert await store.get_run("0" * 32) is None

    # Events

    async def test_events_are_kept_in_order_and_followed_from_anywhere(self, store, other):
        assert (await store.last_sequence(), list(await store.events_since(0, 10))) == (0, [])
        told = [an_event(kind=kind, at=NOON - n * LEASE, n=n, text="ü✓", none=None, yes=True, real=0.5)
                for n, kind in enumerate(EventKind)]  # fmt: skip
        await store.add_job(Change(a_job(), events=tuple(told[:5])))
        await other.change_job("job-1", lambda view: Change(view.job, events=tuple(told[5:])))

        found, sequence = [], 0
        while page := await store.events_since(sequence, 4):
            assert len(page) <= 4
            found += page
            sequence = page[-1].sequence

        assert [evolve(event, sequence=0) for event in found] == told
        assert [dict(event.data) for event in found] == [dict(event.data) for event in told]
        sequences = [event.sequence for event in found]
        assert sequences == sorted(set(sequences))
        assert sequences[0] >= 1
        assert await store.last_sequence() == sequences[-1]

    async def test_events_of_one_job_are_found_alone(self, store):
        for job_id in ("job-1", "job-2", "job-1"):
            await store.delete_job((await store.add_job(Change(a_job(job_id)))).job_id, an_event(job_id))

        found = await store.events_since(0, 10, job_id="job-1")

        assert [event.job_id for event in found] == ["job-1", "job-1"]
        assert list(await store.events_since(found[0].sequence, 10, job_id="job-1")) == [found[1]]
        assert list(await store.events_since(0, 10, job_id="nobody")) == []

    # Retention

    async def _with_runs(self, store, hours: int) -> list[Run]:
        await store.add_job(Change(a_job(due=None)))
        runs = [a_run(NOON + timedelta(hours=hour), RunState.SKIPPED) for hour in range(hours)]
        await store.change_job("job-1", rows(*runs))
        return runs

    async def test_old_runs_are_forgotten_in_chunks_and_nothing_that_is_under_way(self, store):
        runs = await self._with_runs(store, 5)
        stretch = a_run(NOON - LEASE, RunState.MISSED, last_at=NOON + timedelta(hours=4), count=9)
        waiting = a_run(NOON - 2 * LEASE, RunState.QUEUED)
        await store.change_job("job-1", rows(stretch, waiting))

        before = NOON + timedelta(hours=3)
        chunks = [await store.forget_runs(before, 2) for _ in range(3)]

        assert chunks == [2, 1, 0]
        left = await store.list_runs("job-1", 10)
        assert ids(left) == ids([runs[4], runs[3], stretch, waiting])
        assert await store.get_run(runs[0].run_id) is None

    async def test_of_every_job_only_the_newest_runs_are_kept(self, store):
        runs = await self._with_runs(store, 5)
        waiting = a_run(NOON - LEASE, RunState.QUEUED)
        await store.change_job("job-1", rows(waiting))
        other_jobs = a_run(NOON - LEASE, RunState.SKIPPED, job_id="job-2")
        await store.add_job(Change(a_job("job-2", due=None)))
        await store.change_job("job-2", rows(other_jobs))

        chunks = [await store.forget_excess_runs(2, 2) for _ in range(3)]

        assert chunks == [2, 1, 0]
        assert ids(await store.list_runs("job-1", 10)) == ids([runs[4], runs[3], waiting])
        assert ids(await store.list_runs("job-2", 10)) == [other_jobs.run_id]

    async def test_old_bodies_are_dropped_and_their_runs_stay(self, store):
        for number in range(4):
            await store.add_job(Change(a_job(f"job-{number}")))
        claims = await claim(store)
        await store.start([claim.lease for claim in claims], NOON)
        outcomes = (OK, OK, BAD, OK)
        results = [
            result(claim, outcome, n) for n, (claim, outcome) in enumerate(zip(claims, outcomes, strict=True))
        ]
        await store.finish(results, count)

        chunks = [await store.forget_bodies(NOON + timedelta(seconds=3), 1) for _ in range(3)]

        assert chunks == [1, 1, 0]
        found = [(await store.get_run(claim.run.run_id)).outcome for claim in claims]
        assert found == [evolve(OK, body=None), evolve(OK, body=None), BAD, OK]

    async def test_old_events_are_forgotten_and_their_numbers_are_not_given_again(self, store):
        told = tuple(an_event(at=NOON + n * LEASE, n=n) for n in range(4))
        await store.add_job(Change(a_job(), events=told))
        last = await store.last_sequence()

        chunks = [await store.forget_events(NOON + 9 * LEASE, 3) for _ in range(3)]

        assert chunks == [3, 1, 0]
        assert (list(await store.events_since(0, 10)), await store.last_sequence()) == ([], last)
        await store.change_job("job-1", lambda view: Change(view.job, events=(an_event(),)))
        (event,) = await store.events_since(last, 10)
        assert event.sequence > last

    # Failures

    async def test_a_store_that_cannot_be_used_says_so_and_keeps_what_it_has(self, store, backend, subtests):
        if backend.outage is None:
            pytest.skip("this store cannot fail")
        await claim_one(store)
        before = await look(store)

        async with backend.outage():
            for name, call in CALLS.items():
                with subtests.test(call=name), pytest.raises(StoreUnavailable):
                    await call(store, "job-1")

        assert await look(store) == before

    def test_every_call_is_made_during_an_outage(self):
        promised = {name for name in vars(EngineStore) if not name.startswith("_")} - {"durable"}
        assert set(CALLS) == promised
