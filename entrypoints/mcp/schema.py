"""JSON Schemas of what tools take and answer, written by hand so that a client sees exactly these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
TEXTS: Schema = {"type": "array", "items": TEXT}
COUNT: Schema = {"type": "integer", "minimum": 0}
FLAG: Schema = {"type": "boolean"}
INSTANT: Schema = {"type": "string", "format": "date-time"}
INSTANTS: Schema = {"type": "array", "items": INSTANT}
_STALE: dict[str, Schema] = {
    "stale": {"const": True, "description": "The backend is down: this was true at as_of"},
    "as_of": INSTANT,
}
# The facts of an error depend on its code, so the shape stays open.
_ERROR: Schema = {
    "type": "object",
    "properties": {"code": TEXT, "message": TEXT},
    "required": ["code", "message"],
}


def described(schema: Schema, description: str) -> Schema:
    """Return `schema` with a description."""
    return {**schema, "description": description}


def nullable(schema: Schema) -> Schema:
    """Return `schema`, whose ``type`` is one name, with null allowed."""
    return {**schema, "type": [schema["type"], "null"]}


def one_of(values: Sequence[str]) -> Schema:
    """Return the schema of a text that is one of `values`."""
    return {"type": "string", "enum": [str(value) for value in values]}


def record(properties: Mapping[str, Schema], optional: Sequence[str] = ()) -> Schema:
    """Return the schema of an object with these properties, no others, all there but `optional`."""
    required = [name for name in properties if name not in optional]
    schema: Schema = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    return {**schema, "required": required} if required else schema


def shapes(properties: Mapping[str, Schema]) -> Schema:
    """Return the schema of a list of objects with these properties, in as few words as that takes."""
    return {"type": "array", "items": {"type": "object", "properties": dict(properties)}}


def answer(
    properties: Mapping[str, Schema], optional: Sequence[str] = (), *, can_be_stale: bool = False
) -> Schema:
    """Return the schema of a tool's answer: either these properties, or an error.

    Clients exist that check an error against it too, so errors are part of it. It has neither
    references nor a choice as its root, because some clients refuse those.
    """
    success = record(properties, optional)
    anywhere = {"notices": TEXTS, "omitted": TEXTS, "error": _ERROR, **(_STALE if can_be_stale else {})}
    return {
        "type": "object",
        "properties": {**success["properties"], **anywhere},
        "additionalProperties": False,
        "oneOf": [{"required": success["required"]}, {"required": ["error"]}],
    }
