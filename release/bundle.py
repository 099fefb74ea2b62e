"""The `.mcpb` bundle: a zip that a desktop client installs with a click, the wheel in it.

The client runs it with uv, which installs the wheel and its dependencies before the first start, so one
small bundle serves every platform.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from release.documents import ROOT, complete_manifest, find_faults

_START = ROOT / "release" / "mcpb" / "server" / "main.py"
# The same content makes the same bytes, whenever it is packed.
_PACKED_AT = (2000, 1, 1, 0, 0, 0)


class BadBundle(Exception):
    """The manifest would break the rules of its format; the message says where."""


def build_bundle(wheel: Path, tools: Mapping[str, str], pins: Sequence[str], folder: Path) -> Path:
    """Pack a wheel into a bundle and return its path.

    `tools` are the names and descriptions that the client shows before anything is started.

    Raises:
        BadBundle: see there.
    """
    version = wheel.name.split("-")[1]
    manifest = complete_manifest(version, tools)
    if faults := find_faults(manifest, "manifest"):
        raise BadBundle("\n".join(faults))
    bundle = folder / f"cronlytic-mcp-{version}.mcpb"
    with zipfile.ZipFile(bundle, "w") as packed:
        for name, content in _contents(manifest, wheel, pins):
            place = zipfile.ZipInfo(name, _PACKED_AT)
            place.external_attr = 0o644 << 16
            packed.writestr(place, content, compress_type=zipfile.ZIP_DEFLATED)
    return bundle


def _contents(
    manifest: Mapping[str, object], wheel: Path, pins: Sequence[str]
) -> Iterator[tuple[str, str | bytes]]:
    yield "manifest.json", json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    yield "pyproject.toml", _write_project(wheel.name, str(manifest["version"]), pins)
    yield "server/main.py", _START.read_text(encoding="utf-8")
    yield f"server/{wheel.name}", wheel.read_bytes()
    yield "LICENSE", (ROOT / "LICENSE").read_text(encoding="utf-8")


def _write_project(wheel: str, version: str, pins: Sequence[str]) -> str:
    """Return what uv reads: the wheel beside it is all that is needed, and which versions to take with it."""
    constraints = "\n".join(f'    "{pin}",' for pin in pins)
    return f"""\
[project]
name = "cronlytic-mcp-bundle"
version = "{version}"
requires-python = ">=3.11"
dependencies = ["cronlytic-mcp"]

[tool.uv]
package = false
constraint-dependencies = [
{constraints}
]

[tool.uv.sources]
cronlytic-mcp = {{ path = "server/{wheel}" }}
"""
