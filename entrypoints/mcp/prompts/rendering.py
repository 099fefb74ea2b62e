"""A prompt with its facts, as the messages that a client gets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote

from mcp_types import (
    Annotations,
    EmbeddedResource,
    GetPromptResult,
    PromptMessage,
    TextContent,
    TextResourceContents,
)

from ....application.ports import Clock, JobGateway
from .catalogue import load_prompt, load_table
from .facts import Facts, gather_facts
from .front_matter import PLACE
from .given import Given, read_given
from .named_job import Naming
from .plain_data import write_json
from .prompt import Kind, Parameter, Prompt
from .surroundings import Surroundings

CALL = re.compile(r"`([a-z_]+)\(([^`]*)\)`")
"""How the texts write a call: the tool's name, and its arguments with or without a value."""

_FOR_THE_MODEL = Annotations(audience=["assistant"], priority=0.8)


async def render_prompt(
    name: str,
    arguments: Mapping[str, str] | None,
    gateway: JobGateway,
    clock: Clock,
    surroundings: Surroundings,
) -> GetPromptResult:
    """Return a prompt with the facts of now: its text first, then the data, then the job if one was named.

    Raises:
        InvalidArguments: no prompt has this name, or an argument is unknown or not allowed.
    """
    prompt = load_prompt(name)
    given = read_given(prompt, arguments or {}, surroundings.platform)
    facts = await gather_facts(prompt, given, gateway, clock, surroundings)
    text = write_text(prompt, given, facts.naming)
    text = "\n\n".join([text, *_write_notes(text, facts, surroundings)])
    messages = [PromptMessage(role="user", content=TextContent(text=text)), _quote_data(facts)]
    if facts.job is not None:
        messages.append(_embed_job(*facts.job))
    return GetPromptResult(description=prompt.description, messages=messages)


def write_text(prompt: Prompt, given: Given, naming: Naming) -> str:
    """Return the text alone, every place filled with a sentence of the prompt's own file."""

    def fill(place: re.Match[str]) -> str:
        parameter = prompt.parameters[place[1]]
        if parameter.kind is Kind.CHOICE:
            return parameter.sentences[given.choices[parameter.name]]
        if parameter.kind is Kind.JOB:
            return _say_which_job(parameter, naming)
        return parameter.given if parameter.name in given.texts else parameter.absent

    return PLACE.sub(fill, prompt.body)


def _say_which_job(parameter: Parameter, naming: Naming) -> str:
    # A job that was named and not found is not the same as none: nothing is to be done to another one.
    if naming is Naming.FOUND:
        return parameter.given
    return parameter.absent if naming is Naming.ABSENT else str(load_table("notes")[naming]).strip()


def _write_notes(text: str, facts: Facts, surroundings: Surroundings) -> Iterator[str]:
    notes = load_table("notes")
    if not facts.complete:
        yield notes["incomplete"].strip()
    if "as_of" in facts.data:
        yield notes["stale"].strip()
    named = dict.fromkeys(tool for tool, _ in CALL.findall(text))
    if missing := [f"`{tool}`" for tool in named if tool not in surroundings.tools]:
        yield f"{notes['missing_tools'].strip()} {', '.join(missing)}{notes['missing_tools_advice'].strip()}"
    yield notes["data"].strip()


def _quote_data(facts: Facts) -> PromptMessage:
    # One subject a line, each line compact JSON: no text in it can begin a line, so none ends the block.
    lines = ",\n".join(f"{write_json(subject)}: {write_json(value)}" for subject, value in facts.data.items())
    text = f"{load_table('notes')['heading']}\n```json\n{{\n{lines}\n}}\n```"
    return PromptMessage(role="user", content=TextContent(text=text, annotations=_FOR_THE_MODEL))


def _embed_job(job_id: str, job: object) -> PromptMessage:
    contents = TextResourceContents(
        uri=f"cronlytic://job/{quote(job_id, safe='')}",
        mime_type="application/json",
        text=write_json(job),
    )
    return PromptMessage(role="user", content=EmbeddedResource(resource=contents, annotations=_FOR_THE_MODEL))
