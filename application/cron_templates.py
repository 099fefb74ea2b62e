"""The cron templates as they are now: with the next runs of each."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from ..domain.schedule import CronSchedule
from ..domain.templates.cron_template_table import CRON_TEMPLATES
from ..domain.templates.cron_templates import CronTemplate, CronWish
from ..domain.templates.cron_wish_table import CRON_WISHES
from .ports import Clock

RUNS_SHOWN = 3


@frozen
class UpcomingTemplate:
    """A template, and its next three runs in UTC."""

    template: CronTemplate
    next_runs: tuple[datetime, ...]


@frozen
class CronTemplates:
    """All templates, group by group, and the wishes that plain cron does not fulfil."""

    templates: tuple[UpcomingTemplate, ...]
    wishes: tuple[CronWish, ...]


def list_cron_templates(clock: Clock) -> CronTemplates:
    """Return every template with its next runs from now on."""
    now = clock.now()
    return CronTemplates(
        tuple(
            UpcomingTemplate(template, tuple(CronSchedule(template.expression).next_runs(now, RUNS_SHOWN)))
            for template in CRON_TEMPLATES
        ),
        CRON_WISHES,
    )
