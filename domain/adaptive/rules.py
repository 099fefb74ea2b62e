"""The rules of the analyst that needs no model, in the order in which they are tried; the first one decides.

They never run a job more often than its person has set, unless `min_interval_seconds` says how often it may
run. They never pause: what does not run cannot be seen to recover.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from attrs import frozen

from .rule_verdicts import (
    BUSY_SHARE,
    CALM_REVIEW,
    INCIDENT_REVIEW,
    RECOVERY_REVIEW,
    STABLE_REVIEW,
    Decide,
    follow_wish,
    hasten,
    leave,
    probe,
    slacken,
    take_back,
    wait,
)
from .session import Confidence
from .signals import Demand
from .situation import RULE_REASON, Situation, Verdict

STREAK = 3
LOW_SHARE = 0.5
FEWEST_RUNS = 4
STEADY_SHARE = 0.9
INCIDENT_FLOOR = timedelta(minutes=5)
OUTAGE_FLOOR = timedelta(minutes=15)
LASTING_FLOOR = timedelta(hours=1)
_DAY = timedelta(hours=24)
_INCIDENTS = ("incident", "outage", "lasting-outage")


@frozen
class Rule:
    """A condition and what follows from it; `condition` and `action` say the same in words."""

    name: str
    condition: str
    action: str
    review: timedelta | None
    holds: Callable[[Situation], bool]
    decide: Decide


def decide(situation: Situation) -> Verdict:
    """Return what the first rule that holds says; the last one always holds."""
    rule = next(rule for rule in RULES if rule.holds(situation))
    return rule.decide(situation, rule.name)


def _is_out(situation: Situation, window: int) -> bool:
    """Return whether no run succeeded within a window, and the first failure is older than it."""
    counted = situation.health.windows[window]
    return situation.failing and situation.health.failure_streak > max(counted.runs, STREAK - 1)


def _is_incident(situation: Situation) -> bool:
    hour = situation.health.windows[0]
    low = hour.runs >= FEWEST_RUNS and (hour.success_rate or 0.0) < LOW_SHARE
    return situation.failing and (situation.health.failure_streak >= STREAK or low)


def _has_recovered(situation: Situation) -> bool:
    hint = situation.own_hint
    return hint is not None and hint.reason.startswith(tuple(f"{RULE_REASON}{name}:" for name in _INCIDENTS))


def _is_recovering(situation: Situation) -> bool:
    rate = situation.health.windows[0].success_rate
    return rate is not None and rate < STEADY_SHARE


def _is_calm(situation: Situation) -> bool:
    whole_day = situation.job.created_at <= situation.now - _DAY and situation.health.day.success_rate == 1
    return whole_day or (situation.paces is not None and situation.paces.usual >= _DAY / 2)


def _minutes(span: timedelta) -> str:
    return f"{span / timedelta(minutes=1):g} minutes"


_BOUNDS = "run every {floor}, or at the baseline's own gap where that is longer{shorter}"
_PERMITTED = " and no shorter min_interval_seconds permits more"

RULES: tuple[Rule, ...] = (
    Rule(
        "paused",
        "a person or an analyst has paused the job",
        "nothing; the end of a pause of an analyst brings another look",
        CALM_REVIEW,
        lambda s: s.job.paused or s.job.pause is not None,
        leave("the job is paused, which is not for rules to change.", CALM_REVIEW),
    ),
    Rule(
        "unreadable",
        "the cron expression or its time zone cannot be read",
        "nothing",
        CALM_REVIEW,
        lambda s: s.paces is None,
        leave("its schedule cannot be read; a person has to mend it.", CALM_REVIEW),
    ),
    Rule(
        "no-data",
        "no run ended within 24 hours",
        "nothing: no data is not a success rate of 0 %",
        None,
        lambda s: s.health.day.runs == 0,
        leave("no run ended within 24 hours, so there is nothing to tell by.", None, Confidence.LOW),
    ),
    Rule(
        "asked-to-wait",
        "the newest answer, also of a failed run, has `retry_after_seconds` that end after the next run",
        "the next run at that time",
        INCIDENT_REVIEW,
        lambda s: s.wait_until is not None,
        wait,
    ),
    Rule(
        "lasting-outage",
        f"the newest {STREAK} or more runs failed, and none succeeded for over 24 hours",
        _BOUNDS.format(floor=_minutes(LASTING_FLOOR), shorter=_PERMITTED),
        INCIDENT_REVIEW,
        lambda s: _is_out(s, 2),
        probe(LASTING_FLOOR, "for over a day, so it is tried as seldom as that allows."),
    ),
    Rule(
        "outage",
        f"the newest {STREAK} or more runs failed, and none succeeded for over an hour",
        _BOUNDS.format(floor=_minutes(OUTAGE_FLOOR), shorter=_PERMITTED),
        INCIDENT_REVIEW,
        lambda s: _is_out(s, 0),
        probe(OUTAGE_FLOOR, "for over an hour, so it is tried less often until it answers."),
    ),
    Rule(
        "incident",
        f"the newest run failed, and so did the {STREAK - 1} before it, or more than half of the last hour's "
        f"runs, where there are at least {FEWEST_RUNS}",
        _BOUNDS.format(floor=_minutes(INCIDENT_FLOOR), shorter=_PERMITTED),
        INCIDENT_REVIEW,
        _is_incident,
        probe(INCIDENT_FLOOR, "it is left in peace between tries, and tried often enough to see it recover."),
    ),
    Rule(
        "first-failures",
        "the newest run failed",
        "nothing yet",
        INCIDENT_REVIEW,
        lambda s: s.failing,
        leave("too few runs failed to act on it.", INCIDENT_REVIEW, Confidence.MEDIUM),
    ),
    Rule(
        "recovered",
        f"the newest run succeeded, and a hint of {', '.join(_INCIDENTS)} is in force",
        "clear the hints: the baseline is back at once",
        RECOVERY_REVIEW,
        _has_recovered,
        take_back("the newest run succeeded, so the baseline is back.", RECOVERY_REVIEW),
    ),
    Rule(
        "recovering",
        f"less than {STEADY_SHARE:.0%} of the last hour's runs succeeded, the newest one among them",
        "nothing: the baseline goes on",
        RECOVERY_REVIEW,
        _is_recovering,
        leave("it is recovering; its baseline is the right pace for that.", RECOVERY_REVIEW),
    ),
    Rule(
        "wished-pace",
        "the newest answer has `wanted_interval_seconds`",
        "run at that pace, as far as the bounds of the job allow it",
        INCIDENT_REVIEW,
        lambda s: s.signals.wanted_interval is not None,
        follow_wish,
    ),
    Rule(
        "high-demand",
        f"the newest answer has `demand: {Demand.HIGH}`, or its `queue_depth` grew twice in a row",
        f"run at min_interval_seconds, but at most {BUSY_SHARE} times as often as the baseline",
        INCIDENT_REVIEW,
        lambda s: s.signals.demand is Demand.HIGH or s.growing,
        hasten,
    ),
    Rule(
        "low-demand",
        f"the newest answer has `demand: {Demand.LOW}`",
        "run half as often as the baseline, within max_interval_seconds",
        INCIDENT_REVIEW,
        lambda s: s.signals.demand is Demand.LOW,
        slacken,
    ),
    Rule(
        "back-to-normal",
        "a rule's hint is in force, and the newest answer says something else",
        "clear the hints: the baseline is back at once",
        INCIDENT_REVIEW,
        lambda s: bool(s.signals) and s.own_hint is not None,
        take_back("its answer tells of normal demand again.", INCIDENT_REVIEW),
    ),
    Rule(
        "reporting",
        "the newest answer has one of the names of the vocabulary",
        "nothing; it is read again soon, because it may say more next time",
        INCIDENT_REVIEW,
        lambda s: bool(s.signals),
        leave("its answers tell how much there is to do, and nothing is to be done now.", INCIDENT_REVIEW),
    ),
    Rule(
        "calm",
        "every run of the last 24 hours succeeded, or the baseline has 12 hours and more between runs",
        "nothing; hints in force end by themselves",
        CALM_REVIEW,
        _is_calm,
        leave("all is well, and has been for a day.", CALM_REVIEW),
    ),
    Rule(
        "stable",
        "none of the others",
        "nothing; hints in force end by themselves",
        STABLE_REVIEW,
        lambda _: True,
        leave("all is well.", STABLE_REVIEW),
    ),
)
