"""Secrets of jobs taken out of their documents: references stand in their place, the values apart."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping

from attrs import field, frozen

from ..secrets.body_secrets import replace_body_secrets
from ..secrets.masking import scrub
from ..secrets.secret_names import is_secret_name
from ..secrets.url_secrets import replace_url_secrets
from .document import Document
from .references import find_references, insert, resolve, without_references, write_reference
from .variable_names import VariableNames

_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|-?\d[\d.eE+-]*+')

_OPEN = ("url", "headers", "body", "description", "options")
"""The fields in which a secret could be repeated, and which may be references."""

Replace = Callable[[str, str], str]
ReplaceSecrets = Callable[[str, Replace], str]


@frozen
class ConcealedJobs:
    """Documents without secrets, and the values of the variables that they refer to, by name."""

    documents: tuple[Document, ...]
    variables: Mapping[str, str] = field(repr=False)


def conceal(documents: Iterable[Document]) -> ConcealedJobs:
    """Return the documents, whose texts are written (`references.escape`), with references for secrets.

    The names of the variables follow from the jobs' names and the secrets' places alone, in the order of
    the documents. Read with these variables, each text is what it was to the letter.
    """
    names = VariableNames()
    concealed = tuple(_Concealer(document, names).run() for document in documents)
    return ConcealedJobs(concealed, {name: resolve(written, {}) for name, written in names.written.items()})


class _Concealer:
    """Takes the secrets out of one document."""

    def __init__(self, document: Document, names: VariableNames) -> None:
        self._document, self._names = document, names
        self._job = str(document.get("name", ""))
        self._found: list[str] = []

    def run(self) -> Document:
        """Return the document with references, and note their values."""
        changed = dict(self._document)
        if isinstance(url := changed.get("url"), str):
            changed["url"] = self._conceal_text("url", url, replace_url_secrets)
        if isinstance(headers := changed.get("headers"), Mapping):
            changed["headers"] = {name: self._conceal_header(name, value) for name, value in headers.items()}
        if isinstance(body := changed.get("body"), str):
            changed["body"] = self._conceal_text("body", body, replace_body_secrets)
        if isinstance(options := changed.get("options"), Mapping) and (chat := options.get("notify_url")):
            changed["options"] = {**options, "notify_url": self._refer("notify_url", str(chat))}
        return changed | {
            key: self._hide_copies(key, changed[key], self._document[key]) for key in _OPEN if key in changed
        }

    def _conceal_header(self, name: str, value: str) -> str:
        secret = value and is_secret_name(name) and not find_references(value)
        return self._refer(name, value) if secret else value

    def _conceal_text(self, place: str, text: str, replace_secrets: ReplaceSecrets) -> str:
        found: dict[str, str] = {}

        def note(label: str, value: str) -> str:
            if not find_references(value):
                found.setdefault(value, label)
            return value

        replace_secrets(text, note)
        if not found:
            return text
        self._found += found

        def replace_tokens(text: str, refer: Replace) -> str:
            return _replace_tokens(text, found, refer)

        for replace in (replace_secrets, replace_tokens):
            # What is put in must give back the text to the letter: a JSON body may not be written anew.
            concealed, written = self._try(place, text, replace)
            if written and insert(concealed, written) == text:
                self._names.written.update(written)
                return concealed
        return self._refer(place, text)

    def _try(self, place: str, text: str, replace: ReplaceSecrets) -> tuple[str, dict[str, str]]:
        """Return a text with references in one way of replacing, and what they would stand for."""
        written: dict[str, str] = {}

        def refer(label: str, value: str) -> str:
            if find_references(value):
                return value
            name = self._names.propose((self._job, place, label), value, written)
            written[name] = value
            return write_reference(name)

        return replace(text, refer), written

    def _hide_copies(self, key: str, now: object, before: object) -> object:
        """Return a field's value with each text that repeats a secret of the job replaced as a whole."""
        if isinstance(now, Mapping) and isinstance(before, Mapping):
            return {name: self._hide_copies(str(name), now[name], before[name]) for name in now}
        if not isinstance(now, str) or not isinstance(before, str):
            return now
        open_text = without_references(now)
        return self._refer(key, before) if scrub(open_text, self._found) != open_text else now

    def _refer(self, label: str, value: str) -> str:
        if find_references(value):
            return value
        self._found.append(value)
        name = self._names.propose((self._job, label), value)
        self._names.written[name] = value
        return write_reference(name)


def _replace_tokens(text: str, found: Mapping[str, str], refer: Replace) -> str:
    """Return JSON with the strings and numbers that are secrets replaced where they stand."""

    def one(token: re.Match[str]) -> str:
        written = token.group()
        try:
            plain = json.loads(written)
        except ValueError:
            return written
        label = found.get(plain if isinstance(plain, str) else written)
        if label is None:
            return written
        return f'"{refer(label, written[1:-1])}"' if isinstance(plain, str) else refer(label, written)

    return _JSON_TOKEN.sub(one, text)
