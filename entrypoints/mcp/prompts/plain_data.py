"""Facts as JSON that may be shown: cleaned of what nobody can see, without secrets, and short."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ....domain.secrets.masking import scrub
from ....domain.untrusted import clean_text

_LONGEST_READ = 4000
_MOST_KEYS = 25
# How long a text and a list may be, tried until the whole fits: texts give way first.
_LIMITS = ((500, 25), (200, 25), (80, 25), (80, 10), (80, 2))
_LEFT_OUT = "too long to be shown here"


def make_plain(value: Any, limit: int, secrets: Sequence[str] = ()) -> Any:
    """Return `value` with every text cleaned, without `secrets`, in at most `limit` characters of JSON.

    Texts, lists and objects are cut as far as it takes; cut lists and objects say how many they hold.
    """
    attempts = (_shorten(value, text_limit, list_limit, secrets) for text_limit, list_limit in _LIMITS)
    return next((plain for plain in attempts if len(write_json(plain)) <= limit), _LEFT_OUT)


def write_json(value: Any) -> str:
    """Return compact JSON in one line."""
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))


def _shorten(value: Any, text_limit: int, list_limit: int, secrets: Sequence[str]) -> Any:
    def shorten(part: Any) -> Any:
        return _shorten(part, text_limit, list_limit, secrets)

    if isinstance(value, str):
        # Cleaned before the search, so that no hidden character splits a secret, and cut after it.
        return clean_text(scrub(clean_text(value, _LONGEST_READ), secrets), text_limit)
    if isinstance(value, Mapping):
        kept = {shorten(str(key)): shorten(value[key]) for key in list(value)[:_MOST_KEYS]}
        return kept if len(value) <= _MOST_KEYS else {**kept, "entries_in_all": len(value)}
    if isinstance(value, Sequence):
        entries = [shorten(entry) for entry in value[:list_limit]]
        return entries if len(value) <= list_limit else [*entries, f"{list_limit} of {len(value)} shown"]
    return round(value, 4) if isinstance(value, float) else value
