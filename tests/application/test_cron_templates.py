"""The templates come with the next runs of now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from cronlytic_mcp.application.cron_templates import list_cron_templates
from cronlytic_mcp.domain.templates.cron_template_table import CRON_TEMPLATES
from cronlytic_mcp.domain.templates.cron_wish_table import CRON_WISHES
from tests.clock import FakeClock


def test_every_template_has_its_next_three_runs(clock: FakeClock) -> None:
    listed = list_cron_templates(clock)
    assert [upcoming.template for upcoming in listed.templates] == list(CRON_TEMPLATES)
    assert {len(upcoming.next_runs) for upcoming in listed.templates} == {3}
    assert all(clock.now() < upcoming.next_runs[0] for upcoming in listed.templates)
    assert listed.wishes == CRON_WISHES


def test_the_runs_move_on_with_the_clock(clock: FakeClock) -> None:
    clock.advance(timedelta(days=400))
    daily = next(u for u in list_cron_templates(clock).templates if u.template.template_id == "daily-morning")
    assert daily.next_runs == tuple(datetime(2027, 2, day, 9, tzinfo=UTC) for day in (20, 21, 22))
