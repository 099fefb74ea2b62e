"""Look for whatever keeps jobs from running, and say what to do about each finding."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum

from attrs import frozen

from ..domain.engine.engine_sign import EngineSign, runs_without_client
from ..domain.engine.job_query import JobQuery
from ..domain.errors import CronlyticError
from .engine_ports import EngineStore
from .engine_presence import find_engines
from .health_check import health_check
from .note_ports import NoteBoard
from .ports import Clock, JobGateway

_NO_EARLIER_THAN = datetime(2025, 1, 1, tzinfo=UTC)
_TOLERANCE = timedelta(minutes=1)
_INSTALL = "Run: cronlytic-mcp service install (or cronlytic-mcp worker, in a terminal)."


class Level(StrEnum):
    """How bad a finding is; a problem keeps jobs from running, or would."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@frozen
class Diagnosis:
    """One finding about a topic. advice: what to do about it; empty where that is nothing."""

    topic: str
    level: Level
    finding: str
    advice: str = ""


async def diagnose_backend(gateway: JobGateway, clock: Clock) -> tuple[Diagnosis, ...]:
    """Return whether a backend answers and takes the credentials."""
    health = await health_check(gateway, clock)
    if health.problem is not None:
        topic = "credentials" if health.authenticated is False else "backend"
        return (Diagnosis(topic, Level.PROBLEM, "The check failed.", health.problem),)
    answered = Diagnosis("backend", Level.OK, f"It answered in {health.latency_ms} ms.")
    taken = Diagnosis("credentials", Level.OK, f"They are taken; there are {health.job_count} jobs.")
    return answered, taken


def diagnose_clock(clock: Clock) -> Diagnosis:
    """Return whether the clock can be right at all."""
    now = clock.now()
    local = clock.local(now).isoformat(timespec="seconds")
    if now < _NO_EARLIER_THAN:
        advice = "Set the machine's clock; jobs run by it."
        return Diagnosis("clock", Level.PROBLEM, f"It is {local}, long past.", advice)
    return Diagnosis("clock", Level.OK, f"It is {local}.")


async def diagnose_engine(store: EngineStore, notes: NoteBoard, clock: Clock) -> tuple[Diagnosis, ...]:
    """Return how the engine's store is, and whether anything runs its jobs, also without a client."""
    try:
        total = (await store.page_jobs(JobQuery(limit=1))).total
        due_at = await store.next_due_at()
        newest = await store.events_since(max(0, await store.last_sequence() - 1), 1)
        engines = await find_engines(notes, clock)
    except CronlyticError as error:
        return (Diagnosis("store", Level.PROBLEM, "It cannot be used.", str(error)),)
    findings = [Diagnosis("store", Level.OK, f"It can be used, and holds {total} jobs.")]
    if newest and newest[0].at - clock.now() > _TOLERANCE:
        findings.append(_diagnose_set_back(newest[0].at))
    findings.append(_diagnose_firing(engines, due_at))
    if engines and due_at is not None and clock.now() - due_at > _TOLERANCE:
        late = f"A job has been due since {due_at.isoformat(timespec='seconds')}, and no engine takes it up."
        findings.append(Diagnosis("engine", Level.PROBLEM, late, "Look into the engine's log; restart it."))
    return tuple(findings)


def diagnose_absent_store(*, can_be_made: bool) -> tuple[Diagnosis, ...]:
    """Return what it means that there is no store yet, and whether its place lets one be made."""
    if not can_be_made:
        said = "There is no store yet, and none can be made: this user may not write its folder."
        advice = "Let this user write it, or name another file in CRONLYTIC_DATABASE_URL."
        return (Diagnosis("store", Level.PROBLEM, said, advice),)
    advice = "It is made when the server or a worker first needs it."
    absent = Diagnosis("store", Level.WARNING, "There is no store yet.", advice)
    return absent, _diagnose_firing((), None)


def diagnose_notifications(after: int | None) -> Diagnosis:
    """Return whether a person is told of what goes wrong: `after` so many failures; None or 0 for never."""
    if not after:
        advice = "Set CRONLYTIC_NOTIFY_URL to a chat's webhook, then run: cronlytic-mcp test-notification."
        return Diagnosis("notifications", Level.WARNING, "Nobody is told of jobs that fail.", advice)
    return Diagnosis("notifications", Level.OK, f"A person is told after {after} failures in a row.")


def _diagnose_set_back(newest: datetime) -> Diagnosis:
    return Diagnosis(
        "clock",
        Level.PROBLEM,
        f"The newest event is of {newest.isoformat(timespec='seconds')}, which has not come yet.",
        "The clock was set back, or was wrong before: set it right. Until then no occurrence runs twice, "
        "and so none runs.",
    )


def _diagnose_firing(engines: tuple[EngineSign, ...], due_at: datetime | None) -> Diagnosis:
    if runs_without_client(engines):
        return Diagnosis("firing", Level.OK, "A worker is at work: jobs run also when no client is open.")
    if engines:
        return Diagnosis("firing", Level.WARNING, "Jobs run only while a client is open.", _INSTALL)
    level = Level.WARNING if due_at is None else Level.PROBLEM
    return Diagnosis("firing", level, "Nothing runs jobs now: no engine is at work.", _INSTALL)
