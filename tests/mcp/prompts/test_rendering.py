"""Every prompt renders whatever it is given, within its size, and without a trace of its format."""

from __future__ import annotations

import re
from itertools import product

import pytest

from cronlytic_mcp.entrypoints.mcp.prompts.catalogue import load_prompt
from cronlytic_mcp.entrypoints.mcp.prompts.given import read_given
from cronlytic_mcp.entrypoints.mcp.prompts.named_job import Naming
from cronlytic_mcp.entrypoints.mcp.prompts.prompt import Kind
from cronlytic_mcp.entrypoints.mcp.prompts.rendering import write_text
from tests.mcp.prompts.rendered import PROMPTS, choices_of

pytestmark = pytest.mark.anyio

BODY_LIMIT = 2_500
ALL_LIMIT = 45_000
PLACEHOLDER = re.compile(r"\{\w*\}|\$\{|<[a-z_ -]+>|\bTODO\b|\bNone\b|\+\+\+")

CHOICES = [
    (prompt, argument, value)
    for prompt in PROMPTS
    for argument, values in choices_of(prompt).items()
    for value in values
]
WITH_JOB = ("update_job_flow", "job_troubleshooting_guide")


@pytest.mark.parametrize("prompt", PROMPTS)
async def test_a_prompt_renders_without_arguments(account, render, prompt):
    shown = await render(prompt)

    assert not PLACEHOLDER.search(shown.text)
    assert "good result" in shown.text
    assert re.search(r"\b(stop|ask)\b", shown.text, re.IGNORECASE)
    assert "Some facts could not be read" not in shown.text


@pytest.mark.parametrize(("prompt", "argument", "value"), CHOICES)
async def test_a_prompt_renders_with_each_value_of_each_argument(render, prompt, argument, value):
    shown = await render(prompt, **{argument: value})

    assert not PLACEHOLDER.search(shown.text)


@pytest.mark.parametrize(
    ("prompt", "argument"), sorted({(prompt, argument) for prompt, argument, _ in CHOICES})
)
async def test_each_value_of_an_argument_leads_to_a_text_of_its_own(render, prompt, argument):
    values = choices_of(prompt)[argument]

    texts = {(await render(prompt, **{argument: value})).text for value in values}

    assert len(texts) == len(values)


@pytest.mark.parametrize("prompt", PROMPTS)
def test_no_combination_of_arguments_makes_a_text_longer_than_its_limit(prompt):
    template, choices = load_prompt(prompt), choices_of(prompt)
    free = {argument.name: "x" for argument in PROMPTS[prompt].arguments if argument.name not in choices}

    for values, given, naming in product(product(*choices.values()), ({}, free), Naming):
        arguments = {**dict(zip(choices, values, strict=True)), **given}
        text = write_text(template, read_given(template, arguments, "linux"), naming)
        assert len(text) <= BODY_LIMIT, arguments


def test_all_texts_together_keep_their_budget():
    texts = [
        write_text(template, read_given(template, {}, "linux"), Naming.ABSENT)
        for template in map(load_prompt, PROMPTS)
    ]

    assert len(texts) == 19
    assert sum(map(len, texts)) <= ALL_LIMIT


@pytest.mark.parametrize("prompt", WITH_JOB)
async def test_a_job_is_found_by_its_id_and_by_its_name(account, render, prompt):
    by_id = await render(prompt, job_id=account["nightly-backup"])
    by_name = await render(prompt, job_id="nightly-backup")

    assert by_id.job["job_id"] == by_name.job["job_id"] == account["nightly-backup"]
    assert by_id.text == by_name.text != (await render(prompt)).text
    assert not PLACEHOLDER.search(by_id.text)


@pytest.mark.parametrize("prompt", WITH_JOB)
async def test_a_job_that_does_not_exist_is_said_to_be_unknown(account, render, prompt):
    shown = await render(prompt, job_id="nightly-backups")

    assert "No job has the id or name that the person gave" in shown.text
    assert load_prompt(prompt).find_parameter(Kind.JOB).absent not in shown.text, "one was named"
    assert shown.data["given"] == {"job_id": "nightly-backups"}
    assert shown.job is None
    assert shown.data["jobs"]["total"] == len(account), "what there is instead"


@pytest.mark.parametrize("prompt", WITH_JOB)
async def test_a_name_that_several_jobs_have_leads_to_a_question(account, gateway, render, prompt):
    await gateway.create((await gateway.get(account["resting"])).spec)

    shown = await render(prompt, job_id="resting")

    assert "Several jobs have the name" in shown.text
    assert load_prompt(prompt).find_parameter(Kind.JOB).absent not in shown.text, "one was named"
    assert [job["name"] for job in shown.data["jobs_of_that_name"]] == ["resting", "resting"]
    assert shown.job is None
