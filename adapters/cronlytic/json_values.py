"""Readers of single JSON values, each strict about the type: what differs is an error, never converted.

They take the value and the type that it is read for, as the converter calls them.
"""

from __future__ import annotations

import math
import re
from datetime import datetime
from enum import StrEnum
from typing import Any

from ...domain.job import JOB_ID
from .instant import parse_instant

_SURROGATE = re.compile("[\ud800-\udfff]")


class WrongShape(Exception):
    """JSON is not what the documentation says; the text says where, and repeats nothing of it."""


def read_text(value: Any, _: Any) -> str:
    """Return a string that UTF-8 can hold."""
    if type(value) is not str:
        raise WrongShape("must be a string")
    # JSON can hold half of a surrogate pair, as in a text cut short; UTF-8, and so MCP, cannot.
    return value if value.isascii() else _SURROGATE.sub("\ufffd", value)


def read_texts(value: Any, kind: Any) -> dict[str, str]:
    """Return an object of strings."""
    if type(value) is not dict:
        raise WrongShape("must be an object of strings")
    return {read_text(name, kind): read_text(text, kind) for name, text in value.items()}


def read_job_id(value: Any, kind: Any) -> str:
    """Return an id that can be asked for again."""
    job_id = read_text(value, kind)
    if not JOB_ID.fullmatch(job_id):
        raise WrongShape("must be 1-64 letters, digits, '-' or '_'")
    return job_id


def read_flag(value: Any, _: Any) -> bool:
    """Return a boolean."""
    if type(value) is not bool:
        raise WrongShape("must be true or false")
    return value


def read_integer(value: Any, _: Any) -> int:
    """Return an integer, which a boolean is not."""
    if type(value) is not int:
        raise WrongShape("must be an integer")
    return value


def read_number(value: Any, _: Any) -> float:
    """Return a number with or without a fraction."""
    if type(value) not in (int, float):
        raise WrongShape("must be a number")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):  # Python reads NaN and 1e999, which no answer of ours may hold
        raise WrongShape("must be a finite number")
    return number


def read_instant(value: Any, kind: Any) -> datetime:
    """Return an aware instant in UTC."""
    try:
        return parse_instant(read_text(value, kind))
    except ValueError:
        raise WrongShape("must be an instant in ISO 8601") from None


def read_choice(value: Any, kind: type[StrEnum]) -> StrEnum:
    """Return a member of the enumeration `kind`."""
    try:
        return kind(read_text(value, kind))
    except ValueError:
        raise WrongShape(f"must be one of {', '.join(kind)}") from None
