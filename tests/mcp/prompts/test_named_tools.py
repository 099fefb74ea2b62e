"""What the texts tell a model to call exists, with these arguments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

import pytest
from attrs import frozen
from jsonschema import Draft202012Validator

from cronlytic_mcp.domain import errors
from cronlytic_mcp.entrypoints.mcp.prompts.catalogue import load_prompt, load_table
from cronlytic_mcp.entrypoints.mcp.prompts.rendering import CALL
from cronlytic_mcp.entrypoints.mcp.registry import ALL_TOOLS
from cronlytic_mcp.entrypoints.toolset import ENGINE_TOOLSETS
from tests.mcp.prompts.rendered import EVERY_TOOL, PROMPTS, TOOLS

pytestmark = pytest.mark.anyio

ARGUMENT = re.compile(r"(?P<name>[a-z_]+)(?:=(?P<value>\"[^\"]*\"|\d+))?")
QUOTED = re.compile(r"`([^`]+)`")
# Facts of errors, and data that comes with some facts only; tests/mcp/prompts/test_facts.py shows them.
NAMED_ELSEWHERE = {"outcome_unknown", "retry_after", "as_of", "jobs_of_that_name"}


@frozen
class NamedCall:
    """A call as a text writes it; arguments without a value are left to the model."""

    tool: str
    arguments: dict[str, str | int | None]


def texts_of(prompt: str) -> str:
    """Everything that a prompt may say, in every combination of arguments."""
    template = load_prompt(prompt)
    sentences = [
        [*parameter.sentences.values(), parameter.given, parameter.absent]
        for parameter in template.parameters.values()
    ]
    return "\n".join([template.body, *chain(*sentences)])


def calls_in(text: str) -> Iterator[NamedCall]:
    for tool, inside in CALL.findall(text):
        arguments: dict[str, str | int | None] = {}
        for part in filter(None, inside.split(", ")):
            match = ARGUMENT.fullmatch(part)
            assert match, f"`{tool}({inside})`: write arguments as name or name=value, not {part!r}"
            value = match["value"]
            quoted = value is not None and value.startswith('"')
            arguments[match["name"]] = value.strip('"') if quoted else value and int(value)
        yield NamedCall(tool, arguments)


ALL_TEXTS = {
    **{prompt: texts_of(prompt) for prompt in PROMPTS},
    "notes": "\n".join(load_table("notes").values()),
}


def test_the_notation_of_calls_is_read():
    text = 'Call `list_jobs(name, status="failed", limit=100)`, then `health_check()`.'

    assert list(calls_in(text)) == [
        NamedCall("list_jobs", {"name": None, "status": "failed", "limit": 100}),
        NamedCall("health_check", {}),
    ]


@pytest.mark.parametrize("prompt", ALL_TEXTS)
def test_every_call_in_a_text_is_one_that_the_tools_take(prompt):
    calls = list(calls_in(ALL_TEXTS[prompt]))

    assert len(calls) >= 2 or prompt == "notes"
    for call in calls:
        assert call.tool in TOOLS, call
        schema = TOOLS[call.tool].input_schema
        assert call.arguments.keys() <= schema["properties"].keys(), call
        assert set(schema.get("required", ())) <= call.arguments.keys(), f"{call} lacks what is required"
        for name, value in call.arguments.items():
            if value is not None:
                assert Draft202012Validator(schema["properties"][name]).is_valid(value), (call, name)


@pytest.mark.parametrize("prompt", ALL_TEXTS)
def test_tools_are_named_as_calls_only(prompt):
    """So that the test before this one sees every mention."""
    outside = CALL.sub("", ALL_TEXTS[prompt])

    assert not [tool for tool in EVERY_TOOL if re.search(rf"\b{tool}\b", outside)]


def test_the_texts_name_every_tool_that_each_backend_has():
    everywhere = {tool.name for tool in ALL_TOOLS if tool.toolset not in ENGINE_TOOLSETS}

    assert everywhere <= {call.tool for text in ALL_TEXTS.values() for call in calls_in(text)}


def names_in(value: object) -> Iterator[str]:
    """Every key in a structure."""
    if isinstance(value, dict):
        yield from value
        yield from chain.from_iterable(map(names_in, value.values()))
    elif isinstance(value, list):
        yield from chain.from_iterable(map(names_in, value))


async def test_other_names_in_the_texts_exist_in_the_tools_answers_or_in_the_data(account, render):
    known = {name for tool in TOOLS.values() for name in names_in([tool.input_schema, tool.output_schema])}
    known |= {
        kind.__new__(kind).code
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.CronlyticError)
    }
    for prompt in PROMPTS:
        for arguments in ({}, {"job_id": "nightly-backup"}, {"job_filter": "n"}, {"template": "heartbeat"}):
            if arguments.keys() <= {argument.name for argument in PROMPTS[prompt].arguments}:
                known |= set(names_in((await render(prompt, **arguments)).data))

    unknown = {
        (prompt, word)
        for prompt, text in ALL_TEXTS.items()
        for quoted in QUOTED.findall(CALL.sub("", text))
        for word in re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", quoted)
        if word not in known | NAMED_ELSEWHERE
    }

    assert not unknown
