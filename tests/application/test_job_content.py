"""A job's content changes with whatever a person changes, and with nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from attrs import evolve, fields

from cronlytic_mcp.application.job_content import write_content
from cronlytic_mcp.domain.execution_policy import ExecutionPolicy
from cronlytic_mcp.domain.job import Job, JobSpec, JobStatus
from cronlytic_mcp.domain.schedule import CronSchedule
from tests.application.stories import spec

JOB = Job("id-1", spec(), JobStatus.PENDING)


def another(value: object) -> Any:
    if isinstance(value, CronSchedule):
        return evolve(value, timezone="Europe/Berlin")
    if isinstance(value, ExecutionPolicy):
        return evolve(value, retries=1)
    return {**value, "X-Other": "1"} if isinstance(value, Mapping) else "other"


@pytest.mark.parametrize("name", [field.name for field in fields(JobSpec)])
def test_every_part_of_the_spec_is_in_it(name: str) -> None:
    changed = evolve(JOB.spec, **{name: another(getattr(JOB.spec, name))})
    assert write_content(evolve(JOB, spec=changed)) != write_content(JOB)


def test_where_a_person_is_told_is_in_it_though_no_repr_shows_it() -> None:
    one, other = (
        evolve(JOB.spec, policy=ExecutionPolicy(notify_url=f"https://chat.example.com/{number}"))
        for number in range(2)
    )
    assert write_content(evolve(JOB, spec=one)) != write_content(evolve(JOB, spec=other))


def test_the_id_is_in_it() -> None:
    assert write_content(evolve(JOB, job_id="id-2")) != write_content(JOB)


def test_what_runs_change_is_not_in_it() -> None:
    noon = datetime(2026, 1, 15, 12, tzinfo=UTC)
    ran = evolve(JOB, status=JobStatus.FAILED, last_run_at=noon, next_run_at=noon)
    assert write_content(ran) == write_content(JOB)


def test_the_order_of_headers_does_not_matter() -> None:
    turned = evolve(JOB.spec, headers=dict(reversed(list(JOB.spec.headers.items()))))
    assert write_content(evolve(JOB, spec=turned)) == write_content(JOB)
