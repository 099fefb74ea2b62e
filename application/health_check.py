"""Tell whether the backend can be reached and whether it takes our credentials."""

from __future__ import annotations

from attrs import evolve, frozen

from ..domain.errors import CronlyticError, NotAuthenticated, ServiceUnavailable
from .ports import Clock, JobGateway


@frozen
class Health:
    """What a check found.

    authenticated: None where the backend needs no credentials, or it could not be found out.
    latency_ms: milliseconds of one ping; None if it was not answered.
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
    started = clock.monotonic()
    try:
        await gateway.ping()
    except CronlyticError as error:
        return evolve(found, reachable=not isinstance(error, ServiceUnavailable), problem=str(error))
    latency_ms = round((clock.monotonic() - started) * 1000, 1)
    found = evolve(found, reachable=True, latency_ms=latency_ms)
    try:
        jobs = await gateway.list()
    except NotAuthenticated as error:
        return evolve(found, authenticated=False, problem=str(error))
    except CronlyticError as error:
        return evolve(found, problem=str(error))
    authenticated = True if gateway.capabilities.needs_credentials else None
    return evolve(found, healthy=True, authenticated=authenticated, job_count=len(jobs))
