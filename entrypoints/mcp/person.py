"""The person at the other end of a call, who can be asked where the client offers it."""

from __future__ import annotations

from enum import Enum
from typing import Any

from attrs import frozen
from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp.shared.message import ServerMessageMetadata
from mcp_types import (
    CallToolRequestParams,
    ElicitRequest,
    ElicitRequestFormParams,
    ElicitResult,
    InputRequiredResult,
)
from mcp_types.version import MODERN_PROTOCOL_VERSIONS
from pydantic import ValidationError

# A person may be away for a while, but what they confirm must not be older than a token may be (300 s).
ANSWER_SECONDS = 240.0

_KEY = "confirm"


class Decision(Enum):
    """What a person decided, or that they could not be asked."""

    AGREED = "agreed"
    DECLINED = "declined"
    NOT_REACHED = "not reached"


@frozen
class Reply:
    """A decision, and the state that was kept with the question."""

    decision: Decision
    state: str


@frozen
class Person:
    """Asks yes-or-no questions in either protocol era.

    In the 2025 era the question is a request to the client while the call waits. In the 2026 era the
    call ends with the question, and the client calls again with the answer: `reply` holds it then.
    """

    _context: ServerRequestContext[Any, Any]
    _params: CallToolRequestParams
    _answer_seconds: float

    @property
    def can_be_asked(self) -> bool:
        """Whether the client declared that it asks for us; a client that did not must not be asked."""
        capabilities = self._context.session.client_capabilities
        elicitation = capabilities.elicitation if capabilities else None
        if elicitation is None:
            return False
        # An empty declaration means forms: the other mode came later.
        return elicitation.form is not None or elicitation.url is None

    @property
    def reply(self) -> Reply | None:
        """What was decided on the question that the call before this one ended with."""
        state = self._params.request_state
        if not self._is_modern or state is None:
            return None
        result = (self._params.input_responses or {}).get(_KEY)
        return Reply(_read(result) if isinstance(result, ElicitResult) else Decision.NOT_REACHED, state)

    async def ask(self, question: str, title: str, state: str) -> Reply | InputRequiredResult:
        """Ask; the answer to a tool call must be the `InputRequiredResult` where one is returned.

        `title` names what agreeing does. The server seals `state` before it leaves the process.
        """
        form = ElicitRequest(
            params=ElicitRequestFormParams(
                message=question,
                requested_schema={
                    "type": "object",
                    "properties": {_KEY: {"type": "boolean", "title": title}},
                    "required": [_KEY],
                },
            )
        )
        if self._is_modern:
            return InputRequiredResult(input_requests={_KEY: form}, request_state=state)
        return Reply(await self._send(form), state)

    @property
    def _is_modern(self) -> bool:
        return self._context.protocol_version in MODERN_PROTOCOL_VERSIONS

    async def _send(self, form: ElicitRequest) -> Decision:
        related = ServerMessageMetadata(related_request_id=self._context.request_id)
        try:
            result = await self._context.session.send_request(
                form, ElicitResult, request_read_timeout_seconds=self._answer_seconds, metadata=related
            )
        except (MCPError, ValidationError):  # refused, timed out, or no answer to what was asked
            return Decision.NOT_REACHED
        return _read(result)


def _read(result: ElicitResult) -> Decision:
    agreed = result.action == "accept" and (result.content or {}).get(_KEY) is True
    return Decision.AGREED if agreed else Decision.DECLINED
