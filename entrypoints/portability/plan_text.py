"""A plan of changes as a person reads it at a terminal or in a log of CI: every field, no secret."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from attrs import evolve

from ...application.apply_jobs import AppliedStep, StepOutcome
from ...domain.portability.change_plan import Action, ChangePlan, PlannedChange, flatten
from ...domain.portability.document import PortableJob
from ...domain.secrets.masking import mask_body, mask_headers, mask_url, scrub, secrets_of
from ...domain.untrusted import clean_text

_SIGNS = {Action.CREATE: "+", Action.CHANGE: "~", Action.DELETE: "-", Action.NONE: "="}
_TEXT_LIMIT = 200
_LINE_LIMIT = 60
_NAMES_LIMIT = 10
_DELETED_FIELDS = ("cron_expression", "timezone", "interval_seconds", "run_at", "url")


def describe_plan(plan: ChangePlan, secrets: Sequence[str]) -> str:
    """Return what would be done, job by job; `secrets` are the values that no line may hold."""
    lines = [line for change in plan.changes for line in _describe_change(change, secrets)]
    if unchanged := plan.having(Action.NONE):
        lines.append(f"= unchanged {_name_some([step.name for step in unchanged])}")
    counts = [
        f"{len(plan.having(action))} to {action}" for action in (Action.CREATE, Action.CHANGE, Action.DELETE)
    ]
    lines.append(f"{', '.join(counts)}, {len(unchanged)} unchanged.")
    if plan.left:
        names = _name_some([job.spec.name for job in plan.left])
        lines.append(f"Not in the file, and left as they are (--prune deletes them): {names}")
    return "\n".join(lines)


def describe_outcome(steps: Sequence[AppliedStep]) -> str:
    """Return what was done and what was not, in one line."""
    counts = [(sum(step.outcome is outcome for step in steps), outcome) for outcome in StepOutcome]
    said = ", ".join(f"{count} {outcome.replace('_', ' ')}" for count, outcome in counts if count)
    if all(step.outcome is StepOutcome.DONE for step in steps):
        return f"Applied: {said}."
    return f"Not everything was applied: {said}. Apply the same file again to go on; what is done stays done."


def describe_step(step: AppliedStep, secrets: Sequence[str]) -> str:
    """Return what became of one change."""
    parts = list(step.done)
    if step.error:
        parts.append(f"{'but ' if parts else ''}{clean_text(scrub(str(step.error), secrets), 1000)}")
    said = f": {', '.join(parts)}" if parts else ""
    return f"{step.outcome.replace('_', ' ')}: {step.change.action} {_clean(step.change.name)}{said}"


def _describe_change(change: PlannedChange, secrets: Sequence[str]) -> Iterator[str]:
    yield f"{_SIGNS[change.action]} {change.action} {_clean(change.name)}"
    before = PortableJob.of(change.before) if change.before else None
    hidden = [*secrets, *_secrets_in(before), *_secrets_in(change.after)]
    old, new = _show(before, hidden), _show(change.after, hidden)
    match change.action:
        case Action.CREATE:
            for field, text in new.items():
                yield from _describe_field(field, None, text)
        case Action.CHANGE:
            for field in change.fields:
                yield from _describe_field(field, old.get(field), new.get(field))
        case Action.DELETE:
            for field in _DELETED_FIELDS:
                if field in old:
                    yield from _describe_field(field, None, old[field])


def _describe_field(field: str, old: str | None, new: str | None) -> Iterator[str]:
    label = f"    {clean_text(field, 120)}"
    if field == "body" and "\n" in f"{old}{new}":
        yield f"{label}:"
        lines = difflib.unified_diff((old or "").splitlines(), (new or "").splitlines(), n=1, lineterm="")
        changed = [line for line in lines if not line.startswith(("---", "+++", "@@"))]
        yield from (f"      {_clean(line)}" for line in changed[:_LINE_LIMIT])
        if len(changed) > _LINE_LIMIT:
            yield f"      ... {len(changed) - _LINE_LIMIT} more lines"
        if not changed:
            yield "      a hidden value changes"
    elif old is None:
        yield f"{label}: {_clean(new or '')}"
    elif new is None:
        yield f"{label}: {_clean(old)} -> (removed)"
    elif old == new:
        yield f"{label}: a hidden value changes"
    else:
        yield f"{label}: {_clean(old)} -> {_clean(new)}"


def _show(job: PortableJob | None, hidden: Sequence[str]) -> dict[str, str]:
    """Return a job's fields as texts that hold no secret."""
    if job is None:
        return {}
    spec = job.spec
    masked = evolve(
        spec, url=mask_url(spec.url), headers=mask_headers(spec.headers), body=mask_body(spec.body)
    )
    return {field: scrub(_write(value), hidden) for field, value in flatten(evolve(job, spec=masked)).items()}


def _write(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _secrets_in(job: PortableJob | None) -> Iterator[str]:
    return (value for _, value in secrets_of(job.spec)) if job else iter(())


def _clean(text: str) -> str:
    return clean_text(text, _TEXT_LIMIT).replace("\n", "\\n")


def _name_some(names: Sequence[str]) -> str:
    shown = ", ".join(_clean(name) for name in names[:_NAMES_LIMIT])
    more = f" and {len(names) - _NAMES_LIMIT} more" if len(names) > _NAMES_LIMIT else ""
    return f"{shown}{more}"
