"""A call of a tool from the protocol to the use-case and back."""

from __future__ import annotations

from typing import Any

from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS, CallToolRequestParams, CallToolResult, InputRequiredResult

from ...application.call import allowing_cached_reads
from ...domain.errors import CronlyticError, NotAuthenticated, NotPermitted, ReadOnly
from ..request import note_given
from ..services import Services
from .argument_check import check_arguments
from .credential_check import CredentialCheck
from .failure import view_bug, view_error
from .notices import Notices
from .person import Person
from .progress import telling_progress
from .registry import Registry
from .result import to_result
from .scrubbing import remove_key
from .tool import Call, Payload, Tool

Context = ServerRequestContext[Any, Any]
Answer = Payload | InputRequiredResult


class Calls:
    """Answers ``tools/call``."""

    def __init__(
        self,
        registry: Registry,
        services: Services,
        notices: Notices,
        check: CredentialCheck | None,
        answer_seconds: float,
    ) -> None:
        self._registry = registry
        self._services = services
        self._notices = notices
        self._check = check
        self._answer_seconds = answer_seconds

    async def answer(
        self, context: Context, params: CallToolRequestParams
    ) -> CallToolResult | InputRequiredResult:
        """Run a tool.

        Raises:
            MCPError: there is no such tool; whatever goes wrong within one is a result.
        """
        tool = self._registry.get(params.name)
        if tool is None:
            raise MCPError(code=INVALID_PARAMS, message=self._registry.explain_absence(params.name))
        if self._check and tool.calls_backend:
            await self._check.wait()
        payload = await self._log(tool, context, params)
        if isinstance(payload, InputRequiredResult):
            return payload
        told = self._services.take_told_of_hints()
        if notices := [*payload.get("notices", ()), *self._notices.take(), *told]:
            payload = {**payload, "notices": notices}
        return to_result(remove_key(payload, self._services.secrets), is_error="error" in payload)

    async def _log(self, tool: Tool, context: Context, params: CallToolRequestParams) -> Answer:
        """Run a tool and write down how that went, also where the client cancels it."""
        clock, outcome = self._services.clock, "cancelled"
        started = clock.monotonic()
        try:
            answer = await self._run(tool, context, params)
            outcome = _name_outcome(answer)
            return answer
        finally:
            seconds = round(clock.monotonic() - started, 4)
            self._services.log.write("info", "tool called", tool=tool.name, outcome=outcome, seconds=seconds)

    async def _run(self, tool: Tool, context: Context, params: CallToolRequestParams) -> Answer:
        services, given = self._services, params.arguments or {}
        try:
            if self._registry.refuses(tool):
                raise ReadOnly(tool.name)
            if tool.arguments.describe_job:
                note_given(given)
            taken = tool.choose_arguments(given, has_engine=services.has_engine)
            arguments = check_arguments(taken, given, services.allowed_hosts)
            person = Person(context, params, self._answer_seconds)
            with telling_progress(context) as report:
                return await _handle(tool, Call(arguments, services, person, report))
        except CronlyticError as error:
            if isinstance(error, NotAuthenticated | NotPermitted):
                services.log.write("warning", "authentication failed", tool=tool.name, error=error.code)
            return view_error(error)
        except Exception as error:  # noqa: BLE001 - where bugs end, logged with an id
            return view_bug(services.log, error, tool.name)


async def _handle(tool: Tool, call: Call) -> Answer:
    if not tool.can_be_stale:
        return await tool.handle(call)
    with allowing_cached_reads() as reads:
        answer = await tool.handle(call)
    if reads.as_of is None or isinstance(answer, InputRequiredResult):
        return answer
    return {**answer, "stale": True, "as_of": reads.as_of.isoformat()}


def _name_outcome(answer: Answer) -> str:
    if isinstance(answer, InputRequiredResult):
        return "asks the person"
    return str(answer["error"]["code"]) if "error" in answer else "ok"
