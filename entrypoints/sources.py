"""The places that settings come from, in the order in which they win."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from attrs import field, frozen


@frozen
class Given:
    """A value and the place where a person gave it, by the name under which they know it."""

    text: str = field(repr=False)
    place: str

    @property
    def shown(self) -> str:
        """The value as a message may repeat it: nothing long, because it could be a secret gone astray."""
        return repr(self.text) if self.text.isprintable() and len(self.text) <= 24 else "something else"


@frozen
class Source:
    """Values by key, and how this source spells a key. What is empty counts as not given."""

    values: Mapping[str, str | None] = field(repr=False)
    spell: Callable[[str], str]

    def get(self, key: str) -> Given | None:
        """Return the value of a key, if this source has one."""
        text = (self.values.get(key) or "").strip()
        return Given(text, self.spell(key)) if text else None


def find(sources: Sequence[Source], key: str) -> Given | None:
    """Return the value that wins: the first source's that has one."""
    return next((given for source in sources if (given := source.get(key))), None)


def expand_home(path: str) -> Path:
    """Return a path with a leading ``~`` as the home directory; left as it is where there is none."""
    return Path(os.path.expanduser(path))  # noqa: PTH111 - Path's own raises without a home
