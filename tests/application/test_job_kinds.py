"""Jobs with all that the embedded engine can keep, created and changed through the use-cases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cronlytic_mcp.adapters.local.gateway import LocalGateway
from cronlytic_mcp.adapters.memory.engine_store import MemoryEngineStore
from cronlytic_mcp.adapters.memory.gateway import MemoryGateway
from cronlytic_mcp.application.create_job import create_job
from cronlytic_mcp.application.job_change import JobChange
from cronlytic_mcp.application.update_job import update_job
from cronlytic_mcp.domain.errors import InvalidJob, NotSupported
from cronlytic_mcp.domain.execution_policy import ExecutionPolicy, Overlap
from cronlytic_mcp.domain.schedule import CronSchedule, IntervalSchedule, OneShot
from cronlytic_mcp.domain.secrets.masking import mask_notify_url
from tests.clock import NOON

pytestmark = pytest.mark.anyio

CHAT = "https://chat.example.com/hooks/0123456789abcdef"
NEW_YEAR = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.fixture
def local(clock) -> LocalGateway:
    return LocalGateway(MemoryEngineStore(), clock)


@pytest.fixture
def create(local, clock):
    async def create(**fields: Any) -> JobChange:
        return await create_job(local, clock, name="job", url="https://example.com/", **fields)

    return create


@pytest.fixture
def update(local, clock):
    async def update(change: JobChange, **changes: Any) -> JobChange:
        return await update_job(local, clock, change.job.job_id, changes)

    return update


async def test_an_interval_is_kept_and_explained(create) -> None:
    change = await create(interval_seconds=5400)
    assert change.job.spec.schedule == IntervalSchedule(5400)
    assert change.schedule is not None
    assert change.schedule.description == "Every 1 hour 30 minutes"
    assert change.schedule.next_runs[:2] == (NOON + timedelta(minutes=90), NOON + timedelta(hours=3))


async def test_a_single_run_is_kept_and_explained_in_the_zone_that_was_given(create) -> None:
    change = await create(run_at="2027-01-01T01:00:00", timezone="Europe/Berlin")
    assert change.job.spec.schedule == OneShot(NEW_YEAR)
    assert change.schedule is not None
    assert [run.isoformat() for run in change.schedule.next_runs] == ["2027-01-01T01:00:00+01:00"]
    assert change.normalized == ("run_at: 2027-01-01T01:00:00 -> 2027-01-01T00:00:00+00:00",)


async def test_description_group_and_options_are_kept(create) -> None:
    change = await create(
        cron_expression="@daily",
        description="Why.",
        group="nightly",
        options={"retries": 3, "notify_url": CHAT},
    )
    spec = change.job.spec
    assert (spec.description, spec.group) == ("Why.", "nightly")
    assert spec.policy == ExecutionPolicy(retries=3, notify_url=CHAT)


@pytest.mark.parametrize(
    ("options", "count"),
    [({"max_runs": 2}, 2), ({"end_at": (NOON + timedelta(seconds=180)).isoformat()}, 3), ({}, 5)],
)
async def test_no_run_is_shown_that_the_end_of_the_job_forbids(create, options, count) -> None:
    change = await create(interval_seconds=60, options=options)
    assert change.schedule is not None
    assert len(change.schedule.next_runs) == len(change.schedule.next_runs_local) == count


@pytest.mark.parametrize(
    ("fields", "problems"),
    [
        ({}, {"cron_expression"}),
        ({"cron_expression": "@daily", "interval_seconds": 60}, {"interval_seconds"}),
        ({"run_at": (NOON - timedelta(seconds=1)).isoformat()}, {"run_at"}),
        ({"run_at": "soon", "group": "a b", "options": {"retries": 99, "x": 1}},
         {"run_at", "group", "options.retries", "options.x"}),
        ({"interval_seconds": 60, "options": {"notify_url": mask_notify_url(CHAT)}}, {"options.notify_url"}),
    ],
)  # fmt: skip
async def test_every_problem_is_told_at_once(create, local, fields, problems) -> None:
    with pytest.raises(InvalidJob) as refused:
        await create(**fields)
    assert {problem.field for problem in refused.value.problems} == problems
    assert await local.list() == ()


async def test_any_kind_of_schedule_replaces_any_other(create, update) -> None:
    job = await create(cron_expression="0 3 * * *", timezone="Europe/Berlin")
    assert (await update(job, interval_seconds=60)).job.spec.schedule == IntervalSchedule(60)
    assert (await update(job, run_at="2027-01-01T00:00:00Z")).job.spec.schedule == OneShot(NEW_YEAR)
    changed = await update(job, cron_expression="0 4 * * *")
    assert changed.job.spec.schedule == CronSchedule("0 4 * * *", "UTC")


async def test_an_update_changes_only_the_options_that_it_names_and_null_sets_one_back(
    create, update
) -> None:
    job = await create(interval_seconds=60, options={"retries": 3, "overlap": "queue"})
    changed = await update(job, options={"retries": None, "max_runs": 9})
    assert changed.job.spec.policy == ExecutionPolicy(overlap=Overlap.QUEUE, max_runs=9)


async def test_an_update_takes_a_group_and_a_description_away(create, update) -> None:
    job = await create(interval_seconds=60, description="Why.", group="nightly")
    changed = await update(job, group="", description="")
    assert (changed.job.spec.description, changed.job.spec.group) == ("", None)


async def test_options_of_an_update_are_judged_with_those_of_the_job(create, update) -> None:
    job = await create(interval_seconds=60, options={"min_interval_seconds": 100})
    with pytest.raises(InvalidJob) as refused:
        await update(job, options={"max_interval_seconds": 50})
    assert refused.value.problems[0].field == "options.min_interval_seconds"


async def test_where_a_person_is_told_may_come_back_masked_and_stays(create, update) -> None:
    job = await create(interval_seconds=60, options={"notify_url": CHAT})
    changed = await update(job, options={"notify_url": mask_notify_url(CHAT), "retries": 1})
    assert changed.job.spec.policy == ExecutionPolicy(retries=1, notify_url=CHAT)
    with pytest.raises(InvalidJob) as refused:
        await update(job, options={"notify_url": mask_notify_url("https://evil.example/x")})
    assert refused.value.problems[0].rule == "mask"


async def test_a_chat_does_not_keep_a_url_from_moving(create, update) -> None:
    job = await create(interval_seconds=60, options={"notify_url": CHAT})
    changed = await update(job, url="https://other.example/")
    assert changed.job.spec.policy.notify_url == CHAT


async def test_limits_that_move_runs_are_warned_about_and_no_backend_is_blamed(create) -> None:
    change = await create(cron_expression="0 0 1 1 *", options={"max_interval_seconds": 3600})
    (warning,) = change.warnings
    assert "max_interval_seconds" in warning


async def test_an_end_that_has_come_is_warned_about(create, update) -> None:
    job = await create(interval_seconds=60)
    changed = await update(job, options={"end_at": (NOON - timedelta(days=1)).isoformat()})
    assert changed.schedule is not None
    assert changed.schedule.next_runs == ()
    assert "Nothing is planned any more" in changed.warnings[0]


@pytest.mark.parametrize(
    ("fields", "feature", "expression"),
    [
        ({"interval_seconds": 300}, "interval_seconds", "*/5 * * * *"),
        ({"run_at": "2027-01-01T00:00:00Z"}, "run_at", "0 0 1 1 *"),
        ({"cron_expression": "@daily", "group": "nightly"}, "group", None),
        ({"cron_expression": "@daily", "timezone": "Europe/Berlin", "options": {"retries": 1}},
         "the time zone Europe/Berlin and options", "0 23 * * *"),
    ],
)  # fmt: skip
async def test_what_a_backend_cannot_keep_is_refused_with_what_it_can(
    gateway: MemoryGateway, clock, fields, feature, expression
) -> None:
    with pytest.raises(NotSupported) as refused:
        await create_job(gateway, clock, name="job", url="https://example.com/", **fields)
    assert refused.value.feature == feature
    assert refused.value.facts.get("cron_expression") == expression
    assert await gateway.list() == ()


async def test_options_that_are_as_by_default_are_taken_everywhere(gateway: MemoryGateway, clock) -> None:
    change = await create_job(
        gateway,
        clock,
        name="job",
        url="https://example.com/",
        cron_expression="@daily",
        options={"retries": 0},
    )
    assert change.job.spec.policy == ExecutionPolicy()
