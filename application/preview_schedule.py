"""Look at the next seven days: how many jobs run when, which start together, and where there is room."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from attrs import frozen

from ..domain.errors import JobNotFound
from ..domain.job import Job, check_job_id
from ..domain.load.collisions import Collision, find_collisions
from ..domain.load.load import Load, measure_load
from ..domain.load.moves import Move, suggest_move, suggest_moves
from ..domain.load.week_plan import UnplacedJob, WeekPlan, plan_week
from .ports import Clock, JobGateway

COLLISION_LIMIT = 10
MOVE_LIMIT = 10


@frozen
class SchedulePreview:
    """The runs of seven days and what to make of them.

    start, end: aware UTC; from the next full minute. active, paused: how many jobs; paused ones are
    in no figure. unplaced: active jobs that are in no figure either, and why. crowded_minutes: in how
    many of the 10,080 minutes more than one job starts. collisions: at most `COLLISION_LIMIT`, the
    largest first. moves: at most `MOVE_LIMIT`, each reckoning with those before it; where a job was
    asked for, its own, or none if no other minute of the hour is freer.
    """

    start: datetime
    end: datetime
    active: int
    paused: int
    unplaced: tuple[UnplacedJob, ...]
    load: Load
    crowded_minutes: int
    collisions: tuple[Collision, ...]
    moves: tuple[Move, ...]


async def preview_schedule(
    gateway: JobGateway, clock: Clock, *, job_id: str | None = None
) -> SchedulePreview:
    """Return the load of all active jobs for the next seven days; nothing is changed.

    `job_id` asks for a freer minute for one job, which may be paused.

    Raises:
        InvalidArguments: `job_id` cannot be an id.
        JobNotFound: no job has it.
        CronlyticError: whatever else the gateway raises.
    """
    if job_id is not None:
        check_job_id(job_id)
    jobs = await gateway.list()
    wanted = None if job_id is None else _find(jobs, job_id)
    # Thousands of schedules take a second or so, in which other calls are to go on.
    return await asyncio.to_thread(_preview, jobs, clock.now(), wanted)


def _find(jobs: Sequence[Job], job_id: str) -> Job:
    for job in jobs:
        if job.job_id == job_id:
            return job
    raise JobNotFound(job_id)


def _preview(jobs: Sequence[Job], now: datetime, wanted: Job | None) -> SchedulePreview:
    plan = plan_week(jobs, now)
    collisions = find_collisions(plan, COLLISION_LIMIT)
    return SchedulePreview(
        start=plan.start,
        end=plan.instant(len(plan.counts)),
        active=plan.active,
        paused=plan.paused,
        unplaced=plan.unplaced,
        load=measure_load(plan),
        crowded_minutes=sum(count > 1 for count in plan.counts),
        collisions=collisions,
        moves=_moves(plan, collisions, wanted),
    )


def _moves(plan: WeekPlan, collisions: Sequence[Collision], wanted: Job | None) -> tuple[Move, ...]:
    if wanted is None:
        return suggest_moves(plan, collisions, MOVE_LIMIT)
    move = suggest_move(plan, wanted)
    return (move,) if move else ()
