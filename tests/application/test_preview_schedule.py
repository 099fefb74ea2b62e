"""The preview shows the load of all jobs, where they meet, and where to move them."""

from __future__ import annotations

import pytest

from cronlytic_mcp.adapters.memory.gateway import MemoryGateway
from cronlytic_mcp.application.preview_schedule import COLLISION_LIMIT, MOVE_LIMIT, preview_schedule
from cronlytic_mcp.domain.errors import InvalidArguments, JobNotFound, ServiceUnavailable
from cronlytic_mcp.domain.load.load import HourLoad
from cronlytic_mcp.domain.schedule import CronSchedule
from tests.application.gateways import CloudLikeGateway
from tests.application.stories import spec

pytestmark = pytest.mark.anyio


async def create(gateway: MemoryGateway, *expressions: str) -> list[str]:
    specs = [spec(name=f"job-{n:02}", cron_expression=text) for n, text in enumerate(expressions)]
    return [(await gateway.create(one)).job_id for one in specs]


async def test_an_empty_account_has_an_empty_week(gateway, clock) -> None:
    preview = await preview_schedule(gateway, clock)
    assert (preview.active, preview.paused, preview.load.runs) == (0, 0, 0)
    assert (preview.unplaced, preview.collisions, preview.moves, preview.crowded_minutes) == ((), (), (), 0)


async def test_the_next_seven_days_are_measured(gateway, clock) -> None:
    await create(gateway, "0 3 * * *", "0 3 * * 1", "30 9 * * 1-5")
    preview = await preview_schedule(gateway, clock)
    assert (preview.end - preview.start).days == 7
    assert preview.start > clock.now()
    assert preview.load.runs == 7 + 1 + 5
    assert preview.load.busiest_hours[0] == HourLoad("Monday", 3, 2)
    assert preview.crowded_minutes == 1
    (collision,) = preview.collisions
    assert [job.spec.name for job in collision.jobs] == ["job-01", "job-00"]
    (move,) = preview.moves
    assert (move.job.spec.name, move.schedule) == ("job-01", CronSchedule("1 3 * * 1"))


async def test_paused_jobs_are_left_out_and_counted(gateway, clock) -> None:
    first, _ = await create(gateway, "0 3 * * *", "0 3 * * *")
    await gateway.pause(first)
    preview = await preview_schedule(gateway, clock)
    assert (preview.active, preview.paused, preview.load.runs, preview.collisions) == (1, 1, 7, ())


async def test_a_freer_minute_can_be_asked_for_one_job(gateway, clock) -> None:
    first, second, third = await create(gateway, "0 3 * * *", "0 3 * * *", "7 4 * * *")
    (move,) = (await preview_schedule(gateway, clock, job_id=second)).moves
    assert (move.job.job_id, move.schedule) == (second, CronSchedule("1 3 * * *"))
    assert (await preview_schedule(gateway, clock, job_id=third)).moves == ()
    assert first


async def test_however_many_jobs_meet_the_lists_stay_short(gateway, clock) -> None:
    await create(gateway, *(f"{minute} 3 * * *" for minute in range(30) for _ in range(2)))
    preview = await preview_schedule(gateway, clock)
    assert (len(preview.collisions), len(preview.moves)) == (COLLISION_LIMIT, MOVE_LIMIT)
    assert preview.crowded_minutes == 30 * 7


async def test_previewing_changes_nothing(gateway, clock) -> None:
    await create(gateway, "0 3 * * *", "0 3 * * *")
    before = await gateway.list()
    await preview_schedule(gateway, clock)
    assert await gateway.list() == before


async def test_an_id_that_no_job_has_is_refused(gateway, clock) -> None:
    with pytest.raises(JobNotFound):
        await preview_schedule(gateway, clock, job_id="unknown")
    with pytest.raises(InvalidArguments):
        await preview_schedule(gateway, clock, job_id="../ping")


async def test_a_backend_that_is_down_is_said_to_be_down(clock) -> None:
    gateway = CloudLikeGateway(clock)
    gateway.list_error = ServiceUnavailable("no answer in time")
    with pytest.raises(ServiceUnavailable):
        await preview_schedule(gateway, clock)
