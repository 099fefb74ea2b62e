"""Text that a stranger wrote: made safe to show to a model, and never an instruction of ours."""

from __future__ import annotations

import re
import unicodedata

CUT = " [cut]"

_KEPT_CONTROLS = "\n\t"
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_LINE_BREAKS = re.compile(r"\r\n?|[\u2028\u2029\x85]")
# Variation selectors beyond the emoji ones can smuggle bytes that no person sees.
_HIDDEN_MARKS = re.compile("[\u115f\u1160\u3164\uffa0\ufe00-\ufe0d\U000e0100-\U000e01ef]")


def _is_visible(character: str) -> bool:
    return character in _KEPT_CONTROLS or unicodedata.category(character) not in _HIDDEN_CATEGORIES


def _remove_hidden(text: str) -> str:
    plain = _HIDDEN_MARKS.sub("", _LINE_BREAKS.sub("\n", text))
    return "".join(filter(_is_visible, plain))


def clean_text(text: str, limit: int) -> str:
    """Return `text` without characters that a person cannot see, at most `limit` characters.

    Control, bidirectional, zero-width, tag, private-use and unassigned characters go; line feeds
    and tabs stay. What is cut off is marked by a closing ``[cut]``, inside the limit.
    """
    # Bounded before any work on it: hidden characters beyond four times the limit do not count.
    head = text[: 4 * limit]
    visible = head if head.isascii() and head.isprintable() else _remove_hidden(head)
    if len(visible) <= limit and len(head) == len(text):
        return visible
    return visible[: max(0, limit - len(CUT))] + CUT[:limit]
