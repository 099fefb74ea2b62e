"""The acts of an analyst on a job of the cloud, each a temporary change that is undone when it ends."""

from __future__ import annotations

from datetime import datetime

from ...domain.cloud_hints import acts
from ...domain.cloud_hints.record import HintRecord
from ..adaptive.hint_answer import Shown
from ..adaptive.propose_interval import DEFAULT_TTL_MINUTES as INTERVAL_TTL_MINUTES
from ..adaptive.propose_next_time import DEFAULT_TTL_MINUTES as NEXT_RUN_TTL_MINUTES
from ..adaptive.session_call import NO_REASON
from ..adaptive.times import read_instant, read_milliseconds, read_minutes
from .change_hints import Act, change_hints
from .hint_answer import show_change
from .ports import CloudHintPorts


async def propose_interval(
    ports: CloudHintPorts,
    job_id: str,
    *,
    interval_ms: float,
    ttl_minutes: float = INTERVAL_TTL_MINUTES,
    reason: str = NO_REASON,
) -> Shown:
    """Have a job run at an interval, or the next coarser one that cron has, until the hint ends.

    Raises:
        CronlyticError: as `change_hints`.
    """

    def act(record: HintRecord, why: str, now: datetime) -> HintRecord:
        interval = read_milliseconds("interval_ms", interval_ms)
        return acts.propose_interval(record, interval, read_minutes("ttl_minutes", ttl_minutes), why, now)

    return await _change(ports, job_id, reason, act)


async def propose_next_time(
    ports: CloudHintPorts,
    job_id: str,
    *,
    next_run_at: datetime,
    ttl_minutes: float = NEXT_RUN_TTL_MINUTES,
    reason: str = NO_REASON,
) -> Shown:
    """Have a job run next at an instant (aware), from which the full minute counts that is not before it.

    Raises:
        CronlyticError: as `change_hints`.
    """

    def act(record: HintRecord, why: str, now: datetime) -> HintRecord:
        at, ttl = read_instant("next_run_at", next_run_at), read_minutes("ttl_minutes", ttl_minutes)
        return acts.propose_next_time(record, at, ttl, why, now)

    return await _change(ports, job_id, reason, act)


async def pause_until(
    ports: CloudHintPorts, job_id: str, *, until: datetime | None, reason: str = NO_REASON
) -> Shown:
    """Have a job not run before an instant (aware), or end such a pause with None.

    Raises:
        CronlyticError: as `change_hints`.
    """

    def act(record: HintRecord, why: str, now: datetime) -> HintRecord:
        end = None if until is None else read_instant("until", until)
        return acts.pause_until(record, end, why, now)

    return await _change(ports, job_id, reason, act)


async def clear_hints(ports: CloudHintPorts, job_id: str, *, reason: str) -> Shown:
    """Have a job run by its own expression at once; a pause stays.

    Raises:
        CronlyticError: as `change_hints`.
    """
    return await _change(ports, job_id, reason, acts.clear_hints)


async def _change(ports: CloudHintPorts, job_id: str, reason: str, act: Act) -> Shown:
    return show_change(await change_hints(ports, job_id, reason, act), ports.clock.now())
