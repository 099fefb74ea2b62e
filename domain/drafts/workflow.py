"""The schedule of a workflow of GitHub Actions, as drafts of jobs that start it through GitHub's API."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ..portability.document import Document
from ..schedule import CronSchedule
from .draft import Drafts, Remark, make_name, tell_apart

REPOSITORY_VARIABLE = "GITHUB_REPOSITORY"
TOKEN_VARIABLE = "GITHUB_TOKEN"  # noqa: S105 - the name of a variable

_DISPATCH = "https://api.github.com/repos/{repository}/actions/workflows/{file}/dispatches"
_TOKEN = f"{TOKEN_VARIABLE} is a token that may start workflows of the repository (actions: write)."
_REPOSITORY = f"{REPOSITORY_VARIABLE} is the repository, as OWNER/NAME."
_NOT_CALLABLE = "the workflow has no workflow_dispatch under `on`; without it GitHub refuses to start it so."
_STILL = "remove the workflow's own schedule once the jobs run, or it starts twice."


def read_workflow(workflow: object, file: str, *, repository: str | None = None, ref: str = "main") -> Drafts:
    """Return a draft for each time of a workflow, which is the YAML of `file` as it is read.

    Each calls the API that starts the workflow, on the branch or tag `ref`; without `repository` the URL
    refers to a variable.
    """
    triggers = workflow.get("on") if isinstance(workflow, Mapping) else None
    times = triggers.get("schedule") if isinstance(triggers, Mapping) else None
    if not isinstance(triggers, Mapping) or not isinstance(times, list) or not times:
        return Drafts((), skipped=(Remark(None, "The workflow has no times under `on: schedule`."),))
    name = workflow.get("name") if isinstance(workflow, Mapping) else None
    title = make_name(name if isinstance(name, str) else file.rpartition(".")[0])
    documents: list[Document] = []
    skipped: list[Remark] = []
    for number, time in enumerate(times, 1):
        schedule = _read_time(time)
        if isinstance(schedule, str):
            skipped.append(Remark(None, f"Time {number} of the schedule: {schedule}"))
        else:
            documents.append(_write(title, schedule, file, repository, ref))
    names = tell_apart([title] * len(documents))
    notes = [_TOKEN, *([] if repository else [_REPOSITORY]), _STILL]
    if "workflow_dispatch" not in triggers:
        notes.insert(0, _NOT_CALLABLE)
    named = tuple(document | {"name": each} for each, document in zip(names, documents, strict=True))
    return Drafts(named, tuple(Remark(None, note) for note in notes) if named else (), tuple(skipped))


def _read_time(time: object) -> CronSchedule | str:
    expression = time.get("cron") if isinstance(time, Mapping) else None
    timezone = time.get("timezone", "UTC") if isinstance(time, Mapping) else None
    if not isinstance(expression, str) or not isinstance(timezone, str):
        return "it has no cron expression."
    problems = CronSchedule(expression, timezone).find_problems()
    return problems[0].message if problems else CronSchedule.parse(expression, timezone)


def _write(title: str, schedule: CronSchedule, file: str, repository: str | None, ref: str) -> Document:
    place = repository or f"${{{REPOSITORY_VARIABLE}}}"
    zone: Document = {} if schedule.timezone == "UTC" else {"timezone": schedule.timezone}
    return {
        "name": title,
        "cron_expression": schedule.expression,
        **zone,
        "method": "POST",
        "url": _DISPATCH.format(repository=place, file=file),
        "headers": {
            "Authorization": f"Bearer ${{{TOKEN_VARIABLE}}}",
            "Accept": "application/vnd.github+json",
            "Content-Type": "application/json",
            "User-Agent": "cronlytic-mcp",
        },
        "body": json.dumps({"ref": ref}),
    }
