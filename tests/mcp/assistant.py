"""A client that holds every answer to what all answers promise, so that no test has to repeat it."""

from __future__ import annotations

import json
import re

from jsonschema import Draft202012Validator, FormatChecker
from mcp import Client
from mcp_types import CallToolResult, Tool

MODES = {"2025": "legacy", "2026": "2026-07-28"}
"""How the SDK's client is told which protocol era to speak."""

ANSWER_LIMIT = 25_000

LEAKS = re.compile(r'Traceback|File "|\.py\b|site-packages|/tmp/|line \d+')


class Assistant:
    """Calls tools and returns their structured content, after checking the whole answer."""

    def __init__(self, client: Client, tools: dict[str, Tool]) -> None:
        self.client = client
        self.tools = tools

    async def ask(self, tool: str, **arguments) -> dict:
        """Call a tool and return its answer or its error."""
        return self._check(tool, await self.client.call_tool(tool, arguments))

    async def call(self, tool: str, **arguments) -> dict:
        """Call a tool that is expected to succeed."""
        payload = await self.ask(tool, **arguments)
        assert "error" not in payload, payload
        return payload

    async def refuse(self, tool: str, **arguments) -> dict:
        """Call a tool that is expected to answer an error, and return that."""
        payload = await self.ask(tool, **arguments)
        assert "error" in payload, payload
        return payload["error"]

    async def create(self, **fields) -> dict:
        """Create a job, and return it."""
        job = {"name": "backup", "url": "https://example.com/hook", "cron_expression": "0 3 * * *"}
        return (await self.call("create_job", **(job | fields)))["job"]

    def _check(self, tool: str, result: CallToolResult) -> dict:
        (content,) = result.content
        payload = result.structured_content
        assert json.loads(content.text) == payload, "the text holds the same facts"
        assert len(content.text) <= ANSWER_LIMIT
        assert not LEAKS.search(content.text), content.text
        assert result.is_error == ("error" in payload)
        checker = Draft202012Validator(self.tools[tool].output_schema, format_checker=FormatChecker())
        assert not [error.message for error in checker.iter_errors(payload)]
        return payload


def fields_of(error: dict) -> list[tuple[str, str]]:
    """The field and the rule of every problem."""
    return [(problem["field"], problem["rule"]) for problem in error["problems"]]
