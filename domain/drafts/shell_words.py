"""One simple command of a POSIX shell, split into words: quotes removed, variables as references."""

from __future__ import annotations

import re

from ..portability.references import escape, write_reference
from .draft import NoJob

_VARIABLE = re.compile(r"\$(?:([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)\})", re.ASCII)
_REDIRECTION = re.compile(r"(?:&>>?|>>?&?|>\|)[ \t]*")


def split_command(line: str) -> list[str]:
    """Return the words of a command, as texts of a document; where its output goes is left out.

    Raises:
        NoJob: it is more than one simple command, or only a shell could tell what it is.
    """
    return _Splitter(line.rstrip().removesuffix(";").removesuffix("&").rstrip()).split()


class _Splitter:
    """Walks over a command once."""

    def __init__(self, line: str) -> None:
        self._line, self._at = line, 0
        self._words: list[str] = []
        self._written, self._literal = "", ""
        self._in_word = self._quoted = self._drops_next = False

    def split(self) -> list[str]:
        """Return the words."""
        while self._at < len(self._line):
            self._step(self._line[self._at])
        self._end_word()
        return self._words

    def _step(self, character: str) -> None:
        match character:
            case " " | "\t" | "\n":
                self._end_word()
                self._at += 1
            case "'":
                self._add(self._until("'"), quoted=True)
            case '"':
                self._read_double_quotes()
            case "\\":
                self._add(self._line[self._at + 1 : self._at + 2], quoted=True)
                self._at += 2
            case "$" | "`":
                self._read_variable()
            case ">" | "&" if redirection := _REDIRECTION.match(self._line, self._at):
                self._skip_redirection(redirection.end())
            case "|" | ";" | "&" | "(" | ")" | "<" | ">":
                raise NoJob("it is more than one simple command, or reads a file")
            case "#" if not self._in_word:
                self._at = len(self._line)
            case _:
                self._add(character)
                self._at += 1

    def _add(self, text: str, *, quoted: bool = False) -> None:
        self._literal += text
        self._in_word = True
        self._quoted = self._quoted or quoted

    def _end_word(self) -> None:
        if self._in_word and not self._drops_next:
            self._words.append(self._written + escape(self._literal))
        self._drops_next = self._drops_next and not self._in_word
        self._written, self._literal, self._in_word, self._quoted = "", "", False, False

    def _until(self, quote: str) -> str:
        start = self._at + 1
        end = self._line.find(quote, start)
        if end < 0:
            raise NoJob("a quote is not closed")
        self._at = end + 1
        return self._line[start:end]

    def _read_double_quotes(self) -> None:
        self._add("", quoted=True)
        self._at += 1
        while self._at < len(self._line):
            character = self._line[self._at]
            if character == '"':
                self._at += 1
                return
            if character in "$`":
                self._read_variable()
            elif character == "\\" and self._line[self._at + 1 : self._at + 2] in {"$", "`", '"', "\\"}:
                self._add(self._line[self._at + 1])
                self._at += 2
            else:
                self._add(character)
                self._at += 1
        raise NoJob("a quote is not closed")

    def _read_variable(self) -> None:
        found = _VARIABLE.match(self._line, self._at)
        if (
            found is None
            and self._line[self._at] == "$"
            and not self._line[self._at + 1 : self._at + 2].strip('"/ ')
        ):
            self._add("$")
            self._at += 1
            return
        if found is None or self._literal.endswith("$"):
            raise NoJob("a part of it is only known to a shell that runs it")
        self._written += escape(self._literal) + write_reference(found[1] or found[2])
        self._literal, self._in_word, self._at = "", True, found.end()

    def _skip_redirection(self, target: int) -> None:
        if self._literal.isdigit() and not self._quoted and not self._written:
            self._literal, self._in_word = "", False
        self._end_word()
        self._drops_next, self._at = True, target
