"""What a person may give with a prompt, and what happens to it."""

from __future__ import annotations

import pytest

from cronlytic_mcp.domain.errors import InvalidArguments
from tests.mcp.prompts.rendered import PROMPTS, choices_of

pytestmark = pytest.mark.anyio

ENUMERATED = [(prompt, argument) for prompt in PROMPTS for argument in choices_of(prompt)]


@pytest.mark.parametrize(("prompt", "argument"), ENUMERATED)
async def test_an_unknown_value_is_refused_with_the_allowed_ones(render, prompt, argument):
    with pytest.raises(InvalidArguments) as refusal:
        await render(prompt, **{argument: "surprise"})

    (problem,) = refusal.value.problems
    assert (problem.field, problem.rule) == (argument, "choice")
    assert "'surprise'" in problem.message
    assert all(value in problem.message for value in choices_of(prompt)[argument])


async def test_every_problem_is_told_at_once(render):
    with pytest.raises(InvalidArguments) as refusal:
        await render("update_job_flow", update_type="surprise", job="x", colour="red")

    assert {(each.field, each.rule, each.example) for each in refusal.value.problems} == {
        ("update_type", "choice", "any"),
        ("job", "unknown", "job_id"),
        ("colour", "unknown", "job_id"),
    }


async def test_a_refusal_quotes_little_of_a_value_and_nothing_hidden(render):
    with pytest.raises(InvalidArguments) as refusal:
        await render("update_job_flow", update_type="a\u202eb" + "x" * 5000)

    assert "\u202e" not in str(refusal.value)
    assert len(str(refusal.value)) < 300


@pytest.mark.parametrize("spelling", ["not_running", "NOT_RUNNING", "Not running", " not-running "])
async def test_a_value_counts_in_any_case_and_with_any_separator(render, spelling):
    meant = await render("job_troubleshooting_guide", issue_type="not_running")

    assert (await render("job_troubleshooting_guide", issue_type=spelling)).whole == meant.whole


@pytest.mark.parametrize("blank", ["", "   ", "\n\t"])
async def test_what_is_blank_counts_as_not_given(render, blank):
    without = await render("update_job_flow")

    assert (await render("update_job_flow", job_id=blank, update_type=blank)).whole == without.whole


@pytest.mark.parametrize(
    ("prompt", "argument", "value"),
    [
        ("webhook_testing_guide", "webhook_url", "https://example.com/hook"),
        ("api_troubleshooting_guide", "error_message", "Cronlytic is unavailable"),
        ("automation_strategies", "service_name", "billing"),
        ("automation_strategies", "endpoint_url", "https://example.com/run"),
        ("bulk_job_operations", "job_filter", "backup"),
        ("update_job_flow", "job_id", "no-such-job"),
    ],
)
async def test_free_text_is_quoted_as_data_and_changes_the_text(render, prompt, argument, value):
    without, with_it = await render(prompt), await render(prompt, **{argument: value})

    assert with_it.data["given"] == {argument: value}
    assert value not in with_it.text
    assert with_it.text != without.text


async def test_free_text_is_capped_at_200_characters(render):
    shown = await render("api_troubleshooting_guide", error_message="e" * 5000)

    quoted = shown.data["given"]["error_message"]
    assert len(quoted) == 200
    assert quoted.endswith("[cut]")


async def test_secrets_in_free_text_are_masked(render):
    shown = await render("webhook_testing_guide", webhook_url="https://me:pw1@example.com/?token=t0k3n&x=1")
    assert shown.data["given"]["webhook_url"] == "https://***masked***@example.com/?token=***masked***&x=1"

    shown = await render(
        "api_troubleshooting_guide",
        error_message="X-API-Key: k3y was refused by https://me:pw1@example.com/?token=t0k3n",
    )
    for secret in ("k3y", "t0k3n", "pw1"):
        assert secret not in shown.whole


async def test_a_url_within_a_text_that_stands_for_a_url_is_masked_too(render):
    shown = await render(
        "webhook_testing_guide",
        webhook_url="call https://me:pw1@example.com/?token=t0k3n\nor https://a:pw2@b.c/",
    )
    for secret in ("pw1", "t0k3n", "pw2"):
        assert secret not in shown.whole


async def test_the_platform_stands_in_for_an_operating_system_that_is_not_given(render):
    windows = await render("claude_desktop_integration", platform="windows")

    assert windows.whole == (await render("claude_desktop_integration", operating_system="windows")).whole
    assert windows.whole != (await render("claude_desktop_integration", platform="macos")).whole
