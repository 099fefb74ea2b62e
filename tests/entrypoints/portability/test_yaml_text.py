"""YAML is read without its traps, and written so that it reads the same everywhere."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cronlytic_mcp.entrypoints.portability.yaml_text import (
    DEPTH_LIMIT,
    SIZE_LIMIT,
    BadYaml,
    read_yaml,
    write_yaml,
)

ANYTHING = st.recursive(
    st.one_of(st.text(max_size=30), st.booleans(), st.integers(-(10**18), 10**18), st.sampled_from(["on", "no", "12:30", "1e3", "0o7", "010", "2027-01-01", "~", "=", "<<", "a: b", "  x\n\n", "\n x", "null", "1_0", ".5", "0x1F", "a\x85b", "\u2028\n"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(st.lists(st.dictionaries(st.text(max_size=10), ANYTHING, min_size=1, max_size=4), max_size=3))
def test_documents_are_read_as_they_were_written(documents):
    text = write_yaml(documents, ["a comment\nof two lines"])

    assert read_yaml(text.encode("utf-8", "surrogatepass")) == documents


@pytest.mark.parametrize(
    "text", ["on", "yes", "12:30", "1e3", "0o17", "010", "2027-01-01", "null", "1_000", "0x1F", ".5"]
)
def test_a_text_is_a_text_for_readers_of_yaml_1_1_too(text):
    assert yaml.safe_load(write_yaml([{"a": text}])) == {"a": text}


def test_the_traps_of_yaml_1_1_are_texts():
    text = b"on: yes\ntime: 12:30\nday: 2027-01-01\noctal: 010\ncron: 0 3 * * *"

    assert read_yaml(text) == [
        {"on": "yes", "time": "12:30", "day": "2027-01-01", "octal": 10, "cron": "0 3 * * *"}
    ]


def test_a_long_text_of_several_lines_stands_as_it_is():
    assert "body: |\n  {\n" in write_yaml([{"body": '{\n  "a": 1\n}\n'}])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"a: &x 1\nb: *x", "line 2: an alias"),
        (b"a: 1\na: 2", "line 2: a key stands twice"),
        (b"[" * (DEPTH_LIMIT + 1), "deep"),
        (b"[" * 100_000, "deep"),
        (b"a: !!python/object/apply:os.system [x]", "a tag"),
        (b"a: !!binary x", "a tag"),
        (b"a: [", "line 1"),
        (b"? [a]\n: 1", "a key must be a text"),
        (b"a: " + b"9" * 30, "20 digits"),
        (b"\xff\xfe\xfa", "UTF-8"),
        (b"\x00", "not YAML"),
        (b" " * (SIZE_LIMIT + 1), "bytes"),
        (b"--- a\n" * 10_001, "documents"),
    ],
)
def test_what_is_refused_says_where_and_why(text, words):
    with pytest.raises(BadYaml, match=words):
        read_yaml(text)


def test_an_avalanche_of_aliases_is_read_without_being_built_up():
    bomb = "\n".join(["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 200))])

    with pytest.raises(BadYaml):
        read_yaml(bomb.encode())
    assert len(read_yaml(bomb.encode(), aliases=True)[0]) == 200
