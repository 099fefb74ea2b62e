"""What clients see of a tool, held against a file."""

from __future__ import annotations

import json
import os
from pathlib import Path

from mcp_types import Tool

SNAPSHOTS = Path(__file__).parent / "snapshots"


def check_snapshot(tool: Tool) -> None:
    """Assert that a tool is shown as its snapshot says, or write that where it is to be updated."""
    shown = tool.model_dump(by_alias=True, exclude_none=True, mode="json")
    path = SNAPSHOTS / f"{tool.name}.json"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.write_text(json.dumps(shown, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    advice = "UPDATE_SNAPSHOTS=1 make test ARGS='-k snapshot'"
    assert path.is_file(), f"{tool.name} has no snapshot yet; run: {advice}"
    assert shown == json.loads(path.read_text(encoding="utf-8")), (
        f"What clients see of {tool.name} has changed. If that is meant, run: {advice}, and read the "
        "difference before you commit it."
    )
