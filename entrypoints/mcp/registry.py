"""All tools, in the order in which clients see them."""

from __future__ import annotations

from collections.abc import Iterable

from mcp_types import ListToolsResult

from .tool import Tool
from .tools import (
    create_job,
    delete_job,
    get_job,
    get_job_logs,
    health_check,
    list_jobs,
    pause_job,
    resume_job,
    update_job,
    validate_cron,
)

ALL_TOOLS: tuple[Tool, ...] = tuple(
    module.TOOL
    for module in (
        list_jobs,
        get_job,
        create_job,
        update_job,
        pause_job,
        resume_job,
        delete_job,
        get_job_logs,
        validate_cron,
        health_check,
    )
)


class Registry:
    """The tools that one server offers."""

    def __init__(self, tools: Iterable[Tool] = ALL_TOOLS) -> None:
        self._tools = {tool.name: tool for tool in tools}

    def get(self, name: str) -> Tool | None:
        """Return the tool of a name, if it is offered."""
        return self._tools.get(name)

    def describe(self) -> ListToolsResult:
        """Return the list for clients; its order never changes."""
        return ListToolsResult(tools=[tool.describe() for tool in self._tools.values()])
