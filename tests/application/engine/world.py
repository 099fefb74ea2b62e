"""An engine in virtual time: a wall clock that can be set, targets that take their time, and the store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

from attrs import evolve

from cronlytic_mcp.adapters.memory.engine_store import MemoryEngineStore
from cronlytic_mcp.application.engine import Engine
from cronlytic_mcp.application.engine_settings import EngineSettings
from cronlytic_mcp.domain.engine.change import Change
from cronlytic_mcp.domain.engine.lifecycle import create
from cronlytic_mcp.domain.engine.planned_job import PlannedJob
from cronlytic_mcp.domain.engine.run import Run, RunState
from cronlytic_mcp.domain.execution_policy import ExecutionPolicy
from cronlytic_mcp.domain.job import JobSpec
from cronlytic_mcp.domain.schedule import CronSchedule, IntervalSchedule
from cronlytic_mcp.domain.url.url import AllowedHosts
from cronlytic_mcp.domain.webhook.webhook import WebhookFailed, WebhookRequest, WebhookResponse

NOON = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
MINUTELY, HOURLY = CronSchedule("* * * * *"), CronSchedule("0 * * * *")

Behaviour = Callable[[WebhookRequest], Awaitable[WebhookResponse]]


class WallClock:
    """The `Clock` port on the loop's virtual time, with a wall clock that `step` sets forth or back."""

    def __init__(self) -> None:
        self._shift = timedelta()

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.monotonic()) + self._shift

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    def local(self, instant: datetime) -> datetime:
        return instant.astimezone(UTC)

    def step(self, by: timedelta) -> None:
        self._shift += by


def answer(status: int = 200, body: str = "ok") -> WebhookResponse:
    return WebhookResponse(status, {}, body, len(body), True, 0.01, 0.02)


def at_once(*outcomes: WebhookResponse | Exception) -> Behaviour:
    """Answer with each outcome in turn, and with the last one from then on."""
    left = list(outcomes)

    async def behave(request: WebhookRequest) -> WebhookResponse:
        outcome = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return behave


def after(seconds: float, behaviour: Behaviour | None = None) -> Behaviour:
    async def behave(request: WebhookRequest) -> WebhookResponse:
        await asyncio.sleep(seconds)
        return await (behaviour or at_once(answer()))(request)

    return behave


async def forever(request: WebhookRequest) -> WebhookResponse:
    await asyncio.Event().wait()
    raise AssertionError


class Targets:
    """The `WebhookSender` port: what each URL does, and what was sent to it when."""

    allowed = AllowedHosts()

    def __init__(self, clock: WallClock) -> None:
        self._clock = clock
        self._behaviours: dict[str, Behaviour] = {}
        self.sent: list[tuple[datetime, WebhookRequest]] = []
        self.in_flight = self.most_in_flight = 0

    def behave(self, behaviour: Behaviour, url: str = "https://example.com/") -> None:
        self._behaviours[url] = behaviour

    async def send(self, request: WebhookRequest) -> WebhookResponse:
        self.sent.append((self._clock.now(), request))
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            return await self._behaviours.get(request.url, at_once(answer()))(request)
        finally:
            self.in_flight -= 1

    @property
    def times(self) -> list[datetime]:
        return [time for time, _ in self.sent]

    @property
    def keys(self) -> list[str]:
        return [request.headers["Idempotency-Key"] for _, request in self.sent]


def no_answer() -> WebhookFailed:
    return WebhookFailed("connection", "the target did not take a connection")


class World:
    """A store with jobs, targets, and engines over both."""

    def __init__(self) -> None:
        self.clock = WallClock()
        self.store = MemoryEngineStore()
        self.targets = Targets(self.clock)
        self.notices = []

    def engine(self, store=None, **settings) -> Engine:
        return Engine(
            store or self.store,
            self.targets,
            self.clock,
            evolve(EngineSettings(), **settings),
            observe=self.notices.append,
        )

    @asynccontextmanager
    async def running(self, engine: Engine | None = None, **settings) -> AsyncIterator[Engine]:
        """Have an engine work meanwhile; it is stopped at the end."""
        engine = engine or self.engine(**settings)
        work = asyncio.create_task(engine.run())
        try:
            yield engine
        finally:
            engine.stop()
            await work

    @asynccontextmanager
    async def killed(self, engine: Engine | None = None, **settings) -> AsyncIterator[Engine]:
        """Have an engine work meanwhile; it dies at the end, in the middle of whatever it does."""
        engine = engine or self.engine(**settings)
        work = asyncio.create_task(engine.run())
        try:
            yield engine
        finally:
            work.cancel()
            with suppress(asyncio.CancelledError):
                await work

    async def add(
        self, schedule=MINUTELY, job_id="job-1", url="https://example.com/", **policy
    ) -> PlannedJob:
        spec = JobSpec(job_id, url, schedule, policy=ExecutionPolicy(**policy))
        return await self.store.add_job(create(job_id, spec, self.clock.now()))

    async def change(self, decide, job_id="job-1") -> PlannedJob:
        return await self.store.change_job(job_id, decide)

    async def runs(self, job_id="job-1") -> list[Run]:
        """A job's rows, the oldest first, with their bodies."""
        listed = await self.store.list_runs(job_id, 100_000)
        return [await self.store.get_run(run.run_id) for run in reversed(listed)]

    async def states(self, job_id="job-1") -> list[RunState]:
        return [run.state for run in await self.runs(job_id)]

    async def kinds(self) -> list[str]:
        return [event.kind.value for event in await self.store.events_since(0, 100_000)]


def at(minutes: float = 0, seconds: float = 0) -> datetime:
    return NOON + timedelta(minutes=minutes, seconds=seconds)


def every(seconds: int) -> IntervalSchedule:
    return IntervalSchedule(seconds)


def leave(view) -> Change:
    return Change(view.job)
