"""References to variables in a document's texts: ``${NAME}`` stands for a value that is kept elsewhere.

A text that itself reads ``${NAME}`` is written with one dollar sign more, and read with one less.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

_REFERENCE = re.compile(r"\$(\$*)\{([A-Za-z_][A-Za-z0-9_]*)\}", re.ASCII)

Texts = Callable[[str], str]


def write_reference(name: str) -> str:
    """Return the reference to a variable."""
    return f"${{{name}}}"


def escape(text: str) -> str:
    """Return `text` written so that nothing in it is a reference."""
    return _REFERENCE.sub(lambda found: f"${found.group()}", text)


def find_references(text: str) -> tuple[str, ...]:
    """Return the names of the variables that a written text refers to, in order."""
    return tuple(name for dollars, name in _REFERENCE.findall(text) if not dollars)


def resolve(text: str, variables: Mapping[str, str]) -> str:
    """Return a written text as it is meant; a reference to no known variable stays as it is."""

    def one(found: re.Match[str]) -> str:
        dollars, name = found.groups()
        return found.group()[1:] if dollars else variables.get(name, found.group())

    return _REFERENCE.sub(one, text)


def insert(text: str, written: Mapping[str, str]) -> str:
    """Return a written text with references replaced by other written text, and nothing else changed."""

    def one(found: re.Match[str]) -> str:
        dollars, name = found.groups()
        return found.group() if dollars else written.get(name, found.group())

    return _REFERENCE.sub(one, text)


def without_references(text: str) -> str:
    """Return what stands in a written text besides references."""
    return _REFERENCE.sub(lambda found: found.group() if found.group(1) else " ", text)


def map_texts(value: object, change: Texts) -> object:
    """Return a document, or a part of one, with each text put through `change`; keys stay."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {key: map_texts(item, change) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [map_texts(item, change) for item in value]
    return value


def references_of(value: object) -> tuple[str, ...]:
    """Return the names of the variables that a document's texts refer to, each once."""
    found: dict[str, None] = {}

    def look(text: str) -> str:
        found.update(dict.fromkeys(find_references(text)))
        return text

    map_texts(value, look)
    return tuple(found)
