"""Each job template is a job that passes every rule as it stands."""

from __future__ import annotations

import json

import pytest

from cronlytic_mcp.domain.job import JobSpec
from cronlytic_mcp.domain.job_rules import METHODS, find_job_problems
from cronlytic_mcp.domain.schedule import CronSchedule
from cronlytic_mcp.domain.secrets.masking import masked_fields
from cronlytic_mcp.domain.templates.job_templates import JOB_TEMPLATES, JobTemplate

each_template = pytest.mark.parametrize("template", JOB_TEMPLATES, ids=lambda t: t.template_id)

IN_WORDS = {
    "*/5 * * * *": "every 5 minutes",
    "*/10 * * * *": "every 10 minutes",
    "17 2 * * *": "every night at 02:17 UTC",
    "0 7 * * 1": "every Monday at 07:00 UTC",
    "43 3 * * 0": "every Sunday at 03:43 UTC",
    "23 * * * *": "every hour at 23 minutes past",
    "40 5 * * 1-5": "on weekdays at 05:40 UTC",
}
JOB_FIELDS = {"name", "url", "method", "headers", "body", "cron_expression"}


@each_template
def test_it_breaks_no_rule(template: JobTemplate) -> None:
    assert set(template.fields) == JOB_FIELDS
    assert find_job_problems(template.fields) == ()
    assert template.method in METHODS


@each_template
def test_only_the_url_keeps_it_from_being_real(template: JobTemplate) -> None:
    assert template.url.startswith("https://example.com/replace-me/")
    assert template.to_replace.startswith("The URL ")


@each_template
def test_it_holds_nothing_that_would_be_masked(template: JobTemplate) -> None:
    fields = dict(template.fields)
    schedule = CronSchedule(str(fields.pop("cron_expression")))
    assert masked_fields(JobSpec(schedule=schedule, **fields)) == ()


@each_template
def test_a_body_is_json_and_says_so(template: JobTemplate) -> None:
    if template.body:
        assert isinstance(json.loads(template.body), dict)
        assert (template.method, template.headers["Content-Type"]) == ("POST", "application/json")


@each_template
def test_the_purpose_names_the_schedule(template: JobTemplate) -> None:
    assert IN_WORDS[template.cron_expression] in template.purpose


def test_there_is_one_for_each_common_need() -> None:
    ids = [template.template_id for template in JOB_TEMPLATES]
    assert {"health-check", "heartbeat", "nightly-backup", "weekly-report", "cleanup"} <= set(ids)
    assert len(set(ids)) == len(ids)
    assert len({template.name for template in JOB_TEMPLATES}) == len(ids)
