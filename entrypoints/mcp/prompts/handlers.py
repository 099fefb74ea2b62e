"""Answers ``prompts/list`` and ``prompts/get``."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    GetPromptRequestParams,
    GetPromptResult,
    ListPromptsResult,
    PaginatedRequestParams,
)

from ...services import Services

if TYPE_CHECKING:
    from .surroundings import Surroundings

Context = ServerRequestContext[Any, Any]


class PromptHandlers:
    """The handlers of one server; what they need is imported with the first request.

    `name_tools` returns the names of the tools that it offers, `system` is a value of ``sys.platform``.
    """

    def __init__(self, services: Services, name_tools: Callable[[], AbstractSet[str]], system: str) -> None:
        self._services = services
        self._name_tools = name_tools
        self._system = system

    async def list_prompts(
        self, _context: Context, _params: PaginatedRequestParams | None
    ) -> ListPromptsResult:
        """Return all prompts that this backend has a use for, in one page."""
        from .listing import list_prompts

        return ListPromptsResult(prompts=list_prompts(has_engine=self._services.has_engine))

    async def get_prompt(self, _context: Context, params: GetPromptRequestParams) -> GetPromptResult:
        """Return one prompt with the facts of now.

        Raises:
            MCPError: there is no such prompt, or an argument is unknown or not allowed.
        """
        from ....domain.errors import InvalidArguments
        from .rendering import render_prompt

        services = self._services
        try:
            return await render_prompt(
                params.name, params.arguments, services.gateway, services.clock, self._surroundings
            )
        except InvalidArguments as error:
            data = {"code": error.code, **error.facts}
            raise MCPError(code=INVALID_PARAMS, message=str(error), data=data) from None

    @cached_property
    def _surroundings(self) -> Surroundings:
        from .surroundings import Surroundings, name_platform

        return Surroundings(platform=name_platform(self._system), tools=self._name_tools())
