"""The converter between the API's JSON and its shapes: strict about types, tolerant of values.

A type that differs from the documentation is an error; a name or a cron expression that our own
rules would refuse is not, because the job exists and a person must be able to see and mend it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar, get_args, get_origin

from attrs import has
from cattrs import ClassValidationError, Converter
from cattrs.gen import make_dict_structure_fn

from ...domain.job import JobStatus
from ...domain.log import RunStatus
from .json_values import (
    WrongShape,
    read_choice,
    read_flag,
    read_instant,
    read_integer,
    read_job_id,
    read_number,
    read_text,
    read_texts,
)
from .shapes import JobFields, JobId

T = TypeVar("T")


def write_job(fields: JobFields) -> bytes:
    """Return the body of a request that sends a job."""
    return json.dumps(_CONVERTER.unstructure(fields)).encode()


def read_body(body: bytes, shape: type[T]) -> T:
    """Return the JSON of `body` in `shape`; keys that it does not know are ignored.

    Raises:
        WrongShape: it is no JSON, or other JSON.
    """
    value = read_json(body)
    try:
        return _CONVERTER.structure(value, shape)
    except (WrongShape, ClassValidationError) as error:
        raise WrongShape(_describe(error)) from None


def read_json(body: bytes) -> Any:
    """Return what `body` says in JSON.

    Raises:
        WrongShape: it is no JSON.
    """
    if not body.strip():
        raise WrongShape("the body is empty")
    try:
        return json.loads(body.decode())
    except (ValueError, RecursionError):
        raise WrongShape("the body is not JSON") from None


def _describe(error: Exception) -> str:
    # The first difference is enough to act on. Notes hold the names of our own attributes only.
    if isinstance(error, ClassValidationError):
        inner, note = error.group_exceptions()[0][0]
        return f"{note.name}: {_describe(inner)}"
    return "is missing" if isinstance(error, KeyError) else str(error)


def _object_reader(shape: type[T], converter: Converter) -> Callable[[Any, Any], T]:
    read_attributes = make_dict_structure_fn(shape, converter)

    def read(value: Any, kind: Any) -> T:
        if type(value) is not dict:
            raise WrongShape("must be an object")
        return read_attributes(value, kind)

    return read


def _is_texts(kind: Any) -> bool:
    return get_origin(kind) is dict and get_args(kind) == (str, str)


def _is_list(kind: Any) -> bool:
    return get_origin(kind) is list


def _list_reader(kind: Any, converter: Converter) -> Callable[[Any, Any], list[Any]]:
    (item_kind,) = get_args(kind)
    read_item = converter.get_structure_hook(item_kind)

    def read(value: Any, _: Any) -> list[Any]:
        if type(value) is not list:
            raise WrongShape("must be an array")
        items: list[Any] = []
        # The first wrong item ends it: an error for each of millions would fill the memory.
        for item in value:
            try:
                items.append(read_item(item, item_kind))
            except (WrongShape, ClassValidationError) as error:
                raise WrongShape(f"item {len(items)}: {_describe(error)}") from None
        return items

    return read


def _make_converter() -> Converter:
    converter = Converter()
    for kind, reader in (
        (str, read_text),
        (bool, read_flag),
        (int, read_integer),
        (float, read_number),
        (datetime, read_instant),
        (JobStatus, read_choice),
        (RunStatus, read_choice),
        (JobId, read_job_id),
    ):
        converter.register_structure_hook(kind, reader)
    converter.register_structure_hook_func(_is_texts, read_texts)
    converter.register_structure_hook_factory(has, _object_reader)
    converter.register_structure_hook_factory(_is_list, _list_reader)
    return converter


_CONVERTER = _make_converter()
