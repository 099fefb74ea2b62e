"""Tell whether the backend can be reached and whether it takes our credentials."""

from __future__ import annotations

from attrs import evolve, frozen

from ..domain.engine.errors import StoreUnavailable
from ..domain.errors import CronlyticError, NotAuthenticated, ServiceUnavailable
from .call import Waiting, listening_to_waits, wait_listener
from .ports import Clock, JobGateway

_UNREACHABLE = (ServiceUnavailable, StoreUnavailable)


@frozen
class Health:
    """What a check found.

    authenticated: None where the backend needs no credentials, or it could not be found out.
    latency_ms: milliseconds of the ping that was answered, without attempts and waits before it; None
        if none was.
    problem: what is wrong and what to do about it; None when healthy.
    """

    healthy: bool
    reachable: bool
    authenticated: bool | None
    backend: str
    latency_ms: float | None
    job_count: int | None
    problem: str | None


async def health_check(gateway: JobGateway, clock: Clock) -> Health:
    """Ping the backend and list its jobs with our credentials; a check that fails is an answer.

    The ping alone says nothing about credentials, so health takes the listing too.
    """
    found = Health(
        healthy=False,
        reachable=False,
        authenticated=None,
        backend=gateway.capabilities.backend,
        latency_ms=None,
        job_count=None,
        problem=None,
    )
    try:
        latency_ms = await _time_ping(gateway, clock)
    except CronlyticError as error:
        return evolve(found, reachable=not isinstance(error, _UNREACHABLE), problem=str(error))
    found = evolve(found, reachable=True, latency_ms=latency_ms)
    try:
        jobs = await gateway.list()
    except NotAuthenticated as error:
        return evolve(found, authenticated=False, problem=str(error))
    except StoreUnavailable as error:
        return evolve(found, reachable=False, problem=str(error))
    except CronlyticError as error:
        return evolve(found, problem=str(error))
    authenticated = True if gateway.capabilities.needs_credentials else None
    return evolve(found, healthy=True, authenticated=authenticated, job_count=len(jobs))


async def _time_ping(gateway: JobGateway, clock: Clock) -> float:
    started = clock.monotonic()
    outer = wait_listener()

    def restart(waiting: Waiting) -> None:
        nonlocal started
        started = clock.monotonic() + waiting.delay
        if outer:
            outer(waiting)

    with listening_to_waits(restart):
        await gateway.ping()
    return round(max(0.0, clock.monotonic() - started) * 1000, 1)
