"""The worked conversations of the page are held as they are written there, with a client of each era."""

from __future__ import annotations

import re

import pytest

from cronlytic_mcp.entrypoints.toolset import Toolset
from tests.architecture.source_tree import ROOT
from tests.docs.pages import blocks
from tests.mcp.conversation import Conversation, read_turns

pytestmark = pytest.mark.anyio

PAGE = "docs/how-to/conversations.md"
USE_CASES = ("API monitoring", "Backups", "Notifications", "Data processing")


@pytest.fixture
def toolsets():
    return frozenset(Toolset)


def conversations() -> dict[str, list[str]]:
    """The blocks of each section of the page, by its heading."""
    text = (ROOT / PAGE).read_text(encoding="utf-8")
    sections = re.split(r"^## (.+)$", text, flags=re.MULTILINE)[1:]
    return {
        heading: re.findall(r"^```text\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
        for heading, section in zip(sections[::2], sections[1::2], strict=True)
    }


@pytest.mark.parametrize("use_case", USE_CASES)
async def test_a_conversation_goes_as_the_page_tells_it(connect, gateway, sender, clock, use_case):
    told = conversations()[use_case]
    async with connect() as assistant:
        conversation = Conversation(assistant, gateway, sender, clock)
        for block in told:
            await conversation.hold(block)

    assert sum(turn.tool is not None for block in told for turn in read_turns(block)) >= 4


def test_every_block_of_the_page_belongs_to_one_of_them():
    assert len(blocks(PAGE, "text")) == sum(len(conversations()[use_case]) for use_case in USE_CASES)


async def test_a_page_that_tells_something_else_is_found_out(connect, gateway, sender, clock):
    async with connect() as assistant:
        conversation = Conversation(assistant, gateway, sender, clock)
        for untrue in ("< total: 1", "< total: 0\n< jobs: []"):
            with pytest.raises(AssertionError, match="list_jobs did not answer"):
                await conversation.hold(f"> list_jobs {{}}\n{untrue}\n")
