"""What the pages show in fenced blocks."""

from __future__ import annotations

import re

from tests.architecture.source_tree import ROOT

BLOCK = re.compile(r"^```(?P<language>\w+)\n(?P<text>.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(page: str, language: str) -> list[str]:
    """The texts of a page's blocks in a language, in their order."""
    text = (ROOT / page).read_text(encoding="utf-8")
    return [match["text"] for match in BLOCK.finditer(text) if match["language"] == language]
