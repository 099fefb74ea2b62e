"""What was set of the embedded engine, as its host takes it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from .engine_options import EngineOptions

if TYPE_CHECKING:  # a start does not need them
    from ..application.engine_host import HostSettings
    from ..application.notify_person import NotifySettings
    from ..domain.engine.engine_sign import EngineKind
    from ..domain.engine.retention import Retention


def read_notify_settings(options: EngineOptions) -> NotifySettings:
    """Return where a person is told, and after how many failures."""
    from ..application.notify_person import NotifySettings
    from ..domain.engine.notification import DEFAULT_FAILURES

    url = None if options.notify_url is None else options.notify_url.reveal()
    return NotifySettings(url, int(options.numbers.get("notify_after", DEFAULT_FAILURES)))


def read_host_settings(options: EngineOptions, kind: EngineKind, stop_seconds: float) -> HostSettings:
    """Return how an engine is hosted; stopped, it waits so many seconds for its runs."""
    from ..application.engine_host import HostSettings
    from ..application.engine_settings import EngineSettings

    return HostSettings(
        kind,
        engine=EngineSettings(stop_grace=timedelta(seconds=stop_seconds)),
        retention=_read_retention(options),
        notify=read_notify_settings(options),
    )


def _read_retention(options: EngineOptions) -> Retention:
    from ..domain.engine.retention import Retention

    usual, numbers = Retention(), options.numbers
    return Retention(
        runs_for=_read_days(numbers.get("keep_days"), usual.runs_for),
        runs_per_job=int(numbers.get("keep_runs", usual.runs_per_job)),
        bodies_for=_read_days(numbers.get("keep_body_days"), usual.bodies_for),
    )


def _read_days(days: float | None, usual: timedelta) -> timedelta:
    return usual if days is None else timedelta(days=days)
