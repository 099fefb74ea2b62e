"""When the occurrences of an interval come: at a fixed rate, but while runs fail counted from their ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from attrs import frozen

from cronlytic_mcp.domain.engine.run import Run, RunState

ENDED = {RunState.SUCCESS, RunState.FAILED}
WAS_GOING = {RunState.SKIPPED, RunState.QUEUED}
"""States of an occurrence that came while an earlier run was still going."""


@frozen
class Course:
    """How an interval goes on: after the occurrence `last` the next one is planned for `at`."""

    step: timedelta
    last: datetime
    at: datetime
    failures: int = 0

    def come(self, until: datetime) -> Course:
        """Return the course after an occurrence, and those that came due with it."""
        return Course(self.step, until, until + self._backed_off(self.failures), self.failures)

    def end(self, run: Run) -> Course:
        """Return the course after the end of a run. A plan that has come due by then stands."""
        ended, failures = run.finished_at, self.failures + 1 if run.state is RunState.FAILED else 0
        assert ended is not None, f"{run} ended at no time"
        at, late = self.at, max(ended, self.last)
        if at > ended and failures:
            at = late + self._backed_off(failures)
        elif at > ended and self.failures:
            regular = self.last + self.step
            at = regular if regular > ended else late + self.step
        return Course(self.step, self.last, at, failures)

    def _backed_off(self, failures: int) -> timedelta:
        return self.step * 2 ** min(failures, 5)


def find_slots(created_at: datetime, step: timedelta, rows: Sequence[Run]) -> Iterator[datetime]:
    """Yield when the occurrences come, without end, as the ends of the runs among the rows have it.

    For jobs that skip what comes during a run. So one run at most ends between two decisions, and the later
    of these tells of it: it starts another one.
    """
    course, going = Course(step, created_at, created_at + step), None
    for _, decided in groupby(rows, key=lambda row: row.recorded_at):
        *_, newest = together = list(decided)
        if going and newest.state not in WAS_GOING:
            course, going = course.end(going), None
        at = course.at
        while at <= newest.last_at:
            yield at
            course, at = course.come(at), at + step
        going = next((row for row in together if row.state in ENDED), going)
    course = course.end(going) if going else course
    while True:
        yield course.at
        course = course.come(course.at)
