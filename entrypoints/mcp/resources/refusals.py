"""Errors about resources as the protocol's errors: our code, message and facts are in their data."""

from __future__ import annotations

from typing import Any

from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp_types import INTERNAL_ERROR, INVALID_PARAMS
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from ....domain.errors import CronlyticError, InvalidArguments, JobNotFound
from ....domain.untrusted import clean_text
from ..failure import view_error

RESOURCE_NOT_FOUND = -32002
"""What the 2025 protocol answers for a resource that is not there; since 2026 it is an invalid parameter."""

_URI_LIMIT = 200


def refuse_uri(context: ServerRequestContext[Any, Any], uri: str) -> MCPError:
    """Return the error for a URI that is none of ours."""
    message = (
        "There is no such resource. resources/list has those there are, resources/templates/list the forms "
        "cronlytic://job/{job_id} and cronlytic://job/{job_id}/logs; list_jobs has the ids."
    )
    data = {"uri": clean_text(uri, _URI_LIMIT), "code": "resource_not_found", "message": message}
    return MCPError(code=_not_found(context), message=message, data=data)


def refuse_with(
    context: ServerRequestContext[Any, Any], error: CronlyticError, uri: str | None = None
) -> MCPError:
    """Return the error for a resource, or a list of them, that cannot be read."""
    code = INTERNAL_ERROR
    if isinstance(error, JobNotFound):
        code = _not_found(context)
    elif isinstance(error, InvalidArguments):
        code = INVALID_PARAMS
    facts = view_error(error)["error"]
    about = {} if uri is None else {"uri": clean_text(uri, _URI_LIMIT)}
    return MCPError(code=code, message=facts["message"], data={**about, **facts})


def _not_found(context: ServerRequestContext[Any, Any]) -> int:
    return INVALID_PARAMS if context.protocol_version in MODERN_PROTOCOL_VERSIONS else RESOURCE_NOT_FOUND
