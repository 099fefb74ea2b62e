"""What the store keeps as JSON: schedules, policies, headers, and the data of events.

Every field is written, its default too, so that a job keeps its settings where a later version has others.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from cattrs import Converter
from cattrs.strategies import configure_tagged_union

from ...domain.engine.event import EventData
from ...domain.execution_policy import ExecutionPolicy
from ...domain.schedule import CronSchedule, IntervalSchedule, OneShot, Schedule

_NAMES: Mapping[type[Schedule], str] = {
    CronSchedule: "cron",
    IntervalSchedule: "interval",
    OneShot: "one_shot",
}


def _make_converter() -> Converter:
    converter = Converter(detailed_validation=False)
    converter.register_unstructure_hook(datetime, datetime.isoformat)
    converter.register_structure_hook(datetime, lambda text, _: datetime.fromisoformat(text))
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


def write_mapping(values: Mapping[str, str] | Mapping[str, EventData]) -> str:
    """Return headers or the data of an event as JSON, in their order."""
    return _write(dict(values))


def read_mapping(text: str) -> dict[str, Any]:
    """Return what `write_mapping` wrote; raises as `read_schedule` does."""
    values: dict[str, Any] = _CONVERTER.structure(json.loads(text), dict[str, Any])
    return values


def _write(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
