"""The tool ``delete_job``: nothing is deleted before a person or a second call has confirmed it."""

from __future__ import annotations

from mcp_types import InputRequiredResult

from ....application.confirmation import LIFETIME_SECONDS
from ....application.delete_job import Deletion, delete_job
from ....domain.job import Job
from ....domain.secrets.masking import mask_url, masked_fields
from ....domain.untrusted import clean_text
from ...toolset import Toolset
from ..argument import Argument, Arguments
from ..job_arguments import JOB_ID
from ..job_schema import CHANGED_JOB
from ..person import Decision, Reply
from ..schema import FLAG, TEXT, TEXTS, answer, described
from ..tool import Call, Payload, Tool
from ..views import view_job

_DECLINED = "The person did not agree, so nothing was deleted. Do not ask again unless they want it."
_CONFIRM = (
    "Not deleted yet. Show the person this job, and if they agree call delete_job again with job_id and "
    f"confirmation_token, within {LIFETIME_SECONDS:g} seconds. Its logs go too."
)
_DELETED = "Deleted, with its logs. To have it back call create_job with the fields of job"


async def handle(call: Call) -> Payload | InputRequiredResult:
    """Delete the job if the deletion is confirmed; else ask for that."""
    token = call.arguments.get("confirmation_token")
    reply = None if token else call.person.reply
    if reply is None:
        deletion = await _delete(call, token)
        if deletion.confirmation_token is None or not call.person.can_be_asked:
            return _view(deletion)
        asked = await call.person.ask(_question(deletion.job), "Delete it", deletion.confirmation_token)
        if isinstance(asked, InputRequiredResult):
            return asked
        reply = asked
    return await _follow(call, reply)


async def _follow(call: Call, reply: Reply) -> Payload:
    if reply.decision is Decision.DECLINED:
        return {"deleted": False, "message": _DECLINED}
    # Who could not be asked confirms with the token, like a client that offers no questions.
    return _view(await _delete(call, reply.state if reply.decision is Decision.AGREED else None))


async def _delete(call: Call, token: str | None) -> Deletion:
    services, job_id = call.services, call.arguments["job_id"]
    return await delete_job(services.gateway, services.confirmations, job_id, confirmation_token=token)


def _question(job: Job) -> str:
    spec = job.spec
    request = clean_text(f"{spec.method} {mask_url(spec.url)}", 300)
    return f"Delete the job {clean_text(spec.name, 100)} ({request}) and its logs? This cannot be undone."


def _view(deletion: Deletion) -> Payload:
    masked = list(masked_fields(deletion.job.spec))
    job = {"job": view_job(deletion.job), **({"masked": masked} if masked else {})}
    if not deletion.deleted:
        return {
            "deleted": False,
            "confirmation_token": deletion.confirmation_token,
            **job,
            "message": _CONFIRM,
        }
    missing = f"; these values are masked and must be asked for: {', '.join(masked)}" if masked else ""
    return {"deleted": True, **job, "message": f"{_DELETED}{missing}."}


TOOL = Tool(
    name="delete_job",
    title="Delete a job",
    description=(
        "Delete a job and its logs for good. It is confirmed first: either the person is asked, or the "
        "first call answers confirmation_token and the job, and a second call with that token deletes it. "
        "To stop a job for a while use pause_job."
    ),
    toolset=Toolset.CORE,
    writes=True,
    destructive=True,
    idempotent=True,
    calls_backend=True,
    arguments=Arguments(
        required=(JOB_ID,),
        optional=(
            Argument(
                "confirmation_token",
                described(TEXT, "From the first call, once the person agreed"),
                "the confirmation_token of the first call",
            ),
        ),
    ),
    answer=answer(
        {
            "deleted": FLAG,
            "confirmation_token": TEXT,
            "job": CHANGED_JOB,
            "masked": described(TEXTS, "Values of the job that are masked here"),
            "message": TEXT,
        },
        optional=["confirmation_token", "job", "masked", "message"],
    ),
    handle=handle,
)
