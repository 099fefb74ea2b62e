"""The tool ``update_job``."""

from __future__ import annotations

from ....application.update_job import update_job
from ....domain.errors import InvalidJob
from ...toolset import Toolset
from ..argument import Arguments
from ..job_arguments import (
    BODY,
    CHANGED_OPTIONS,
    CRON_EXPRESSION,
    HEADERS,
    JOB_ID,
    METHOD,
    NAME,
    NOT_EVERYWHERE,
    TIMEZONE,
    URL,
)
from ..job_schema import CHANGE_ANSWER
from ..tool import Call, Payload, Tool
from ..views import view_change


async def handle(call: Call) -> Payload:
    """Change the fields that are given."""
    services, changes = call.services, dict(call.arguments)
    job_id = changes.pop("job_id")
    change = await update_job(
        services.gateway, services.clock, job_id, changes, allowed_hosts=services.allowed_hosts
    )
    return view_change(change)


_PLAIN = (NAME, URL, METHOD, HEADERS, BODY, CRON_EXPRESSION, TIMEZONE)

TOOL = Tool(
    name="update_job",
    title="Change a job",
    description=(
        "Change any fields of a job; fields left out stay as they are. A value shown as ***masked*** may be "
        "given back as it is and is kept; but when url moves to another origin, secrets must be given again. "
        "Answers the job, its schedule, the next five runs, and warnings."
    ),
    toolset=Toolset.CORE,
    writes=True,
    destructive=True,
    idempotent=True,
    calls_backend=True,
    arguments=Arguments(
        required=(JOB_ID,),
        optional=(*_PLAIN, *NOT_EVERYWHERE, CHANGED_OPTIONS),
        describe_job=True,
        refuse_with=InvalidJob,
    ),
    plain_arguments=Arguments(required=(JOB_ID,), optional=_PLAIN, describe_job=True, refuse_with=InvalidJob),
    answer=CHANGE_ANSWER,
    handle=handle,
)
