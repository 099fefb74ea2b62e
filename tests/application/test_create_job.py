"""Creating a job: checked as a whole, answered with what it means."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve

from cronlytic_mcp.adapters.memory.gateway import MemoryGateway
from cronlytic_mcp.application.create_job import create_job
from cronlytic_mcp.domain.errors import InvalidJob, NotSupported, QuotaExceeded, RateLimited
from cronlytic_mcp.domain.job import Job, JobSpec
from cronlytic_mcp.domain.schedule import CronSchedule
from cronlytic_mcp.domain.secrets.masking import MASK
from tests.application.gateways import CloudLikeGateway, HangingListGateway
from tests.application.stories import FIELDS
from tests.clock import FakeClock

pytestmark = pytest.mark.anyio

LEAST: dict[str, Any] = {"name": "ping", "url": "https://example.com/", "cron_expression": "*/5 * * * *"}


async def test_name_url_and_cron_expression_are_enough(gateway: MemoryGateway, clock: FakeClock) -> None:
    change = await create_job(gateway, clock, **LEAST)
    spec = (await gateway.get(change.job.job_id)).spec
    assert (spec.method, dict(spec.headers), spec.body) == ("GET", {}, "")
    assert change.schedule is not None
    assert change.schedule.next_runs[0] == clock.now() + timedelta(minutes=5)
    assert len(change.schedule.next_runs) == 5
    assert (change.normalized, change.warnings) == ((), ())


async def test_the_runs_are_shown_in_the_machines_zone_too(gateway: MemoryGateway) -> None:
    clock = FakeClock(zone=ZoneInfo("Asia/Tokyo"))
    change = await create_job(gateway, clock, **LEAST)
    assert change.schedule is not None
    assert change.schedule.next_runs_local[0].isoformat() == "2026-01-15T21:05:00+09:00"


async def test_method_and_expression_are_normalised_and_it_is_said(
    gateway: MemoryGateway, clock: FakeClock
) -> None:
    change = await create_job(gateway, clock, **{**LEAST, "method": "post", "cron_expression": "@daily"})
    assert change.job.spec.method == "POST"
    assert change.job.spec.schedule == CronSchedule("0 0 * * *")
    assert change.normalized == ("method: post -> POST", "cron_expression: @daily -> 0 0 * * *")


async def test_every_problem_is_reported_and_nothing_is_made(
    gateway: MemoryGateway, clock: FakeClock
) -> None:
    with pytest.raises(InvalidJob) as refused:
        await create_job(
            gateway,
            clock,
            name="a b",
            url="x",
            cron_expression="* *",
            headers={"X-Token": MASK},
            timezone="Mars",
        )
    fields = {problem.field for problem in refused.value.problems}
    assert fields == {"name", "url", "cron_expression", "timezone", "headers.X-Token"}
    assert list(await gateway.list()) == []


async def test_a_zone_is_refused_with_the_utc_expression_that_fits_now(
    gateway: MemoryGateway, clock: FakeClock
) -> None:
    with pytest.raises(NotSupported) as refused:
        await create_job(
            gateway, clock, **{**LEAST, "cron_expression": "30 2 * * *", "timezone": "Europe/Berlin"}
        )
    assert refused.value.facts["cron_expression"] == "30 1 * * *"
    assert refused.value.facts["valid_until"] == "2026-03-29"
    assert "'30 1 * * *'" in str(refused.value)
    assert "2026-03-29" in str(refused.value)
    assert list(await gateway.list()) == []


async def test_a_zone_without_a_utc_expression_is_refused_with_a_way_on(
    gateway: MemoryGateway, clock: FakeClock
) -> None:
    with pytest.raises(NotSupported, match="split it into several jobs") as refused:
        await create_job(
            gateway, clock, **{**LEAST, "cron_expression": "0 0 1 * *", "timezone": "Europe/Berlin"}
        )
    assert "cron_expression" not in refused.value.facts


@pytest.mark.parametrize("timezone", ["UTC", "Etc/UTC", "Zulu"])
async def test_names_of_utc_are_utc(gateway: MemoryGateway, clock: FakeClock, timezone: str) -> None:
    change = await create_job(gateway, clock, **LEAST, timezone=timezone)
    assert change.job.spec.schedule == CronSchedule("*/5 * * * *", "UTC")


async def test_a_backend_with_zones_keeps_the_zone(clock: FakeClock) -> None:
    class ZonedGateway(MemoryGateway):
        """A backend that takes any zone and remembers what it was given."""

        given: JobSpec

        @property
        def capabilities(self):
            return evolve(super().capabilities, time_zones=True)

        async def create(self, spec: JobSpec) -> Job:
            self.given = spec
            return await super().create(evolve(spec, schedule=CronSchedule(spec.schedule.expression)))

    gateway = ZonedGateway(clock)
    await create_job(gateway, clock, **LEAST, timezone="Europe/Berlin")
    assert gateway.given.schedule == CronSchedule("*/5 * * * *", "Europe/Berlin")


async def test_a_second_job_of_the_name_is_warned_about(gateway: MemoryGateway, clock: FakeClock) -> None:
    first = await create_job(gateway, clock, **LEAST)
    second = await create_job(gateway, clock, **LEAST)
    (warning,) = second.warnings
    assert first.job.job_id in warning
    assert second.job.job_id not in warning


async def test_many_namesakes_are_counted_not_listed(gateway: MemoryGateway, clock: FakeClock) -> None:
    for _ in range(5):
        await create_job(gateway, clock, **LEAST)
    change = await create_job(gateway, clock, **LEAST)
    assert change.warnings[0].startswith("5 other job(s)")
    assert change.warnings[0].count("-") < 20


async def test_a_body_that_get_drops_is_warned_about(gateway: MemoryGateway, clock: FakeClock) -> None:
    change = await create_job(gateway, clock, **LEAST, body="x")
    assert "ignore the body" in change.warnings[0]
    assert (await create_job(gateway, clock, **{**FIELDS, "name": "other"})).warnings == ()


async def test_a_next_run_that_the_backend_sees_elsewhere_is_warned_about(clock: FakeClock) -> None:
    class AheadGateway(MemoryGateway):
        """A backend that reads the fields in another zone."""

        async def create(self, spec: JobSpec) -> Job:
            job = await super().create(spec)
            return evolve(job, next_run_at=datetime(2026, 1, 15, 13, 2, tzinfo=UTC))

    change = await create_job(AheadGateway(clock), clock, **LEAST)
    assert "2026-01-15T13:02:00+00:00" in change.warnings[0]
    assert "2026-01-15T12:05:00+00:00" in change.warnings[0]


async def test_a_failing_look_at_the_other_jobs_does_not_hide_the_success(clock: FakeClock) -> None:
    gateway = CloudLikeGateway(clock)
    gateway.list_error = RateLimited(30)
    change = await create_job(gateway, clock, **LEAST)
    assert change.job == await gateway.get(change.job.job_id)
    assert "could not be checked" in change.warnings[0]


async def test_a_hanging_look_at_the_other_jobs_does_not_hold_the_answer_back(clock: FakeClock) -> None:
    change = await create_job(HangingListGateway(clock), clock, **LEAST)
    assert "could not be checked" in change.warnings[0]


async def test_the_job_limit_is_the_backends(clock: FakeClock) -> None:
    gateway = MemoryGateway(clock, job_limit=1)
    await create_job(gateway, clock, **LEAST)
    with pytest.raises(QuotaExceeded):
        await create_job(gateway, clock, **LEAST)
