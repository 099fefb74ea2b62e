"""Jobs as rows of a table, and back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from ...domain.adaptive.analysis_due import analysis_due_at
from ...domain.adaptive.analysis_state import NOT_ANALYSED, AnalysisState
from ...domain.adaptive.hints import NO_HINTS, Hints
from ...domain.engine.plan import Plan
from ...domain.engine.planned_job import PlannedJob
from ...domain.engine.run import RunSource
from ...domain.job import JobSpec, JobStatus
from .documents import (
    read_adaptation,
    read_mapping,
    read_pause,
    read_policy,
    read_schedule,
    write_adaptation,
    write_mapping,
    write_policy,
    write_schedule,
)
from .faults import unreadable_row


def write_job(job: PlannedJob) -> dict[str, object]:
    """Return all columns."""
    identity = {"job_id": job.job_id, "created_at": job.created_at}
    return identity | write_definition(job.spec) | write_standing(job)


def write_definition(spec: JobSpec) -> dict[str, object]:
    """Return the columns of what a person decides."""
    return {
        "name": spec.name,
        "name_key": spec.name.lower(),
        "description": spec.description,
        "group_name": spec.group,
        "method": spec.method,
        "url": spec.url,
        "headers": write_mapping(spec.headers),
        "schedule": write_schedule(spec.schedule),
        "policy": write_policy(spec.policy),
        "body": spec.body,
    }


def write_standing(job: PlannedJob) -> dict[str, object]:
    """Return the columns of how a job stands, which its runs change."""
    plan = job.plan
    return {
        "version": job.version,
        "status": job.status.value,
        "accounted_until": job.accounted_until,
        "plan_at": plan and plan.at,
        "plan_source": plan and plan.source.value,
        "plan_due_at": plan and plan.due_at,
        "failures": job.failures,
        "starts": job.starts,
        "last_run_at": job.last_run_at,
        "due_at": job.due_at,
        "next_run_at": job.job.next_run_at,
        "hints": write_adaptation(job.hints),
        "pause": write_adaptation(job.pause),
        "analysis": write_adaptation(job.analysis),
        "analysis_due_at": analysis_due_at(job),
    }


def read_job(row: Row[Any]) -> PlannedJob:
    """Return the job of a row with all columns.

    Raises:
        StoreUnavailable: nothing of ours wrote this row.
    """
    try:
        return _read_job(row)
    except Exception as error:
        raise unreadable_row(f"the job {row.job_id}") from error


def _read_job(row: Row[Any]) -> PlannedJob:
    plan = None
    if row.plan_at is not None:
        plan = Plan(row.plan_at, RunSource(row.plan_source), row.plan_due_at)
    return PlannedJob(
        job_id=row.job_id,
        spec=_read_spec(row),
        status=JobStatus(row.status),
        created_at=row.created_at,
        accounted_until=row.accounted_until,
        plan=plan,
        failures=row.failures,
        starts=row.starts,
        last_run_at=row.last_run_at,
        version=row.version,
        hints=read_adaptation(row.hints, Hints, NO_HINTS),
        pause=read_pause(row.pause),
        analysis=read_adaptation(row.analysis, AnalysisState, NOT_ANALYSED),
    )


def _read_spec(row: Row[Any]) -> JobSpec:
    return JobSpec(
        name=row.name,
        url=row.url,
        schedule=read_schedule(row.schedule),
        method=row.method,
        headers=read_mapping(row.headers),
        body=row.body,
        description=row.description,
        group=row.group_name,
        policy=read_policy(row.policy),
    )
