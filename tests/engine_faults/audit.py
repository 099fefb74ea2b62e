"""The audit after a fault: what the store and the sink say about each occurrence, against the schedule.

The schedule is read by others than the code under test: intervals by arithmetic of our own, cron by cronsim.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

from attrs import frozen
from cronsim import CronSim

from cronlytic_mcp.application.engine_ports import EngineStore
from cronlytic_mcp.domain.engine.planned_job import PlannedJob
from cronlytic_mcp.domain.engine.run import IN_FLIGHT, Run, RunState
from cronlytic_mcp.domain.schedule import CronSchedule, IntervalSchedule, OneShot
from tests.engine_faults.sink import Arrival
from tests.engine_faults.slots import find_slots

SENT = {RunState.SUCCESS, RunState.FAILED, RunState.RUNNING}
"""States of which the target knows for certain; of an interrupted run it may."""
UNSENT = {RunState.MISSED, RunState.PAUSED, RunState.SKIPPED, RunState.QUEUED, RunState.CLAIMED}


@frozen
class Account:
    """What an audit found: how many runs are in which state, stretches counted by their occurrences."""

    occurrences: dict[RunState, int]

    def __getitem__(self, state: RunState) -> int:
        return self.occurrences.get(state, 0)


async def audit(store: EngineStore, arrivals: Sequence[Arrival], *, early: bool = False) -> Account:
    """Assert that every occurrence is accounted for exactly once, and none was sent twice or under two ids.

    Nothing may be in flight any more. early: whether the engine's clock was ahead of the sink's.
    """
    counts: Counter[RunState] = Counter()
    known: set[str] = set()
    for job in await store.list_jobs():
        rows = sorted(await store.list_runs(job.job_id, 1_000_000), key=lambda run: run.fire_at)
        assert not [row for row in rows if row.state in IN_FLIGHT], "audit when nothing is in flight"
        _check_occurrences(job, rows)
        _check_sent(job, rows, [arrival for arrival in arrivals if arrival.job_id == job.job_id], early=early)
        known |= {row.run_id for row in rows}
        for row in rows:
            counts[row.state] += row.count
    strange = {arrival.key for arrival in arrivals} - known
    assert not strange, f"sent under ids that no row has: {strange}"
    return Account(dict(counts))


def _check_occurrences(job: PlannedJob, rows: Sequence[Run]) -> None:
    """Assert that the rows follow each other like the schedule's occurrences, from the first to the newest."""
    until = max(job.accounted_until, *(row.last_at for row in rows)) if rows else job.accounted_until
    occurrences = list(takewhile(lambda at: at <= until, _occurrences(job, rows)))
    places = {at: place for place, at in enumerate(occurrences)}
    following = 0
    for row in rows:
        assert {row.fire_at, row.last_at} <= places.keys(), f"{row} is at no time of {job.spec.schedule}"
        first, last = places[row.fire_at], places[row.last_at]
        missing = [str(at) for at in occurrences[following:first]]
        assert first >= following, f"{job.job_id}: {row.fire_at} has two rows"
        assert not missing, f"{job.job_id}: no row for {missing}"
        assert row.count == last - first + 1, f"{row} counts wrong, there are {last - first + 1}"
        following = last + 1
    assert following == len(occurrences), f"{job.job_id}: no row for {occurrences[following:]}"


def _occurrences(job: PlannedJob, rows: Sequence[Run]) -> Iterator[datetime]:
    schedule = job.spec.schedule
    if isinstance(schedule, IntervalSchedule):
        yield from find_slots(job.created_at, timedelta(seconds=schedule.seconds), rows)
    elif isinstance(schedule, CronSchedule):
        for at in CronSim(schedule.expression, job.created_at.astimezone(ZoneInfo(schedule.timezone))):
            yield at.astimezone(UTC)
    elif isinstance(schedule, OneShot):
        yield schedule.at


def _check_sent(job: PlannedJob, rows: Sequence[Run], arrivals: Sequence[Arrival], *, early: bool) -> None:
    """Assert that what arrived is what the rows say: each key once, more often only where the job allows it."""
    arrived = Counter(arrival.key for arrival in arrivals)
    states = {row.run_id: row for row in rows}
    for row in rows:
        if row.state in SENT:
            assert arrived[row.run_id], f"{row} never arrived"
        if row.state in UNSENT:
            assert not arrived[row.run_id], f"{row} arrived {arrived[row.run_id]} times"
    if not (job.spec.policy.rerun_interrupted or job.spec.policy.retries):
        twice = [states.get(key, key) for key, count in arrived.items() if count > 1]
        assert not twice, f"{job.job_id}: sent more than once: {twice}"
    if not early:
        hasty = [
            states[one.key] for one in arrivals if one.key in states and one.at < states[one.key].fire_at
        ]
        assert not hasty, f"sent before their time: {hasty}"
