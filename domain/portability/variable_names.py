"""The names of the variables that stand for secrets: readable, and the same for the same jobs."""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Mapping, Sequence
from itertools import count

_OTHER = re.compile(r"[^A-Z0-9]+")
_LENGTH_LIMIT = 80

RESERVED = "CRONLYTIC_"
"""Names that begin so are this program's own settings, credentials among them: no file may refer to them."""


class VariableNames:
    """The names that were given so far.

    written: what each variable stands for, as the document had it.
    """

    def __init__(self) -> None:
        self.written: dict[str, str] = {}

    def propose(self, parts: Sequence[str], value: str, taken: Mapping[str, str] | None = None) -> str:
        """Return a name such as ``NIGHTLY_BACKUP_BODY_TOKEN`` that stands for nothing else.

        `taken` are names given besides the written ones.
        """
        distinct = [part for at, part in enumerate(parts) if part and part not in parts[:at]]
        name = _OTHER.sub("_", "_".join(distinct).upper()).strip("_")[:_LENGTH_LIMIT].strip("_")
        if not name or name[0].isdigit() or name.startswith(RESERVED):
            name = f"JOB_{name}".rstrip("_")
        known = ChainMap({}, dict(taken or {}), self.written)
        numbered = (name if number == 1 else f"{name}_{number}" for number in count(1))
        return next(each for each in numbered if known.get(each, value) == value)
