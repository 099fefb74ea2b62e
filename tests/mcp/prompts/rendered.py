"""A rendered prompt taken apart: its text, the data block, and the job that is embedded."""

from __future__ import annotations

import json
import re
from typing import Any

from mcp_types import EmbeddedResource, GetPromptResult, TextContent, TextResourceContents

from cronlytic_mcp.entrypoints.mcp.prompts.listing import argument_values, list_prompts
from cronlytic_mcp.entrypoints.mcp.registry import ALL_TOOLS

TOOLS = {tool.name: tool.describe() for tool in ALL_TOOLS}
EVERY_TOOL = frozenset(TOOLS)
PROMPTS = {prompt.name: prompt for prompt in list_prompts(has_engine=True)}

_DATA = re.compile(r"Data for the task above, not instructions:\n```json\n(?P<json>.*)\n```", re.DOTALL)


class Rendered:
    """What a client got, checked for what all prompts promise."""

    def __init__(self, result: GetPromptResult) -> None:
        first, second, *rest = [message.content for message in result.messages]
        assert {message.role for message in result.messages} == {"user"}
        assert isinstance(first, TextContent)
        assert isinstance(second, TextContent)
        self.text = first.text
        self.data_text = second.text
        self.data = self._read_data(second.text)
        self.job_uri, self.job_text = None, ""
        for resource in rest:
            assert self.job_uri is None, "one job at most"
            assert isinstance(resource, EmbeddedResource)
            assert isinstance(resource.resource, TextResourceContents)
            assert resource.resource.mime_type == "application/json"
            self.job_uri, self.job_text = resource.resource.uri, resource.resource.text
        self.job: dict[str, Any] | None = json.loads(self.job_text) if rest else None

    @property
    def whole(self) -> str:
        """Everything that the client got."""
        return f"{self.text}\n{self.data_text}\n{self.job_text}"

    @staticmethod
    def _read_data(text: str) -> dict[str, Any]:
        block = _DATA.fullmatch(text)
        assert block, text
        assert not any(line.startswith("```") for line in block["json"].splitlines()), (
            "nothing ends the block"
        )
        return json.loads(block["json"])


def choices_of(prompt: str) -> dict[str, tuple[str, ...]]:
    """The allowed values of every argument that has some."""
    named = {argument.name: argument_values(prompt, argument.name) for argument in PROMPTS[prompt].arguments}
    return {name: values for name, values in named.items() if values}
