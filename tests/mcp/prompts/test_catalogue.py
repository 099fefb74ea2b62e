"""Which prompts there are, and what clients are told of them before they ask for one."""

from __future__ import annotations

from pathlib import Path

import pytest

from cronlytic_mcp.domain.errors import InvalidArguments
from cronlytic_mcp.domain.job_rules import METHODS
from cronlytic_mcp.domain.templates.job_templates import JOB_TEMPLATES
from cronlytic_mcp.entrypoints.mcp import prompts
from cronlytic_mcp.entrypoints.mcp.prompts.catalogue import load_prompt
from cronlytic_mcp.entrypoints.mcp.prompts.listing import argument_values, is_job_argument, list_prompts

ARGUMENTS = {
    "create_job_flow": ["job_type", "complexity", "template"],
    "update_job_flow": ["job_id", "update_type"],
    "job_monitoring_dashboard": ["monitoring_scope", "alert_level"],
    "job_troubleshooting_guide": ["job_id", "issue_type"],
    "bulk_job_operations": ["operation_type", "job_filter"],
    "setup_configuration": ["setup_stage", "environment"],
    "authentication_guide": ["auth_issue"],
    "claude_desktop_integration": ["integration_step", "operating_system"],
    "webhook_testing_guide": ["webhook_url", "http_method", "test_type"],
    "api_troubleshooting_guide": ["problem_type", "error_message"],
    "system_diagnostics": ["diagnostic_level", "focus_area"],
    "error_analysis_guide": ["error_type", "time_period"],
    "performance_optimization": ["optimization_focus", "performance_metric"],
    "maintenance_guide": ["maintenance_type", "schedule_preference"],
    "best_practices_guide": ["practice_area", "experience_level"],
    "schedule_optimization": ["optimization_goal", "current_schedule_pattern"],
    "automation_strategies": [
        "automation_scope",
        "current_automation_level",
        "service_name",
        "endpoint_url",
    ],
    "scaling_strategies": ["growth_scenario", "current_scale"],
}
FREE = {"job_id", "job_filter", "webhook_url", "error_message", "service_name", "endpoint_url"}


def test_the_prompts_and_their_arguments_have_the_names_that_clients_know():
    listed = {prompt.name: [each.name for each in prompt.arguments] for prompt in list_prompts()}

    assert listed == ARGUMENTS
    assert list(listed) == list(ARGUMENTS), "in this order"


def test_every_file_of_a_prompt_is_listed():
    files = {path.stem for path in Path(prompts.__path__[0]).glob("*.md")}

    assert files == {prompt.name for prompt in list_prompts(has_engine=True)}


def test_a_prompt_about_the_engine_is_listed_last_and_only_where_there_is_one():
    (more,) = list_prompts(has_engine=True)[len(ARGUMENTS) :]

    assert (more.name, [argument.name for argument in more.arguments]) == ("analyze_job", ["job_id"])
    assert is_job_argument("analyze_job", "job_id")


def test_a_client_reads_what_a_prompt_and_each_argument_is_for_and_which_values_it_takes():
    for prompt in list_prompts():
        assert prompt.title
        assert len(prompt.description) <= 120
        for argument in prompt.arguments:
            assert argument.required is False
            for value in argument_values(prompt.name, argument.name):
                assert value in argument.description


def test_arguments_are_either_enumerated_or_free():
    free = {
        argument
        for prompt, arguments in ARGUMENTS.items()
        for argument in arguments
        if not argument_values(prompt, argument)
    }

    assert free == FREE


def test_values_that_exist_elsewhere_are_the_same_here():
    assert set(argument_values("webhook_testing_guide", "http_method")) == set(METHODS)
    assert set(argument_values("create_job_flow", "template")) == {
        "none",
        *(template.template_id for template in JOB_TEMPLATES),
    }


def test_no_value_is_offered_for_an_argument_that_is_not_there():
    assert argument_values("update_job_flow", "surprise") == ()


def test_arguments_that_name_a_job_can_be_told_from_others():
    naming = {
        (prompt, argument)
        for prompt, arguments in ARGUMENTS.items()
        for argument in arguments
        if is_job_argument(prompt, argument)
    }

    assert naming == {("update_job_flow", "job_id"), ("job_troubleshooting_guide", "job_id")}
    assert not is_job_argument("update_job_flow", "surprise")


def test_an_unknown_prompt_is_refused_with_those_that_exist():
    with pytest.raises(InvalidArguments) as refusal:
        load_prompt("surprise\u202e")

    assert "create_job_flow" in str(refusal.value)
    assert "\u202e" not in str(refusal.value)
