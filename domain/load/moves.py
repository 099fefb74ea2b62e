"""Other minutes of the hour for jobs that start together with others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise

from attrs import frozen

from ..job import Job, JobStatus
from ..schedule import CronSchedule, Schedule
from .collisions import Collision
from .load import is_popular
from .minute_mask import marked_minutes
from .week_plan import WeekPlan, mark_week

# A week that is full everywhere has no room however many jobs are tried.
_MOST_TRIED = 50


@frozen
class Move:
    """A job, and its schedule with other minutes of the hour; hours and days stay.

    together_before, together_after: the most other jobs that start in one minute with it.
    """

    job: Job
    schedule: CronSchedule
    together_before: int
    together_after: int


def suggest_moves(plan: WeekPlan, collisions: Iterable[Collision], limit: int) -> tuple[Move, ...]:
    """Return up to `limit` moves that thin the collisions out, each reckoning with those before it.

    In each collision the jobs that run least often are tried first.
    """
    counts = list(plan.counts)
    moves: list[Move] = []
    # A job may meet different jobs at different minutes, and it moves once.
    meeting = {job.job_id: job for collision in collisions for job in collision.jobs}
    for job in islice(meeting.values(), _MOST_TRIED):
        if len(moves) < limit and (move := _find_move(plan, counts, job)):
            moves.append(move)
            for place in _places(plan, job.spec.schedule):
                counts[place] -= 1
            for place in _places(plan, move.schedule):
                counts[place] += 1
    return tuple(moves)


def suggest_move(plan: WeekPlan, job: Job) -> Move | None:
    """Return the move of one job, None where no other minute of the hour is freer for it."""
    return _find_move(plan, plan.counts, job)


def _find_move(plan: WeekPlan, counts: Sequence[int], job: Job) -> Move | None:
    schedule = job.spec.schedule
    own = _places(plan, schedule)
    if not own or not isinstance(schedule, CronSchedule):
        return None
    # A paused job is in no count.
    itself = frozenset() if job.status is JobStatus.PAUSED else frozenset(own)

    def crowd(places: Iterable[int]) -> list[int]:
        return [counts[place] - (place in itself) for place in places]

    before = max(crowd(own))
    best: tuple[tuple[int, ...], CronSchedule] | None = None
    for shift, (minutes, moved) in enumerate(_shifted(schedule)):
        others = crowd(_places(plan, moved))
        # Of equally free minutes the next ones after today's, but not those that everybody takes.
        rank = (max(others), sum(others), sum(map(is_popular, minutes)), shift)
        if rank[0] < before and (best is None or rank < best[0]):
            best = rank, moved
    return best and Move(job, best[1], before, best[0][0])


def _shifted(schedule: CronSchedule) -> Iterator[tuple[Sequence[int], CronSchedule]]:
    """Yield the schedule with all its minutes moved on by 1, 2 ... 59 within the hour."""
    from ..cron.expression import read_expression

    expression = read_expression(schedule.expression)
    rest = expression.text.partition(" ")[2]
    for shift in range(1, 60):
        minutes = sorted((minute + shift) % 60 for minute in expression.minute.values)
        if tuple(minutes) != expression.minute.values:
            yield minutes, CronSchedule(f"{_write_minutes(minutes)} {rest}", schedule.timezone)


def _write_minutes(minutes: Sequence[int]) -> str:
    gaps = {later - earlier for earlier, later in pairwise(minutes)}
    if len(minutes) > 2 and len(gaps) == 1 and minutes[-1] + max(gaps) > 59:
        return f"{minutes[0]}-59/{max(gaps)}"
    return ",".join(map(str, minutes))


def _places(plan: WeekPlan, schedule: Schedule) -> tuple[int, ...]:
    mask = mark_week(schedule, plan.start)
    return tuple(marked_minutes(mask)) if isinstance(mask, int) else ()
