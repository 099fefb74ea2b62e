"""The tool ``create_job``."""

from __future__ import annotations

from ....application.create_job import create_job
from ....domain.errors import InvalidJob
from ...toolset import Toolset
from ..argument import Arguments
from ..firing import warn_of_rest
from ..job_arguments import (
    BODY,
    CRON_EXPRESSION,
    HEADERS,
    METHOD,
    NAME,
    NOT_EVERYWHERE,
    OPTIONS,
    TIMEZONE,
    URL,
)
from ..job_schema import CHANGE_ANSWER
from ..tool import Call, Payload, Tool
from ..views import view_change

_NOT_DURABLE = (
    "This backend keeps jobs in memory: the job vanishes when this server ends, and it does not run. "
    "Tell the person; for jobs that run they leave CRONLYTIC_BACKEND out and restart the server."
)


async def handle(call: Call) -> Payload:
    """Create the job; where the backend forgets or does not run jobs, say so."""
    services, gateway = call.services, call.services.gateway
    change = await create_job(gateway, services.clock, **call.arguments, allowed_hosts=services.allowed_hosts)
    payload = view_change(change)
    if not (gateway.capabilities.durable and gateway.capabilities.executes):
        payload["notices"] = [_NOT_DURABLE]
    elif notices := await warn_of_rest(services):
        payload["notices"] = notices
    return payload


_OPTIONAL = (METHOD, HEADERS, BODY, TIMEZONE)

TOOL = Tool(
    name="create_job",
    title="Create a job",
    description=(
        "Create a job that sends an HTTP request on a schedule. Answers the job, its schedule in plain "
        "English, the next five runs, and warnings: read them to the person. After an error with "
        "outcome_unknown call list_jobs before trying again, else the job may exist twice."
    ),
    toolset=Toolset.CORE,
    writes=True,
    destructive=False,
    idempotent=False,
    calls_backend=True,
    arguments=Arguments(
        required=(NAME, URL),
        optional=(CRON_EXPRESSION, *_OPTIONAL, *NOT_EVERYWHERE, OPTIONS),
        describe_job=True,
        new_job=True,
        refuse_with=InvalidJob,
    ),
    plain_arguments=Arguments(
        required=(NAME, URL, CRON_EXPRESSION),
        optional=_OPTIONAL,
        describe_job=True,
        refuse_with=InvalidJob,
    ),
    answer=CHANGE_ANSWER,
    handle=handle,
)
