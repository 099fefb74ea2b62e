"""What a client sees of an error: its code, its message and its facts, and nothing of a bug but an id."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp_types import INTERNAL_ERROR
from pydantic import ValidationError

from ..logging import Log

if TYPE_CHECKING:
    from ...domain.errors import CronlyticError


def view_error(error: CronlyticError) -> dict[str, Any]:
    """Return the structured content of an answer that is an error."""
    return {"error": {"code": error.code, "message": _summarize(error), **error.facts}}


def _summarize(error: CronlyticError) -> str:
    """Return the message; several problems are counted in it, as the facts hold each of them."""
    from ...domain.errors import InvalidArguments

    if not isinstance(error, InvalidArguments) or len(error.problems) == 1:
        return str(error)
    fields = ", ".join(dict.fromkeys(problem.field for problem in error.problems))
    return f"{len(error.problems)} problems, in {fields}. Correct each as told there, then call again."


def view_bug(log: Log, error: Exception, where: str) -> dict[str, Any]:
    """Log a bug under a new id and return an answer that holds the id and nothing else of it."""
    bug = _log_bug(log, error, where)
    message = (
        f"A fault inside this server, logged on its stderr under the id {bug}. Calling again is unlikely to "
        f"help. If {where} changes something, look with list_jobs whether it did; tell the person the id."
    )
    return {"error": {"code": "internal_error", "message": message, "id": bug}}


class BugBoundary:
    """Middleware that lets no exception text of ours out, whatever the era and the request.

    The SDK sends the text of an exception that a handler raises to clients of the 2025 protocol.
    """

    def __init__(self, log: Log) -> None:
        self._log = log

    async def __call__(self, ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
        """Pass a request on; an exception that is no answer becomes a JSON-RPC internal error."""
        try:
            return await call_next(ctx)
        except (MCPError, ValidationError):
            raise  # the SDK's own answers to a request that is wrong
        except Exception as error:  # noqa: BLE001 - where bugs end, logged with an id
            bug = _log_bug(self._log, error, ctx.method)
            raise MCPError(
                code=INTERNAL_ERROR, message=f"Internal error, logged under the id {bug}"
            ) from None


def _log_bug(log: Log, error: Exception, where: str) -> str:
    bug = secrets.token_hex(4)
    log.write("error", "internal error", id=bug, where=where, exc_info=error)
    return bug
