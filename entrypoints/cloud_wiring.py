"""The composition of the cloud backend: the account, and the hints on its jobs; part of the wiring."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any

from .bad_configuration import BadConfiguration
from .credentials import Credentials
from .engine_wiring import find_store, open_store
from .logging import Log
from .settings import Settings

if TYPE_CHECKING:  # a start does not need them
    from ..adapters.resilience.events import Observer
    from ..application.ports import Clock, JobGateway
    from ..domain.cloud_hints.record import HintRecord
    from .cloud_hints import CloudHints


class CloudBackend:
    """A person's account, opened once, whoever needs it first: tools and hints share one breaker.

    hints_on: hints may be used.
    """

    def __init__(self, settings: Settings, credentials: Credentials, log: Log) -> None:
        self._settings, self._credentials, self._log = settings, credentials, log
        self._account: JobGateway | None = None
        self.hints_on = settings.cloud_hints

    def make_gateway(self, clock: Clock, to_close: AsyncExitStack, hints: CloudHints | None) -> JobGateway:
        """Return the account; where hints are on, as one that knows them."""
        if hints is None:
            return self._open(clock, to_close)
        from ..application.cloud_hints.person_edits import HintedGateway

        return HintedGateway(hints.ports)

    def make_hints(
        self, clock: Clock, to_close: AsyncExitStack, tell: Callable[[HintRecord], None]
    ) -> CloudHints:
        """Return the hints on the account's jobs."""
        account = self._open(clock, to_close)
        return open_cloud_hints(self._settings, self._log, account, clock, to_close, tell=tell)

    def may_have_hints(self) -> bool:
        """Return whether hints may have to be undone; it looks at the disk."""
        return self.hints_on or may_have_left_hints(self._settings)

    def preload(self) -> None:
        """Import what calls to the account need."""
        from ..adapters.cronlytic import api  # noqa: F401 - the import is the purpose

    def _open(self, clock: Clock, to_close: AsyncExitStack) -> JobGateway:
        if self._account is None:
            self._account = make_cronlytic_gateway(
                self._settings, self._credentials, clock, self._log, to_close
            )
        return self._account


def find_cloud(settings: Settings, log: Log) -> CloudBackend | None:
    """Return the account that is the backend, None where that is another one."""
    if settings.backend != "cronlytic" or settings.credentials is None:
        return None
    return CloudBackend(settings, settings.credentials, log)


def make_cronlytic_gateway(
    settings: Settings, credentials: Credentials, clock: Clock, log: Log, to_close: AsyncExitStack
) -> JobGateway:
    """Return the account behind credentials, with all that makes calls to it last; `to_close` ends it."""
    from ..adapters.cronlytic.gateway import CronlyticGateway
    from ..adapters.resilience.policy import ResiliencePolicy
    from ..adapters.resilience.stack import resilient
    from ..adapters.resilience.timing import TimingGateway

    policy = ResiliencePolicy(**dict[str, Any](settings.backend_limits))
    observer = _make_observer(log)
    api = CronlyticGateway(
        credentials.api_key.reveal(),
        credentials.user_id,
        base_url=settings.base_url,
        timeout=policy.attempt_time,
    )
    gateway = resilient(TimingGateway(api, clock, observer), clock, policy, observer=observer)
    # The last to be put here is closed first: what is still under way ends before its connection does.
    to_close.push_async_callback(api.close)
    to_close.push_async_callback(gateway.close)
    return gateway


def _make_observer(log: Log) -> Observer:
    """Return what writes into the log how calls to the backend go."""
    from attrs import asdict

    from ..adapters.resilience.events import Attempted, BreakerChanged, CreateSettled, Event, StaleAnswered
    from ..application.call import Waiting

    told = {
        Attempted: ("debug", "request sent"),
        Waiting: ("info", "waiting before another attempt"),
        BreakerChanged: ("warning", "breaker changed"),
        StaleAnswered: ("warning", "answered with what was known before"),
        CreateSettled: ("info", "a create ended after its call was cancelled"),
    }

    def observe(event: Event) -> None:
        level, words = told[type(event)]
        log.write(level, words, **asdict(event))

    return observe


def open_cloud_hints(
    settings: Settings,
    log: Log,
    gateway: JobGateway,
    clock: Clock,
    to_close: AsyncExitStack,
    *,
    tell: Callable[[HintRecord], None] | None = None,
) -> CloudHints:
    """Return hints over the account behind `gateway`, with their originals in the local store.

    `to_close` ends both. tell: is told what became of hints otherwise than by their end, besides the log.

    Raises:
        BadConfiguration: the setting names no place that a store can be in.
    """
    from ..adapters.sql.database_clock import DatabaseClock
    from ..adapters.sql.store_url import PostgresServer
    from ..application.cloud_hints.keeper import HintKeeper
    from ..application.cloud_hints.ports import CloudHintPorts
    from .cloud_hints import CloudHints, FailureLog

    shared = isinstance(find_store(settings), PostgresServer)
    clock = DatabaseClock(clock) if shared else clock
    store = open_store(settings, clock)
    to_close.push_async_callback(store.close)

    def report(record: HintRecord) -> None:
        text = record.report.text if record.report else ""
        log.write(
            "warning", "hints of a job ended otherwise than by themselves", job=record.job_id, told=text
        )
        if tell is not None:
            tell(record)

    ports = CloudHintPorts(gateway, store.notes, clock, report)
    hints = CloudHints(ports, HintKeeper(ports, FailureLog(log).observe, end_all=not settings.cloud_hints))
    to_close.push_async_callback(hints.close)
    return hints


def may_have_left_hints(settings: Settings) -> bool:
    """Return whether there is a store in which hints of an earlier time may be kept."""
    from ..adapters.sql.store_url import SqliteFile

    try:
        place = find_store(settings)
    except BadConfiguration:  # nothing can have been kept there
        return False
    return not isinstance(place, SqliteFile) or place.path.exists()
