"""The reference page of the prompts, written from what the server lists."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from mcp_types import Prompt

from cronlytic_mcp.entrypoints.mcp.prompts.listing import list_prompts
from docs.generator.markdown import cell, plain, table

HEADING = """# Prompts

Ready requests to an assistant, which a client offers to people as a menu or as commands. The server fills
each with what is true when it is asked for: the jobs, their health, the backend and what it cannot do.
Every argument may be left out.
"""


def write_prompts_page() -> str:
    """Return the page."""
    everywhere = {prompt.name for prompt in list_prompts()}
    prompts = list_prompts(has_engine=True)
    return "\n".join([HEADING, *(part for each in prompts for part in _describe(each, everywhere))])


def _describe(prompt: Prompt, everywhere: Collection[str]) -> Iterator[str]:
    yield f"## {prompt.name}\n"
    yield f"**{plain(prompt.title or prompt.name)}.** {plain(prompt.description or '')}\n"
    if prompt.name not in everywhere:
        yield "Where the backend has an engine, which is the local one.\n"
    if prompt.arguments:
        rows = [(f"`{argument.name}`", cell(argument.description or "")) for argument in prompt.arguments]
        yield table(("argument", "what"), rows)
    else:
        yield "It takes no arguments.\n"
