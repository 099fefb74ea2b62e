"""What the store keeps as JSON: schedules, policies, hints, headers, and the data of events and of calls.

Every field is written, its default too, so that a job keeps its settings where a later version has others.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, TypeVar

from cattrs import Converter
from cattrs.strategies import configure_tagged_union

from ...domain.adaptive.analysis_state import NOT_ANALYSED, AnalysisState
from ...domain.adaptive.hints import NO_HINTS, Hints
from ...domain.adaptive.pause import Pause
from ...domain.engine.event import EventData
from ...domain.execution_policy import ExecutionPolicy
from ...domain.schedule import CronSchedule, IntervalSchedule, OneShot, Schedule

T = TypeVar("T")

_MICROSECOND = timedelta(microseconds=1)
_NAMES: Mapping[type[Schedule], str] = {
    CronSchedule: "cron",
    IntervalSchedule: "interval",
    OneShot: "one_shot",
}


def _make_converter() -> Converter:
    converter = Converter(detailed_validation=False)
    converter.register_unstructure_hook(datetime, datetime.isoformat)
    converter.register_structure_hook(datetime, lambda text, _: datetime.fromisoformat(text))
    converter.register_unstructure_hook(timedelta, lambda span: span // _MICROSECOND)
    converter.register_structure_hook(timedelta, lambda count, _: count * _MICROSECOND)
    configure_tagged_union(Schedule, converter, tag_name="kind", tag_generator=_NAMES.__getitem__)
    return converter


_CONVERTER = _make_converter()


def write_schedule(schedule: Schedule) -> str:
    """Return a schedule as JSON."""
    return _write(_CONVERTER.unstructure(schedule, unstructure_as=Schedule))


# Few schedules and policies differ, and both are frozen: many jobs share one object.
@lru_cache(maxsize=1024)
def read_schedule(text: str) -> Schedule:
    """Return the schedule that `write_schedule` wrote.

    Raises:
        Exception: it did not; of whatever type the converter raises.
    """
    schedule: Schedule = _CONVERTER.structure(json.loads(text), Schedule)  # type: ignore[arg-type]
    return schedule


@lru_cache(maxsize=1024)
def write_policy(policy: ExecutionPolicy) -> str:
    """Return a policy as JSON."""
    return _write(_CONVERTER.unstructure(policy))


@lru_cache(maxsize=1024)
def read_policy(text: str) -> ExecutionPolicy:
    """Return the policy that `write_policy` wrote; raises as `read_schedule` does."""
    return _CONVERTER.structure(json.loads(text), ExecutionPolicy)


def write_adaptation(value: Hints | Pause | AnalysisState | None) -> str | None:
    """Return what analyses made of a job as JSON, None where they made nothing."""
    nothing = value in (None, NO_HINTS, NOT_ANALYSED)
    return None if nothing else _write(_CONVERTER.unstructure(value))


def read_adaptation(text: str | None, kind: type[T], nothing: T) -> T:
    """Return what `write_adaptation` wrote; raises as `read_schedule` does."""
    return nothing if text is None else _CONVERTER.structure(json.loads(text), kind)


def read_pause(text: str | None) -> Pause | None:
    """Return the pause that `write_adaptation` wrote; raises as `read_schedule` does."""
    return None if text is None else _CONVERTER.structure(json.loads(text), Pause)


def write_lines(lines: Sequence[str]) -> str:
    """Return texts as JSON."""
    return _write(list(lines))


def read_lines(text: str) -> tuple[str, ...]:
    """Return what `write_lines` wrote; raises as `read_schedule` does."""
    return _CONVERTER.structure(json.loads(text), tuple[str, ...])


def write_mapping(values: Mapping[str, str] | Mapping[str, EventData] | Mapping[str, object]) -> str:
    """Return headers, the data of an event, or what went in and out of a call as JSON, in their order."""
    return _write(dict(values))


def read_mapping(text: str) -> dict[str, Any]:
    """Return what `write_mapping` wrote; raises as `read_schedule` does."""
    values: dict[str, Any] = _CONVERTER.structure(json.loads(text), dict[str, Any])
    return values


def _write(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
