"""The templates that come with the server, as JSON."""

from __future__ import annotations

from typing import Any

from ....application.cron_templates import CronTemplates, UpcomingTemplate
from ....domain.schedule import CronSchedule
from ....domain.templates.cron_templates import CronWish, TemplateGroup
from ....domain.templates.job_templates import JobTemplate
from ..tool import Payload
from ..views import view

_HOW_TO_USE_CRON = (
    "Give an expression to create_job or update_job as cron_expression, after validate_cron has shown its "
    "runs. next_runs are in UTC."
)
_HOW_TO_USE_JOBS = (
    "Replace what to_replace names, try the URL with test_webhook, then give the fields of job to create_job."
)


def view_cron_templates(templates: CronTemplates) -> Payload:
    """Return the templates by group, and what plain cron cannot say with what to do instead."""
    groups: dict[str, list[Payload]] = {group.value: [] for group in TemplateGroup}
    for each in templates.templates:
        groups[each.template.group].append(_view_template(each))
    return {
        "how_to_use": _HOW_TO_USE_CRON,
        "groups": groups,
        "not_plain_cron": [_view_wish(wish) for wish in templates.wishes],
    }


def view_job_templates(templates: tuple[JobTemplate, ...]) -> Payload:
    """Return the ready jobs, each with its schedule in English."""
    return {
        "how_to_use": _HOW_TO_USE_JOBS,
        "templates": [
            {
                "template_id": each.template_id,
                "title": each.title,
                "purpose": each.purpose,
                "to_replace": each.to_replace,
                "schedule": CronSchedule(each.cron_expression).description,
                "job": dict(each.fields),
            }
            for each in templates
        ],
    }


def _view_template(upcoming: UpcomingTemplate) -> dict[str, Any]:
    template = upcoming.template
    note = {"note": template.note} if template.note else {}
    return {
        "template_id": template.template_id,
        "cron_expression": template.expression,
        "description": template.title,
        "zone_note": template.zone.value,
        **note,
        "next_runs": view(upcoming.next_runs),
    }


def _view_wish(wish: CronWish) -> dict[str, Any]:
    return {
        "wish_id": wish.wish_id,
        "description": wish.title,
        "reason": wish.reason,
        "options": [
            {"cron_expressions": list(option.expressions), "advice": option.advice} for option in wish.options
        ],
    }
