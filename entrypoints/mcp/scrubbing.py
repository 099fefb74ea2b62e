"""Answers without secrets: the API key nowhere, and those of a job in no text about an error."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Any

from ..logging import MASK

# They are words of ours, which a secret may happen to spell.
_OURS = frozenset({"code", "field", "rule", "request_id"})


def remove_key(value: Any, keys: Sequence[str]) -> Any:
    """Return a JSON value without the credentials of this server, wherever they may have come from."""
    if not keys:
        return value
    written = _pattern(tuple(keys))
    return _map(value, lambda text: written.sub(MASK, text), frozenset())


@cache
def _pattern(keys: tuple[str, ...]) -> re.Pattern[str]:
    from ...domain.secrets.spellings import spellings_of

    forms = sorted((form for key in keys for form in spellings_of(key)), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, forms)))


def remove_secrets(facts: Any, secrets: Sequence[str]) -> Any:
    """Return an error's facts without the secrets of the jobs that it may be about."""
    if not secrets:
        return facts
    from ...domain.secrets.masking import scrub

    return _map(facts, lambda text: scrub(text, secrets), _OURS)


def _map(value: Any, change: Callable[[str], str], spared: AbstractSet[str]) -> Any:
    """Return a JSON value with each text in it changed, names too, but for what stands under `spared`."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {
            change(name): entry if name in spared else _map(entry, change, spared)
            for name, entry in value.items()
        }
    if isinstance(value, list):
        return [_map(entry, change, spared) for entry in value]
    return value
