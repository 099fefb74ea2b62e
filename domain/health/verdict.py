"""A job's health in a word and a sentence."""

from __future__ import annotations

from enum import StrEnum

from attrs import frozen

from ..log import RunStatus
from .health import HealthWindow, RunHealth

HEALTHY_RATE = 0.9
"""The share of the last day's runs that must have succeeded for a job to be healthy."""


class Condition(StrEnum):
    """The word of a verdict; of several that apply, the first.

    ``paused``: the job is paused. ``no_data``: no run is known. ``failing``: the newest known run
    failed. ``no_data``, too: none of the last 24 hours is known, unless the schedule asked for none.
    ``recovering``: the newest run succeeded, but fewer than 90 % of the last 24 hours' runs did.
    ``healthy``: all else.
    """

    PAUSED = "paused"
    NO_DATA = "no_data"
    FAILING = "failing"
    RECOVERING = "recovering"
    HEALTHY = "healthy"


@frozen
class Verdict:
    """What to think of a job, and the figures behind it in one sentence."""

    condition: Condition
    sentence: str


def judge(health: RunHealth, *, paused: bool) -> Verdict:
    """Return the verdict on a job, by the rules of `Condition`."""
    condition = _find_condition(health, paused=paused)
    return Verdict(condition, f"{_SENTENCES[condition](health)}{_describe_missing(health, condition)}.")


def _find_condition(health: RunHealth, *, paused: bool) -> Condition:
    day = health.day
    if paused:
        return Condition.PAUSED
    if health.last_status is None:
        return Condition.NO_DATA
    if health.last_status is RunStatus.FAILED:
        return Condition.FAILING
    if day.success_rate is None:
        return Condition.HEALTHY if day.expected == 0 else Condition.NO_DATA
    return Condition.HEALTHY if day.success_rate >= HEALTHY_RATE else Condition.RECOVERING


def _describe_paused(health: RunHealth) -> str:
    return f"Paused, it runs again after resume_job; {_describe_newest(health)}"


def _describe_no_data(health: RunHealth) -> str:
    if health.last_status is None:
        return "No data: no run is known"
    return f"No data: no run in the last 24 hours; {_describe_newest(health)}"


def _describe_failing(health: RunHealth) -> str:
    return f"Failing: {_describe_streak(health)} failed; {_describe_day(health.day)}"


def _describe_recovering(health: RunHealth) -> str:
    return f"Recovering: {_describe_streak(health)} succeeded; {_describe_day(health.day)}"


def _describe_healthy(health: RunHealth) -> str:
    if not health.day.runs:
        return f"Healthy: {_describe_newest(health)}, and the schedule asked for none in the last 24 hours"
    return f"Healthy: {_describe_day(health.day)}"


_SENTENCES = {
    Condition.PAUSED: _describe_paused,
    Condition.NO_DATA: _describe_no_data,
    Condition.FAILING: _describe_failing,
    Condition.RECOVERING: _describe_recovering,
    Condition.HEALTHY: _describe_healthy,
}


def _describe_streak(health: RunHealth) -> str:
    if health.streak == 1:
        return "the newest run"
    least = "at least " if health.streak == health.known_runs and not health.whole else ""
    return f"{least}the newest {health.streak} runs"


def _describe_day(day: HealthWindow) -> str:
    if not day.runs:
        return "no run of the last 24 hours is known"
    # Rounded down, so that 100 % means all of them.
    percent = day.successes * 1000 // day.runs / 10
    more = "" if day.complete else " (there were more)"
    return f"{day.successes} of the {day.runs} runs known of the last 24 hours{more} succeeded, {percent:g} %"


def _describe_newest(health: RunHealth) -> str:
    if health.newest_run_at is None:
        return "no run is known"
    ending = "failed" if health.last_status is RunStatus.FAILED else "succeeded"
    return f"the newest known run, at {health.newest_run_at:%Y-%m-%d %H:%M} UTC, {ending}"


def _describe_missing(health: RunHealth, condition: Condition) -> str:
    missing = health.day.missing
    if not missing or condition is Condition.PAUSED:
        return ""
    runs = f"{missing} of {health.day.expected} scheduled runs"
    return f"; {runs} are missing, unless it was paused or changed meanwhile"
