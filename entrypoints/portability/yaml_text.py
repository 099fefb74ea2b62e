"""YAML that people and programs write, read without its traps; and written so that every reader agrees.

Of the scalars only the words and numbers of YAML 1.2's core are more than text, so that ``on``, ``12:30``
and a date stay what they read. Anchors, tags, merge keys and doubled keys are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import yaml

SIZE_LIMIT = 10_000_000
"""Bytes of one file."""
DEPTH_LIMIT = 20
DOCUMENT_LIMIT = 10_000

_ODD_BREAKS = frozenset("\x85\u2028\u2029")

_CORE = {
    "tag:yaml.org,2002:null": r"~|null|Null|NULL|",
    "tag:yaml.org,2002:bool": r"true|True|TRUE|false|False|FALSE",
    "tag:yaml.org,2002:int": r"[-+]?[0-9]+",
    "tag:yaml.org,2002:float": r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?",
}


class BadYaml(ValueError):
    """A text is no YAML that is taken; the message says where and why, and repeats nothing of it."""


class _Loader(yaml.SafeLoader):
    """Reads the core types only, each key once, and no deeper than anybody writes by hand."""

    yaml_implicit_resolvers: Any = {}  # noqa: RUF012 - PyYAML's, which copies it

    def __init__(self, text: str, *, aliases: bool) -> None:
        super().__init__(text)
        self._depth, self._aliases = 0, aliases

    def compose_node(self, parent: Any, index: Any) -> Any:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call] # PyYAML's
        if isinstance(event, yaml.AliasEvent) and not self._aliases:
            raise _fault("an alias (*) is not taken here; write the value out", event)
        if getattr(event, "tag", None) is not None:
            raise _fault("a tag (!) is not taken here; leave it out", event)
        self._depth += 1
        if self._depth > DEPTH_LIMIT:
            raise _fault(f"it is nested more than {DEPTH_LIMIT} deep", event)
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - PyYAML's
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _fault("a key must be a text", key)
            if key.value in seen:
                raise _fault("a key stands twice in one mapping", key)
            seen.add(key.value)
        return {key.value: self.construct_object(value, deep=deep) for key, value in node.value}

    def construct_yaml_int(self, node: Any) -> int:
        # PyYAML reads a leading zero as octal, YAML 1.2 does not; and no number of ours is longer.
        if len(node.value) > 20:
            raise _fault("a number has more than 20 digits", node)
        return int(node.value)


class _Dumper(yaml.SafeDumper):
    """Quotes whatever any reader, of YAML 1.1 or 1.2, could take for more than text."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's
        return True


_Loader.add_constructor("tag:yaml.org,2002:int", _Loader.construct_yaml_int)
for _tag, _pattern in _CORE.items():
    _Loader.add_implicit_resolver(_tag, re.compile(f"(?:{_pattern})\\Z"), None)
    _Dumper.add_implicit_resolver(_tag, re.compile(f"(?:{_pattern}|0o[0-7]+|0x[0-9a-fA-F]+)\\Z"), None)


def _write_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    if _ODD_BREAKS.intersection(text):
        style = '"'  # other styles would turn them into line feeds
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _write_text)


def _fault(reason: str, place: Any) -> BadYaml:
    return BadYaml(f"line {place.start_mark.line + 1}: {reason}.")


def read_yaml(content: bytes, *, aliases: bool = False) -> list[object]:
    """Return the documents of a file; one that holds nothing is left out. `aliases` lets values be shared.

    Raises:
        BadYaml: it is no YAML in UTF-8, or uses what is refused.
    """
    if len(content) > SIZE_LIMIT:
        raise BadYaml(f"it has more than {SIZE_LIMIT} bytes.")
    try:
        documents = list(_load(content.decode("utf-8-sig"), aliases=aliases))
    except UnicodeDecodeError:
        raise BadYaml("it is not text in UTF-8.") from None
    except BadYaml:
        raise
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadYaml(f"line {line}: it is not YAML as it is taken here.") from None
    except (yaml.YAMLError, ValueError):
        raise BadYaml("it is not YAML as it is taken here.") from None
    return [document for document in documents if document is not None]


def _load(text: str, *, aliases: bool) -> Iterator[object]:
    loader: Any = _Loader(text, aliases=aliases)
    count = 0
    try:
        while loader.check_data():
            count += 1
            if count > DOCUMENT_LIMIT:
                raise BadYaml(f"it has more than {DOCUMENT_LIMIT} documents.")
            yield loader.get_data()
    finally:
        loader.dispose()


def write_yaml(documents: Iterable[Mapping[str, object]], comments: Sequence[str] = ()) -> str:
    """Return documents as a text, `comments` above them; each line of them is one of the text."""
    head = "".join(
        f"# {line}".rstrip() + "\n" for comment in comments for line in comment.splitlines() or [""]
    )
    written = yaml.dump_all(
        [dict(document) for document in documents],
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        explicit_start=True,
        width=1_000_000,
    )
    return head + written
