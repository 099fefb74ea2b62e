"""Updating a job: any fields, the others kept, hidden values safe."""

from __future__ import annotations

import pytest
from attrs import evolve

from cronlytic_mcp.adapters.memory.gateway import MemoryGateway
from cronlytic_mcp.application.update_job import UPDATABLE, update_job
from cronlytic_mcp.domain.errors import InvalidArguments, InvalidJob, JobNotFound, NotSupported
from cronlytic_mcp.domain.job import Job, JobStatus
from cronlytic_mcp.domain.schedule import CronSchedule, IntervalSchedule
from cronlytic_mcp.domain.secrets.masking import MASK, mask_body, mask_headers, mask_url
from tests.application.stories import spec
from tests.clock import FakeClock

pytestmark = pytest.mark.anyio


@pytest.fixture
async def job(gateway: MemoryGateway) -> Job:
    return await gateway.create(spec())


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("name", "other", spec(name="other")),
        ("url", "https://example.com/new", spec(url="https://example.com/new")),
        ("method", "put", spec(method="PUT")),
        ("headers", {"Accept": "text/plain"}, spec(headers={"Accept": "text/plain"})),
        ("body", "", spec(body="")),
        ("cron_expression", "@hourly", spec(cron_expression="0 * * * *")),
    ],
)
async def test_one_field_changes_and_the_others_stay(gateway, clock, job, field, value, expected) -> None:
    change = await update_job(gateway, clock, job.job_id, {field: value})
    assert change.job.spec == expected
    assert await gateway.get(job.job_id) == change.job
    assert change.schedule is not None
    assert change.schedule.normalized == expected.schedule.expression


async def test_what_was_shown_masked_can_be_written_back(gateway, clock, job) -> None:
    shown = {
        "url": mask_url(job.spec.url),
        "headers": {**mask_headers(job.spec.headers), "X-New": "1"},
        "body": mask_body(job.spec.body),
        "name": "renamed",
    }
    change = await update_job(gateway, clock, job.job_id, shown)
    expected = spec(name="renamed", headers={**job.spec.headers, "X-New": "1"})
    assert change.job.spec == expected


async def test_a_mask_for_nothing_is_refused(gateway, clock, job) -> None:
    with pytest.raises(InvalidJob) as refused:
        await update_job(gateway, clock, job.job_id, {"headers": {"X-Other-Token": MASK}})
    assert [problem.rule for problem in refused.value.problems] == ["mask"]
    assert await gateway.get(job.job_id) == job


async def test_secrets_do_not_move_to_another_origin(gateway, clock, job) -> None:
    with pytest.raises(InvalidJob) as refused:
        await update_job(gateway, clock, job.job_id, {"url": "https://evil.example/"})
    assert {problem.field for problem in refused.value.problems} == {"headers.Authorization", "body.password"}
    assert await gateway.get(job.job_id) == job


async def test_secrets_that_are_given_again_move(gateway, clock, job) -> None:
    changes = {"url": "https://new.example.com/", "headers": {"Authorization": "Bearer s3cret"}, "body": ""}
    change = await update_job(gateway, clock, job.job_id, changes)
    assert change.job.spec.headers == {"Authorization": "Bearer s3cret"}


async def test_every_problem_is_reported_and_nothing_changes(gateway, clock, job) -> None:
    with pytest.raises(InvalidJob) as refused:
        await update_job(
            gateway, clock, job.job_id, {"name": "a b", "method": "X", "cron_expression": "x", "body": 1}
        )
    assert {problem.field for problem in refused.value.problems} == {
        "name",
        "method",
        "cron_expression",
        "body",
    }
    assert await gateway.get(job.job_id) == job


async def test_nothing_to_change_and_unknown_fields_are_refused(gateway, clock, job) -> None:
    with pytest.raises(InvalidJob, match="at least one field"):
        await update_job(gateway, clock, job.job_id, {})
    with pytest.raises(InvalidJob) as refused:
        await update_job(gateway, clock, job.job_id, {"status": "paused"})
    assert all(field in refused.value.problems[0].message for field in UPDATABLE)


async def test_values_that_the_backend_holds_are_not_judged_again(gateway, clock) -> None:
    class LaxGateway(MemoryGateway):
        """A backend that holds a job which today's rules would refuse."""

        async def get(self, job_id: str) -> Job:
            job = await super().get(job_id)
            return evolve(job, spec=evolve(job.spec, url="http://localhost/hook"))

    lax = LaxGateway(clock)
    job = await lax.create(spec())
    with pytest.raises(InvalidJob):
        await update_job(lax, clock, job.job_id, {"url": "http://localhost/other", "body": "", "headers": {}})


async def test_a_zone_is_refused_with_the_expression_of_the_job(gateway, clock, job) -> None:
    with pytest.raises(NotSupported) as refused:
        await update_job(gateway, clock, job.job_id, {"timezone": "Europe/Berlin"})
    assert refused.value.facts["cron_expression"] == "0 2 * * *"
    assert await gateway.get(job.job_id) == job


async def test_a_zone_needs_an_expression_where_there_is_none(clock) -> None:
    class IntervalGateway(MemoryGateway):
        """A backend that holds an interval job."""

        async def get(self, job_id: str) -> Job:
            job = await super().get(job_id)
            return evolve(job, spec=evolve(job.spec, schedule=IntervalSchedule(60)))

    gateway = IntervalGateway(clock)
    job = await gateway.create(spec())
    with pytest.raises(InvalidJob, match="together with timezone"):
        await update_job(gateway, clock, job.job_id, {"timezone": "Europe/Berlin"})
    change = await update_job(gateway, clock, job.job_id, {"cron_expression": "0 5 * * *"})
    assert change.job.spec.schedule == CronSchedule("0 5 * * *")


async def test_a_rename_to_a_taken_name_is_warned_about(gateway, clock, job) -> None:
    await gateway.create(spec(name="taken"))
    change = await update_job(gateway, clock, job.job_id, {"name": "taken"})
    assert "taken" in change.warnings[0]


async def test_a_paused_job_stays_paused(gateway, clock: FakeClock, job) -> None:
    await gateway.pause(job.job_id)
    change = await update_job(gateway, clock, job.job_id, {"body": ""})
    assert change.job.status is JobStatus.PAUSED
    assert change.warnings == ()


async def test_ids_are_checked_and_looked_up(gateway, clock) -> None:
    with pytest.raises(InvalidArguments):
        await update_job(gateway, clock, "../ping", {"body": ""})
    with pytest.raises(JobNotFound):
        await update_job(gateway, clock, "unknown", {"body": ""})
