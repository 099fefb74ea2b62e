"""A call of a tool from the protocol to the use-case and back."""

from __future__ import annotations

from typing import Any

from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS, CallToolRequestParams, CallToolResult, InputRequiredResult

from ...domain.errors import CronlyticError
from ...domain.untrusted import clean_text
from ..services import Services
from .argument_check import check_arguments
from .credential_check import CredentialCheck
from .failure import view_bug, view_error
from .notices import Notices
from .person import Person
from .registry import Registry
from .result import to_result
from .tool import Call, Payload, Tool

Context = ServerRequestContext[Any, Any]


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
            shown = clean_text(params.name, 60)
            raise MCPError(code=INVALID_PARAMS, message=f"Unknown tool: {shown}. tools/list has the tools.")
        if self._check and tool.calls_backend:
            await self._check.wait()
        started = self._services.clock.monotonic()
        payload = await self._run(tool, context, params)
        if isinstance(payload, InputRequiredResult):
            return payload
        code = payload["error"]["code"] if "error" in payload else None
        seconds = round(self._services.clock.monotonic() - started, 4)
        self._services.log.write("debug", "tool called", tool=tool.name, error=code, seconds=seconds)
        if notices := [*payload.get("notices", ()), *self._notices.take()]:
            payload = {**payload, "notices": notices}
        return to_result(payload, is_error=code is not None)

    async def _run(
        self, tool: Tool, context: Context, params: CallToolRequestParams
    ) -> Payload | InputRequiredResult:
        try:
            arguments = check_arguments(tool.arguments, params.arguments or {})
            person = Person(context, params, self._answer_seconds)
            return await tool.handle(Call(arguments, self._services, person))
        except CronlyticError as error:
            return view_error(error)
        except Exception as error:  # noqa: BLE001 - where bugs end, logged with an id
            return view_bug(self._services.log, error, tool.name)
