"""What a client sees of an error: its code, its message and its facts, and nothing of a bug but an id."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp_types import INTERNAL_ERROR
from pydantic import ValidationError

from ..logging import Log
from ..request import answering, current_request
from .scrubbing import remove_key, remove_secrets

if TYPE_CHECKING:
    from ...domain.errors import CronlyticError


def view_error(error: CronlyticError) -> dict[str, Any]:
    """Return the structured content of an answer that is an error."""
    return _view({"code": error.code, "message": _summarize(error), **error.facts})


def _view(facts: dict[str, Any]) -> dict[str, Any]:
    """Return an error's facts with the id that the log tells of it under, without secrets of jobs."""
    if request := current_request():
        facts = remove_secrets({**facts, "request_id": request.id}, request.secrets)
    return {"error": facts}


def _summarize(error: CronlyticError) -> str:
    """Return the message; several problems are counted in it, as the facts hold each of them."""
    from ...domain.errors import InvalidArguments

    if not isinstance(error, InvalidArguments) or len(error.problems) == 1:
        return str(error)
    fields = ", ".join(dict.fromkeys(problem.field for problem in error.problems))
    return f"{len(error.problems)} problems, in {fields}. Correct each as told there, then call again."


def view_bug(log: Log, error: Exception, where: str) -> dict[str, Any]:
    """Log a bug and return an answer that says under which id, and nothing else of it."""
    log.write("error", "internal error", where=where, exc_info=error)
    message = (
        "A fault inside this server, logged on its stderr under request_id. Calling again is unlikely to "
        f"help. If {where} changes something, look with list_jobs whether it did; tell the person the id."
    )
    return _view({"code": "internal_error", "message": message})


class RequestBoundary:
    """Middleware that gives each request its id, and lets out neither exceptions of ours nor `secrets`.

    The SDK sends the text of an exception that a handler raises to clients of the 2025 protocol.
    """

    def __init__(self, log: Log, secrets: Sequence[str]) -> None:
        self._log, self._secrets = log, secrets

    async def __call__(self, ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
        """Pass a request on; an exception that is no answer becomes a JSON-RPC internal error."""
        with answering() as request:
            try:
                result = await call_next(ctx)
            except MCPError as refusal:
                raise MCPError(**remove_key(refusal.error.model_dump(), self._secrets)) from None
            except ValidationError:
                raise  # the SDK's own answer to a request that is wrong
            except Exception as error:  # noqa: BLE001 - where bugs end, logged with an id
                self._log.write("error", "internal error", where=ctx.method, exc_info=error)
                message = f"Internal error, logged under the id {request.id}"
                raise MCPError(code=INTERNAL_ERROR, message=message) from None
        cleaned: HandlerResult = remove_key(result, self._secrets)
        return cleaned
