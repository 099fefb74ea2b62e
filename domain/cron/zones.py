"""IANA time zones by name. The list of names and the zones' data are read when first needed."""

from __future__ import annotations

from datetime import UTC, tzinfo
from difflib import get_close_matches
from functools import lru_cache

from ..errors import InvalidArguments, Problem
from .items import quoted

LONGEST_NAME = 64
_EXAMPLE = "Europe/Berlin"
# Names that the data base has and that are no zones: files of the machine, and a placeholder.
_NO_ZONES = frozenset({"localtime", "Factory", "posixrules"})


def load_zone(name: object) -> tzinfo:
    """Return the zone with this IANA name.

    Raises:
        InvalidArguments: there is none.
    """
    if name == "UTC":  # the usual case, and the one that must not read the data base
        return UTC
    if problem := _find_problem(name):
        raise InvalidArguments([problem])
    # Only a listed name may reach the constructor: it takes `localtime` too, and for others raises
    # different errors, some with paths in their text.
    return _open_zone(str(name))


@lru_cache(maxsize=128)  # the constructor remembers only eight
def _open_zone(name: str) -> tzinfo:
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)


def _find_problem(name: object) -> Problem | None:
    if not isinstance(name, str):
        return _problem("type", f"must be text; it is {type(name).__name__}.")
    if len(name) > LONGEST_NAME:
        return _problem("length", f"must have at most {LONGEST_NAME} characters; it has {len(name)}.")
    if name in _list_names():
        return None
    near = _find_near_name(name)
    advice = f"Did you mean {near!r}?" if near else "Offsets such as UTC+2 and abbreviations are none."
    message = f"{quoted(name)} is not the name of an IANA time zone. {advice}"
    return _problem("unknown", message, near or _EXAMPLE)


@lru_cache(maxsize=1)
def _list_names() -> frozenset[str]:
    from zoneinfo import available_timezones

    return frozenset(available_timezones() - _NO_ZONES)


def _find_near_name(name: str) -> str | None:
    # Etc/GMT+2 lies west of Greenwich: near in letters, and the opposite of what is meant.
    regions = sorted(known for known in _list_names() if "/" in known and not known.startswith("Etc/"))
    wanted = name.strip().replace(" ", "_").lower()
    by_words = {known.rpartition("/")[2].lower(): known for known in regions}
    by_words |= {known.lower(): known for known in ["UTC", *regions]}
    near = get_close_matches(wanted, by_words, n=1, cutoff=0.8)
    return by_words[near[0]] if near else None


def _problem(rule: str, message: str, example: str = _EXAMPLE) -> Problem:
    return Problem("timezone", rule, message, example)
