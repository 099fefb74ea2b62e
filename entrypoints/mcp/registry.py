"""All tools, in the order in which clients see them."""

from __future__ import annotations

from collections.abc import Iterable

from mcp_types import ListToolsResult

from ...domain.untrusted import clean_text
from ..toolset import DEFAULT_TOOLSETS, ENGINE_TOOLSETS, Toolset
from .cloud_tools.catalogue import CLOUD_TOOLS
from .tool import Tool
from .tools import (
    bulk_update_jobs,
    clear_hints,
    create_job,
    delete_job,
    describe_group,
    events_since,
    explain_job,
    export_jobs,
    get_analysis_session,
    get_job,
    get_job_health,
    get_job_logs,
    get_latest_response,
    get_response_history,
    get_run,
    get_sibling_latest_responses,
    health_check,
    list_analysis_sessions,
    list_due_analyses,
    list_jobs,
    pause_job,
    pause_until,
    preview_schedule,
    propose_interval,
    propose_next_time,
    resume_job,
    run_job_now,
    start_analysis,
    submit_analysis,
    test_webhook,
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
        test_webhook,
        validate_cron,
        health_check,
        get_job_health,
        preview_schedule,
        bulk_update_jobs,
        export_jobs,
        run_job_now,
        explain_job,
        events_since,
        get_run,
        start_analysis,
        get_latest_response,
        get_response_history,
        get_sibling_latest_responses,
        propose_interval,
        propose_next_time,
        pause_until,
        clear_hints,
        submit_analysis,
        list_due_analyses,
        list_analysis_sessions,
        get_analysis_session,
        describe_group,
    )
)


_NAME_LIMIT = 60


class Registry:
    """The tools of one server, those of its `toolsets`.

    Where it is `read_only`, those that write are neither listed nor run. Without an engine, those that ask
    it are not listed; called all the same, they say what to do instead. On the cloud the tools for hints are
    others, which go by the job; they are listed where hints are switched on.
    """

    def __init__(
        self,
        *,
        read_only: bool = False,
        has_engine: bool = False,
        toolsets: frozenset[Toolset] = DEFAULT_TOOLSETS,
        tools: Iterable[Tool] = ALL_TOOLS,
        on_cloud: bool = False,
        hints_on: bool = False,
    ) -> None:
        of_cloud = CLOUD_TOOLS if on_cloud else ()
        self._tools = {tool.name: tool for tool in (*tools, *of_cloud) if tool.toolset in toolsets}
        self._without_engine = of_cloud if hints_on else ()
        self._read_only, self._has_engine = read_only, has_engine

    def get(self, name: str) -> Tool | None:
        """Return the tool of a name, if there is one; `refuses` tells whether it may be run."""
        return self._tools.get(name)

    def refuses(self, tool: Tool) -> bool:
        """Return whether this server does not run a tool."""
        return self._read_only and tool.writes

    def explain_absence(self, name: str) -> str:
        """Return what to tell a client that calls a tool which is not here."""
        for tool in ALL_TOOLS:
            if tool.name == name:
                return (
                    f"{name} belongs to the toolset {tool.toolset}, which this server does not offer; the "
                    "person can add it to --toolsets or CRONLYTIC_TOOLSETS."
                )
        return f"Unknown tool: {clean_text(name, _NAME_LIMIT)}. tools/list has the tools."

    @property
    def offered(self) -> tuple[Tool, ...]:
        """The tools that clients may call."""
        return tuple(tool for tool in self._tools.values() if self._offers(tool))

    def _offers(self, tool: Tool) -> bool:
        has_backend = self._has_engine or tool.toolset not in ENGINE_TOOLSETS or tool in self._without_engine
        return has_backend and not self.refuses(tool)

    def describe(self) -> ListToolsResult:
        """Return the list for clients; its order never changes."""
        return ListToolsResult(tools=[tool.describe(has_engine=self._has_engine) for tool in self.offered])
