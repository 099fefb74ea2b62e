"""The arguments of a call as an analyst wrote them: checked one by one, all problems told at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from ...domain.adaptive.session import Confidence
from ...domain.errors import InvalidArguments, Problem
from ...domain.untrusted import clean_text

_NAME_LIMIT = 64
_ACTIONS_LIMIT = 50


class ToolArguments:
    """Reads arguments by name and collects what is wrong; what is null counts as left out."""

    def __init__(self, given: Mapping[str, object]) -> None:
        self._given = given
        self._read: set[str] = set()
        self._problems: list[Problem] = []

    def finish(self) -> None:
        """Raise `InvalidArguments` if anything was wrong, or if there is more than was read."""
        for name in sorted(self._given.keys() - self._read):
            shown = clean_text(name, _NAME_LIMIT)
            message = "is no argument of this tool; the session is about one job and needs no id."
            self._problems.append(Problem(shown, "unknown", message, "leave it out"))
        if self._problems:
            raise InvalidArguments(self._problems)

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text; without a default it must be given."""
        value = self._take(name)
        if isinstance(value, str):
            return value
        if value is not None or default is None:
            self._refuse(name, "text", "must be a text", "the queue has grown")
        return default or ""

    def number(self, name: str, default: float | None = None) -> float:
        """Return a number; without a default it must be given."""
        value = self._take(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return value
        if value is not None or default is None:
            self._refuse(name, "number", "must be a number", "300000")
        return default or 0

    def whole_number(self, name: str, default: int | None = None) -> int | None:
        """Return a whole number, or the default."""
        value = self._take(name)
        if isinstance(value, float) and value.is_integer():
            return int(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if value is not None:
            self._refuse(name, "number", "must be a whole number", "10")
        return default

    def instant(self, name: str, *, optional: bool = False) -> datetime | None:
        """Return an instant with an offset; None only where that is allowed and given."""
        value = self._take(name)
        if value is None and optional and name in self._given:
            return None
        try:
            instant = datetime.fromisoformat(value) if isinstance(value, str) else None
        except ValueError:
            instant = None
        if instant is None or instant.tzinfo is None:
            how = "must be a time in ISO 8601 with an offset" + (", or null" if optional else "")
            self._refuse(name, "instant", how, "2026-03-01T12:30:00Z")
            return None
        return instant

    def texts(self, name: str) -> Sequence[str]:
        """Return a list of texts, empty where it is left out."""
        value = self._take(name)
        if isinstance(value, list) and all(isinstance(entry, str) for entry in value):
            return value[:_ACTIONS_LIMIT]
        if value is not None:
            self._refuse(name, "list", "must be a list of texts", '["propose_interval"]')
        return ()

    def confidence(self, name: str) -> Confidence | None:
        """Return how sure the analyst is, None where it is left out."""
        value = self._take(name)
        if isinstance(value, str) and value in set(Confidence):
            return Confidence(value)
        if value is not None:
            self._refuse(name, "choice", f"must be one of {', '.join(Confidence)}", Confidence.MEDIUM)
        return None

    def _take(self, name: str) -> object:
        self._read.add(name)
        return self._given.get(name)

    def _refuse(self, name: str, rule: str, message: str, example: str) -> None:
        self._problems.append(Problem(name, rule, f"{message}, such as {example}.", example))
