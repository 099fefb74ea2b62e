"""What a backend cannot do is refused with the alternative named, before anything is sent."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from attrs import evolve

from cronlytic_mcp.domain.capabilities import Capabilities, refuse_unsupported
from cronlytic_mcp.domain.errors import NotSupported
from cronlytic_mcp.domain.execution_policy import ExecutionPolicy
from cronlytic_mcp.domain.job import JobSpec
from cronlytic_mcp.domain.schedule import CronSchedule, IntervalSchedule, OneShot

PLAIN = JobSpec("job", "https://example.com/", CronSchedule("0 3 * * *"))
LITTLE = Capabilities(
    "little", time_zones=False, executes=True, durable=True, needs_credentials=False
)  # fmt: skip
MORE = {
    "time_zones": {"schedule": CronSchedule("0 3 * * *", "Europe/Berlin")},
    "intervals": {"schedule": IntervalSchedule(60)},
    "one_shots": {"schedule": OneShot(datetime(2027, 1, 1, tzinfo=UTC))},
    "descriptions": {"description": "What it is for."},
    "options": {"policy": ExecutionPolicy(retries=1)},
}


def test_a_plain_job_is_taken_by_every_backend():
    refuse_unsupported(PLAIN, LITTLE)


@pytest.mark.parametrize("capability", MORE)
def test_more_is_taken_where_it_can_be_and_else_refused_with_an_alternative(capability):
    spec = evolve(PLAIN, **MORE[capability])

    refuse_unsupported(spec, evolve(LITTLE, **{capability: True}))
    with pytest.raises(NotSupported) as refused:
        refuse_unsupported(spec, LITTLE)

    assert refused.value.alternative.endswith(".")


def test_all_that_is_refused_is_named_at_once():
    spec = evolve(
        PLAIN,
        schedule=IntervalSchedule(290),
        description="What it is for.",
        group="nightly",
        policy=ExecutionPolicy(retries=1),
    )
    with pytest.raises(NotSupported) as refused:
        refuse_unsupported(spec, LITTLE)

    assert refused.value.feature == "interval_seconds, description, group and options"
    assert refused.value.facts["cron_expression"] == "*/5 * * * *"
    assert refused.value.alternative.count("CRONLYTIC_BACKEND=local") == 1


def test_a_group_is_refused_too():
    with pytest.raises(NotSupported):
        refuse_unsupported(evolve(PLAIN, group="nightly"), LITTLE)
