"""Pause, resume or reschedule many jobs at once, after a look at what would change."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from attrs import evolve, frozen

from ..domain.errors import CronlyticError, Problem
from ..domain.job import Job
from ..domain.job_rules import find_job_problems
from .argument_checks import find_choice_problem, refuse
from .bulk_plan import (
    BulkAction,
    BulkChange,
    JobLeftAlone,
    make_plan,
    plan_pause,
    plan_reschedule,
    plan_resume,
)
from .bulk_run import STOPPING, BulkEntry, Outcome, Progress, carry_out
from .confirmation import Confirmations
from .job_content import write_content
from .job_filter import JobFilter
from .pause_job import pause_job
from .ports import Clock, JobGateway
from .resume_job import resume_job
from .update_job import update_job
from .utc_only import fit_to_backend

OPERATION = "bulk_update_jobs"


@frozen
class BulkResult:
    """What a bulk change would do, or did.

    carried_out: False for a dry run, whose `confirmation_token` lets the same call do it; where there
    is none, nothing would change. entries: at most `BULK_LIMIT` changes, by name; `remaining`: how
    many more there are, for further calls. left_alone: jobs that match and stay as they are.
    not_found: ids that no job has.
    """

    action: BulkAction
    carried_out: bool
    entries: tuple[BulkEntry, ...]
    remaining: int
    left_alone: tuple[JobLeftAlone, ...]
    not_found: tuple[str, ...]
    confirmation_token: str | None = None

    @property
    def stopped_by(self) -> CronlyticError | None:
        """The error because of which some jobs were not tried: every further call would have met it."""
        if all(entry.outcome is not Outcome.NOT_TRIED for entry in self.entries):
            return None
        return next((entry.error for entry in self.entries if isinstance(entry.error, STOPPING)), None)


async def bulk_update_jobs(
    gateway: JobGateway,
    clock: Clock,
    confirmations: Confirmations,
    *,
    action: str,
    status: str | None = None,
    name: str | None = None,
    job_ids: Sequence[str] | None = None,
    cron_expression: str | None = None,
    timezone: str | None = None,
    confirmation_token: str | None = None,
    progress: Progress | None = None,
) -> BulkResult:
    """Without a token, return what would change and a token; with it, change exactly that.

    `action` is one of `BulkAction`; ``reschedule`` takes `cron_expression`, `timezone` or both, and a
    job keeps the one that is not given. Jobs match by `status`, a part of their `name`, and `job_ids`;
    without any of them, all do. What is as wanted already is left alone, so that a repeated call goes
    on where the last one ended.

    Raises:
        InvalidArguments: with every problem of the arguments; nothing was changed.
        NotSupported: the backend knows only UTC; nothing was changed.
        ConfirmationInvalid: the token is expired or forged, or a job has changed since.
        CronlyticError: whatever else the gateway raises on listing; a change's own error is in its entry.
    """
    wanted = JobFilter(status, name, None if job_ids is None else tuple(job_ids))
    parts = _given(cron_expression=cron_expression, timezone=timezone)
    refuse(chain(_find_action_problems(action, parts), wanted.find_problems(), find_job_problems(parts)))
    bulk = _Bulk(gateway, clock, BulkAction(action), parts)
    dry_run = bulk.preview(await gateway.list(), wanted)
    changes = tuple(entry.change for entry in dry_run.entries)
    if confirmation_token is None:
        token = confirmations.issue(OPERATION, _write_subject(changes)) if changes else None
        return evolve(dry_run, confirmation_token=token)
    # Where nothing is left to do there is nothing to confirm: the call was repeated.
    if changes:
        confirmations.check(OPERATION, _write_subject(changes), confirmation_token)
    return evolve(dry_run, carried_out=True, entries=await carry_out(changes, bulk.carry, progress))


@frozen
class _Bulk:
    """What is done to each job, on one backend."""

    gateway: JobGateway
    clock: Clock
    action: BulkAction
    parts: Mapping[str, str]

    def preview(self, jobs: Sequence[Job], wanted: JobFilter) -> BulkResult:
        """Return what would change."""
        plan = make_plan(filter(wanted.matches, jobs), self._plan_job)
        known = {job.job_id for job in jobs}
        return BulkResult(
            action=self.action,
            carried_out=False,
            entries=tuple(BulkEntry(change, Outcome.PLANNED) for change in plan.changes),
            remaining=plan.remaining,
            left_alone=plan.left_alone,
            not_found=tuple(job_id for job_id in wanted.job_ids or () if job_id not in known),
        )

    def _plan_job(self, job: Job) -> BulkChange | JobLeftAlone:
        if self.action is BulkAction.PAUSE:
            return plan_pause(job)
        if self.action is BulkAction.RESUME:
            return plan_resume(job)
        expression, timezone = self.parts.get("cron_expression"), self.parts.get("timezone")
        return plan_reschedule(
            job, expression, timezone, lambda schedule: fit_to_backend(schedule, self.gateway, self.clock)
        )

    async def carry(self, change: BulkChange) -> None:
        """Make one change."""
        job_id = change.job.job_id
        if change.schedule:
            when = {"cron_expression": change.schedule.expression, "timezone": change.schedule.timezone}
            await update_job(self.gateway, self.clock, job_id, when)
        elif self.action is BulkAction.PAUSE:
            await pause_job(self.gateway, job_id)
        else:
            await resume_job(self.gateway, job_id)


def _given(**arguments: str | None) -> Mapping[str, str]:
    return {name: value for name, value in arguments.items() if value is not None}


def _find_action_problems(action: str, parts: Mapping[str, str]) -> Iterator[Problem]:
    yield from find_choice_problem("action", action, tuple(BulkAction))
    if action == BulkAction.RESCHEDULE and not parts:
        message = "give it, or timezone, or both: reschedule needs what the schedule is to become."
        yield Problem("cron_expression", "missing", message, "15 3 * * *")
    if action in (BulkAction.PAUSE, BulkAction.RESUME):
        for field in parts:
            yield Problem(field, "unused", f"is only for reschedule; leave it out to {action}.", "reschedule")


def _write_subject(changes: Sequence[BulkChange]) -> str:
    return json.dumps([[write_content(change.job), change.after] for change in changes])
