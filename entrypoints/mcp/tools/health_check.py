"""The tool ``health_check``."""

from __future__ import annotations

from .... import __version__
from ....application.health_check import health_check
from ...toolset import Toolset
from ..argument import Arguments
from ..firing import warn_of_rest
from ..schema import COUNT, FLAG, TEXT, answer, described, nullable
from ..tool import Call, Payload, Tool
from ..views import view

_MEMORY = (
    "The backend is memory: jobs vanish when this server ends, and do not run. For jobs that run leave "
    "CRONLYTIC_BACKEND out, which gives the local backend, or set CRONLYTIC_API_KEY and CRONLYTIC_USER_ID "
    "too; then restart the server."
)


async def handle(call: Call) -> Payload:
    """Check the backend; where it forgets or does not run jobs, say so."""
    gateway = call.services.gateway
    payload: Payload = view(await health_check(gateway, call.services.clock))
    payload |= {"version": __version__, "read_only": call.services.read_only}
    if not (gateway.capabilities.durable and gateway.capabilities.executes):
        payload["notices"] = [_MEMORY]
    elif notices := await warn_of_rest(call.services):
        payload["notices"] = notices
    return payload


TOOL = Tool(
    name="health_check",
    title="Check the backend",
    description=(
        "Check whether the backend is reachable and takes the credentials; answers latency, number of jobs, "
        "backend and version. When not healthy, problem says what to do. Call it when other calls fail."
    ),
    toolset=Toolset.CORE,
    writes=False,
    destructive=False,
    idempotent=True,
    calls_backend=True,
    arguments=Arguments(),
    answer=answer(
        {
            "healthy": FLAG,
            "reachable": FLAG,
            "authenticated": described(nullable(FLAG), "null: no credentials needed, or not found out"),
            "backend": TEXT,
            "latency_ms": described({"type": ["number", "null"]}, "Of one ping, without waits"),
            "job_count": nullable(COUNT),
            "problem": nullable(TEXT),
            "version": TEXT,
            "read_only": described(FLAG, "true: no tool changes anything here"),
        }
    ),
    handle=handle,
)
