"""What the tools work with, put together by the wiring."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .local_engine import LocalEngine
from .logging import Log
from .toolset import DEFAULT_TOOLSETS, Toolset

if TYPE_CHECKING:  # a start does not need them
    from ..application.adaptive.ports import AnalysisPorts
    from ..application.confirmation import Confirmations
    from ..application.job_events import JobEvents
    from ..application.known_jobs import KnownJobs
    from ..application.ports import Clock, JobGateway
    from ..application.watch_jobs import JobWatch, Look
    from ..application.webhook_limiter import WebhookLimiter
    from ..application.webhook_ports import WebhookSender
    from ..domain.cloud_hints.record import HintRecord
    from ..domain.url.url import AllowedHosts
    from .cloud_hints import CloudHints
    from .cloud_wiring import CloudBackend


_WITHOUT_ENGINE = (
    "get_job, get_job_logs and test_webhook say what it knows of a job; the local backend "
    "(CRONLYTIC_BACKEND=local) has an engine."
)


class Services:
    """The ports' implementations of one running server, each made when it is first needed.

    `make_gateway` puts whatever must be closed at the end on the stack that it is given; `preload`
    imports what it needs, and may be called from another thread. `read_only` switches off whatever
    changes something. `allowed_hosts` is what URLs may reach besides the public internet, `secrets`
    are what no answer may hold, and `webhook_limits` the `WebhookLimiter`'s, where they are not the usual.
    `make_engine` opens the embedded engine, where the backend has one.
    `cloud` is the backend, where that is the cloud.
    `toolsets` are the tools that are offered; `poll_seconds` is the time between two looks for changes.
    """

    def __init__(
        self,
        *,
        backend: str,
        log: Log,
        make_clock: Callable[[], Clock],
        make_gateway: Callable[[Clock, AsyncExitStack], JobGateway],
        make_webhook_sender: Callable[[Clock], WebhookSender],
        make_events: Callable[[], JobEvents],
        preload: Callable[[], None],
        read_only: bool = False,
        allowed_hosts: AllowedHosts | None = None,
        secrets: Sequence[str] = (),
        webhook_limits: Mapping[str, Any] | None = None,
        toolsets: frozenset[Toolset] = DEFAULT_TOOLSETS,
        poll_seconds: float | None = None,
        make_engine: Callable[[Clock, WebhookSender, AsyncExitStack], LocalEngine] | None = None,
        cloud: CloudBackend | None = None,
    ) -> None:
        self.backend = backend
        self.log = log
        self.preload = preload
        self.read_only = read_only
        self.allowed_hosts = allowed_hosts
        self.secrets = secrets
        self.toolsets = toolsets
        self._poll_seconds = poll_seconds
        self._make_clock = make_clock
        self._make_gateway = make_gateway
        self._make_webhook_sender = make_webhook_sender
        self._make_events = make_events
        self._make_engine = make_engine
        self._cloud = cloud
        self._told_of_hints: list[str] = []
        self._webhook_limits = webhook_limits or {}
        self._to_close = AsyncExitStack()

    @cached_property
    def clock(self) -> Clock:
        """The time."""
        return self._make_clock()

    @property
    def has_engine(self) -> bool:
        """Whether jobs are run by an engine of ours, which can be asked what it does."""
        return self._make_engine is not None

    @cached_property
    def engine(self) -> LocalEngine:
        """The embedded engine; it works once it is started.

        Raises:
            NotSupported: the backend has none.
        """
        if self._make_engine is None:
            from ..domain.errors import NotSupported

            raise NotSupported("looking into its engine", _WITHOUT_ENGINE)
        return self._make_engine(self.clock, self.webhook_sender, self._to_close)

    @property
    def hints_on(self) -> bool:
        """Whether hints may change jobs of the cloud for a while."""
        return self._cloud is not None and self._cloud.hints_on

    def may_have_hints(self) -> bool:
        """Return whether such hints may have to be undone; it looks at the disk."""
        return self._cloud is not None and self._cloud.may_have_hints()

    @property
    def cloud_hints(self) -> CloudHints:
        """Hints on jobs of the cloud.

        Raises:
            NotSupported: they are switched off, or the backend is another one.
        """
        if self.hints_on and self.hint_work:
            return self.hint_work
        from ..domain.errors import NotSupported
        from .cloud_hints import HOW_TO_SWITCH_ON, OFF

        raise NotSupported(OFF, HOW_TO_SWITCH_ON)

    @cached_property
    def hint_work(self) -> CloudHints | None:
        """What undoes hints on jobs of the cloud, also those of a time when they were switched on."""
        if self._cloud is None:
            return None
        return self._cloud.make_hints(self.clock, self._to_close, self._tell_of_hints)

    def take_told_of_hints(self) -> list[str]:
        """Return what the person is to be told of hints, once."""
        told, self._told_of_hints = self._told_of_hints, []
        return told

    @cached_property
    def analyses(self) -> AnalysisPorts:
        """What analyses of the engine's jobs work with; what they change is told at once.

        Raises:
            NotSupported: the backend has no engine.
        """
        from ..application.adaptive.ports import AnalysisPorts

        engine = self.engine
        return AnalysisPorts(engine.store, engine.analyses, engine.notes, self.clock, self._tell_of_change)

    @cached_property
    def gateway(self) -> JobGateway:
        """The active backend; what is written through it is published."""
        from ..application.publishing_gateway import PublishingGateway

        return PublishingGateway(self._inner_gateway, self._known_jobs)

    @cached_property
    def events(self) -> JobEvents:
        """What happens to jobs, for those who listen."""
        return self._make_events()

    @cached_property
    def watch(self) -> JobWatch:
        """Finds the changes that others make, while somebody wants to know."""
        from ..application.watch_jobs import JobWatch

        jobs, seconds = self._look()
        watch = JobWatch(
            jobs,
            seconds=self._poll_seconds or seconds,
            draw=random.random,
            tell_failure=self._log_failed_look,
        )
        if self.has_engine:
            self.engine.hear(lambda _: watch.look_soon())
        return watch

    @cached_property
    def webhook_sender(self) -> WebhookSender:
        """The way to the targets of jobs."""
        return self._make_webhook_sender(self.clock)

    @cached_property
    def webhook_limiter(self) -> WebhookLimiter:
        """What all tests of webhooks share."""
        from ..application.webhook_limiter import WebhookLimiter

        return WebhookLimiter(self.clock, **self._webhook_limits)

    @cached_property
    def confirmations(self) -> Confirmations:
        """Tokens that hold for this process only."""
        from ..application.confirmation import Confirmations

        return Confirmations(os.urandom(32), self.clock)

    @cached_property
    def _inner_gateway(self) -> JobGateway:
        return self._make_gateway(self.clock, self._to_close)

    @cached_property
    def _known_jobs(self) -> KnownJobs:
        from ..application.known_jobs import KnownJobs

        return KnownJobs(self.events, runs_told=self.has_engine)

    def _look(self) -> tuple[Look, float]:
        """Return how changes that others make are found, and the usual seconds between two looks."""
        if self.has_engine:
            from ..application.follow_events import FOLLOW_SECONDS, FollowedJobs

            return FollowedJobs(self.engine.store, self._known_jobs, self.events), FOLLOW_SECONDS
        from ..application.watch_jobs import POLL_SECONDS, PolledJobs

        return PolledJobs(self._inner_gateway, self._known_jobs), POLL_SECONDS

    def _tell_of_hints(self, record: HintRecord) -> None:
        from ..application.job_events import AnalysisChanged

        if record.report is not None:
            self._told_of_hints.append(record.report.text)
        self.events.publish(AnalysisChanged(record.job_id))

    def _tell_of_change(self) -> None:
        self.engine.wake()
        self.watch.look_soon()

    def _log_failed_look(self, error: Exception) -> None:
        from ..domain.errors import CronlyticError

        if isinstance(error, CronlyticError):
            self.log.write("info", "no look at the jobs", error=error.code)
        else:
            self.log.write("error", "looking at the jobs failed", exc_info=error)

    async def close(self) -> None:
        """Release what the gateway holds open."""
        await self._to_close.aclose()
