"""What comes from npm, for tests: installed when it is first needed, and never silently left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from release.npm_tools import NpmMissing, find_npm_tools

# Every run ends with the reasons of what it skipped.
NOTICE = "!!! NPM IS MISSING: what its tools would have checked was NOT checked !!!"


def npm_tools_or_skip() -> Path:
    """Return the folder of the commands; a test that needs them is skipped where npm is missing."""
    try:
        return find_npm_tools()
    except NpmMissing:
        pytest.skip(NOTICE)
