"""The reference page of the prompts, written from what the server lists."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from mcp_types import Prompt

from docs.generator.markdown import cell, plain, table
from docs.generator.surface import connect

HEADING = """# Prompts

Ready requests to an assistant, which a client offers to people as a menu or as commands. The server fills
each with what is true when it is asked for: the jobs, their health, the backend and what it cannot do.
Every argument may be left out.
"""


def write_prompts_page() -> str:
    """Return the page."""
    prompts = asyncio.run(_list_prompts())
    return "\n".join([HEADING, *(part for prompt in prompts for part in _describe(prompt))])


async def _list_prompts() -> list[Prompt]:
    async with connect() as client:
        return (await client.list_prompts()).prompts


def _describe(prompt: Prompt) -> Iterator[str]:
    yield f"## {prompt.name}\n"
    yield f"**{plain(prompt.title or prompt.name)}.** {plain(prompt.description or '')}\n"
    if prompt.arguments:
        rows = [(f"`{argument.name}`", cell(argument.description or "")) for argument in prompt.arguments]
        yield table(("argument", "what"), rows)
    else:
        yield "It takes no arguments.\n"
