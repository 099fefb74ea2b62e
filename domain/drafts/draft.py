"""Jobs read from a foreign file: documents to be looked over, and what could not be taken."""

from __future__ import annotations

import re
from collections.abc import Mapping

from attrs import field, frozen

from ..portability.document import Document
from ..portability.references import without_references
from ..secrets.url_secrets import replace_url_secrets

_OTHER = re.compile(r"[^A-Za-z0-9_]+")
_NAME_LIMIT = 46
"""Characters; the rest of what a name may have is left to a number."""


@frozen
class Remark:
    """A sentence about one line of the foreign file; `line` counts from 1 and is None for the whole of it."""

    line: int | None
    sentence: str

    def __str__(self) -> str:
        return self.sentence if self.line is None else f"line {self.line}: {self.sentence}"


@frozen
class Drafts:
    """What a foreign file became.

    documents: the jobs as they are written in a file of jobs. notes: what to look at in them. skipped: what
    is no job, and why. variables: values that the foreign file gives to variables which jobs refer to.
    """

    documents: tuple[Document, ...]
    notes: tuple[Remark, ...] = ()
    skipped: tuple[Remark, ...] = ()
    variables: Mapping[str, str] = field(factory=dict, repr=False)


class NoJob(Exception):
    """Something of a foreign file cannot be a job; the message says why, and repeats no value of it."""


def name_by_url(url: str) -> str:
    """Return a job's name made of its URL's host and path, without anything secret."""
    plain = without_references(replace_url_secrets(url, lambda _label, _value: ""))
    return make_name(plain.partition("//")[2].partition("?")[0].partition("#")[0])


def make_name(text: str) -> str:
    """Return a text as a job's name."""
    return _OTHER.sub("-", text).strip("-")[:_NAME_LIMIT].strip("-") or "job"


def tell_apart(names: list[str]) -> list[str]:
    """Return names of which each is there once: the later ones get a number."""
    taken: set[str] = set()
    told: list[str] = []
    for name in names:
        number, candidate = 1, name
        while candidate in taken:
            number += 1
            candidate = f"{name}-{number}"
        taken.add(candidate)
        told.append(candidate)
    return told
