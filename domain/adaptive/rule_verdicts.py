"""What each rule does about a job, within what its person allows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from ..engine.baseline import next_occurrence
from ..errors import InvalidArguments
from ..schedule import IntervalSchedule
from .limits import TTL_LIMIT
from .paces import Paces
from .session import Confidence
from .situation import Measure, RunAt, RunEvery, Situation, TakeBack, Verdict

INCIDENT_REVIEW = timedelta(minutes=5)
RECOVERY_REVIEW = timedelta(minutes=30)
STABLE_REVIEW = timedelta(hours=2)
CALM_REVIEW = timedelta(hours=24)

PROBE_TTL = timedelta(hours=2)
SIGNAL_TTL = timedelta(minutes=30)
BUSY_SHARE = 10
"""Where demand is high, a job runs at most so many times as often as its baseline."""

_MARGIN = timedelta(minutes=10)
"""A hint that lasts so much longer than until the next look need not be proposed again."""

Decide = Callable[[Situation, str], Verdict]


def leave(why: str, review: timedelta | None, confidence: Confidence = Confidence.HIGH) -> Decide:
    """Return a decision that changes nothing."""
    return lambda _, rule: Verdict(rule, None, why, review, confidence)


def take_back(why: str, review: timedelta) -> Decide:
    """Return a decision that brings the baseline back at once."""
    return lambda _, rule: Verdict(rule, TakeBack(), why, review)


def probe(floor: timedelta, why: str) -> Decide:
    """Return a decision for a broken target: no run sooner than `floor` after the one before.

    Nor later than that or the baseline's own gap, so that a recovery is seen.
    """

    def decide(situation: Situation, rule: str) -> Verdict:
        paces = _paces_of(situation)
        pace = paces.within(max(paces.fastest, floor))
        foreign = situation.foreign_hint
        measure = None
        if foreign is None or foreign.interval < pace:
            measure = _run_every(situation, paces, pace, PROBE_TTL)
        streak = situation.health.failure_streak
        return Verdict(rule, measure, f"{streak} runs failed in a row; {why}", INCIDENT_REVIEW)

    return decide


def follow_wish(situation: Situation, rule: str) -> Verdict:
    """Decide for the pace that the target wished for, brought within what is allowed."""
    paces = _paces_of(situation)
    pace = paces.within(situation.signals.wanted_interval or paces.usual)
    why = f"its answer asks for a pace, of which {_write(pace)} is what the job allows."
    return _follow(situation, rule, paces, pace, why)


def hasten(situation: Situation, rule: str) -> Verdict:
    """Decide for the fastest allowed pace."""
    paces = _paces_of(situation)
    pace = paces.within(max(paces.fastest, paces.usual / BUSY_SHARE))
    said = "tells of a growing queue" if situation.growing else "tells of high demand"
    why = f"its answer {said}, and every {_write(pace)} is the fastest that the job allows."
    return _follow(situation, rule, paces, pace, why)


def slacken(situation: Situation, rule: str) -> Verdict:
    """Decide for half the runs."""
    paces = _paces_of(situation)
    return _follow(situation, rule, paces, paces.within(paces.usual * 2), "its answer tells of low demand.")


def wait(situation: Situation, rule: str) -> Verdict:
    """Decide to leave the target alone for as long as it asked."""
    until = situation.wait_until or situation.now
    hint = RunAt(until, min(until - situation.now + _MARGIN, TTL_LIMIT))
    why = f"its answer asks to be left alone until {until.isoformat(timespec='seconds')}."
    return Verdict(rule, hint, why, INCIDENT_REVIEW)


def _follow(situation: Situation, rule: str, paces: Paces, pace: timedelta, why: str) -> Verdict:
    measure: Measure = None
    if situation.foreign_hint is None:
        back = TakeBack() if situation.own_hint is not None else None
        measure = back if pace == paces.usual else _run_every(situation, paces, pace, SIGNAL_TTL)
    return Verdict(rule, measure, why, INCIDENT_REVIEW, Confidence.MEDIUM)


def _run_every(situation: Situation, paces: Paces, pace: timedelta, ttl: timedelta) -> Measure:
    """Return what makes a job run at a pace; None where it does so already."""
    job, now, hint = situation.job, situation.now, situation.own_hint
    if not paces.even:
        return _skip_to(situation, pace)
    if pace == paces.usual and not (isinstance(job.spec.schedule, IntervalSchedule) and job.failures):
        return TakeBack() if hint is not None else None  # the baseline is that pace already
    lasts = max(ttl, min(pace * 2, TTL_LIMIT))
    if hint is not None and hint.interval == pace and hint.expires_at - now > INCIDENT_REVIEW + _MARGIN:
        return None
    return RunEvery(pace, lasts)


def _skip_to(situation: Situation, pace: timedelta) -> Measure:
    """Return the first of the baseline's own times that is so far away; it keeps its hours and days."""
    job, now = situation.job, situation.now
    earliest: datetime = max(now, (job.last_run_at or now) + pace)
    try:
        following = next_occurrence(job.spec, earliest - timedelta(microseconds=1))
    except InvalidArguments:
        return None
    if following is None or job.plan is None or following[0] <= job.plan.at:
        return None
    ttl = following[0] - now + _MARGIN
    return RunAt(following[0], ttl) if ttl <= TTL_LIMIT else None


def _paces_of(situation: Situation) -> Paces:
    if situation.paces is None:
        message = "a rule that needs paces comes after the one for jobs without any"
        raise AssertionError(message)
    return situation.paces


def _write(pace: timedelta) -> str:
    return f"{pace.total_seconds():,.0f} s"
