"""Why a job did, or did not, run at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from attrs import frozen

from ..schedule import CronSchedule
from .absence import NEAR, Circumstances, explain_future, explain_past, is_scheduled
from .outlook import Outlook, write_instant
from .planned_job import PlannedJob
from .run import Outcome, Run, RunState

_STRETCHES = frozenset({RunState.MISSED, RunState.PAUSED})
_ENDINGS = {
    RunState.QUEUED: "waits: for an earlier run, or for an engine",
    RunState.CLAIMED: "is about to start",
    RunState.RUNNING: "is going",
    RunState.SKIPPED: "was skipped",
    RunState.INTERRUPTED: "was interrupted",
}
_ABSENCES = (
    "upcoming",
    "overdue",
    "not_scheduled",
    "not_created",
    "not_kept",
    "changed_since",
    "no_runs",
)
FINDINGS = (*(state.value for state in RunState), *_ABSENCES)
"""What can have become of an occurrence: the state of its row, or why there is none."""


@frozen
class Explanation:
    """What became of a job at a time.

    at: what was asked for, aware UTC; None for the newest run. finding: one of `FINDINGS`.
    sentence: the answer, in words of ours. run: the row that it is about, where there is one.
    """

    job: PlannedJob
    at: datetime | None
    finding: str
    sentence: str
    run: Run | None
    outlook: Outlook


def find_row(rows: Sequence[Run], at: datetime) -> Run | None:
    """Return the run that is meant by a time: the nearest within a minute.

    Its planned time counts, its start, and for a stretch everything from its first to its last occurrence.
    """
    near = [(distance, run) for run in rows if (distance := _distance(run, at)) <= NEAR]
    return min(near, key=lambda pair: pair[0])[1] if near else None


def explain_time(found: Circumstances, rows: Sequence[Run]) -> tuple[str, str, Run | None]:
    """Return finding, sentence and row for a time, by the rows around it.

    Raises:
        InvalidArguments: the cron expression or its zone cannot be read.
    """
    run = find_row(rows, found.at)
    if run is not None and not (_is_between(run, found.at) and _has_none_there(found)):
        return run.state.value, describe_run(run), run
    if found.at > found.now:
        return *explain_future(found), None
    return *explain_past(found), None


def describe_run(run: Run) -> str:
    """Return what became of a run, in a sentence."""
    if run.state in _STRETCHES:
        return _describe_stretch(run)
    planned = write_instant(run.fire_at)
    if run.state in _ENDINGS:
        return f"The run planned for {planned} {_ENDINGS[run.state]}. {run.reason}".strip()
    outcome = run.outcome or Outcome(success=run.state is RunState.SUCCESS, attempts=1)
    ended = "It ran and succeeded" if outcome.success else "It ran and failed"
    return f"{ended}: planned for {planned} ({run.source}){_describe_start(run)}. {_describe_end(outcome)}"


def _describe_stretch(run: Run) -> str:
    first, last, missed = write_instant(run.fire_at), write_instant(run.last_at), run.state is RunState.MISSED
    if run.count == 1:
        became = "was missed" if missed else "passed while the job was paused"
        return f"The occurrence of {first} {became}. {run.reason}".strip()
    became = "were missed" if missed else "passed while the job was paused"
    return f"{run.count} occurrences from {first} to {last} {became}. {run.reason}".strip()


def _describe_start(run: Run) -> str:
    late = run.lateness
    if late is None or late < timedelta(seconds=1):
        return ""
    return f", started {late.total_seconds():.0f} s after that"


def _describe_end(outcome: Outcome) -> str:
    took = "" if outcome.elapsed_seconds is None else f" in {outcome.elapsed_seconds:.2f} s"
    tries = "" if outcome.attempts == 1 else f" It took {outcome.attempts} attempts."
    if not outcome.success:
        return f"{outcome.error}{tries}"
    return f"The target answered {outcome.status}{took}.{tries}"


def _distance(run: Run, at: datetime) -> timedelta:
    if run.fire_at <= at <= run.last_at:
        return timedelta()
    return min(abs(time - at) for time in (run.fire_at, run.last_at, run.started_at or run.fire_at))


def _is_between(run: Run, at: datetime) -> bool:
    """Return whether a time lies within a stretch, and near neither of its ends."""
    return run.state in _STRETCHES and run.fire_at + NEAR < at < run.last_at - NEAR


def _has_none_there(found: Circumstances) -> bool:
    unchanged = found.changed_at is None and isinstance(found.job.spec.schedule, CronSchedule)
    return unchanged and not is_scheduled(found.job, found.at)
