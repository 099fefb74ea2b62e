"""The page on troubleshooting says what the server says."""

from __future__ import annotations

import ast
import re

import pytest

from tests.architecture.source_tree import ROOT, package_sources
from tests.docs.error_codes import error_codes

PAGE = (ROOT / "docs/how-to/troubleshoot.md").read_text(encoding="utf-8")
MESSAGES = sorted({text for text in re.findall(r"`([^`\n]+)`", PAGE) if text.count(" ") >= 3})


def sentences() -> set[str]:
    """Every text in the package's code; those of a line that goes on are one."""
    return {
        node.value
        for source in package_sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@pytest.mark.parametrize("message", MESSAGES)
def test_a_message_of_the_page_is_one_of_the_servers(message):
    assert any(message in sentence for sentence in sentences())


@pytest.mark.parametrize(
    "code", sorted(error_codes() - {"invalid_job", "run_not_found", "store_unavailable"})
)
def test_the_page_says_what_to_do_about_every_error_of_a_call(code):
    assert f"| `{code}`" in PAGE or f"`{code}`" in PAGE.partition("## A job is refused")[2]
