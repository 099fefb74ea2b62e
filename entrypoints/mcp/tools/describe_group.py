"""The tool ``describe_group``."""

from __future__ import annotations

from ....application.adaptive.describe_group import describe_group
from ...toolset import Toolset
from ..argument import Argument, Arguments
from ..schema import TEXT, TEXTS, answer, described
from ..tool import Call, Payload, Tool


async def handle(call: Call) -> Payload:
    """Write the description."""
    group, description = call.arguments["group"], call.arguments["description"]
    jobs = await describe_group(call.services.analyses, group, description)
    return {"group": group, "description": description.strip(), "jobs": list(jobs)}


TOOL = Tool(
    name="describe_group",
    title="Describe a group",
    description=(
        "Say what a group of jobs is for and how its jobs belong together, for whoever analyses one of them; "
        "it replaces what was said before, and an empty text takes it away. A job is put into a group with "
        "update_job."
    ),
    toolset=Toolset.ADAPTIVE,
    writes=True,
    destructive=False,
    idempotent=True,
    calls_backend=True,
    arguments=Arguments(
        required=(
            Argument("group", described(TEXT, "1-50 letters, digits, - and _"), "checkout"),
            Argument(
                "description",
                described(TEXT, "At most 1,000 characters"),
                "Sale week: the queue feeds the mailer.",
            ),
        )
    ),
    answer=answer({"group": TEXT, "description": TEXT, "jobs": described(TEXTS, "Names of its jobs")}),
    handle=handle,
)
