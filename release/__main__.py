"""`make package`: the source distribution, the wheel, the bundle and the registry's entry, each checked."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

from docs.generator.surface import read_tools
from release.bundle import build_bundle
from release.documents import REGISTRY_ENTRY, ROOT, find_faults, read_document
from release.npm_tools import NpmMissing, find_npm_tools
from release.pins import find_pins

DIST = ROOT / "dist"


def main() -> int:
    """Build everything into `dist`; 1 where a check fails."""
    shutil.rmtree(DIST, ignore_errors=True)
    if faults := find_faults(read_document(REGISTRY_ENTRY), "server"):
        print("server.json breaks the registry's rules:", *faults, sep="\n  ", file=sys.stderr)
        return 1
    wheel = _build_wheel()
    # Those that a client sees where nobody has chosen toolsets.
    tools = asyncio.run(read_tools({}))
    bundle = build_bundle(wheel, tools, find_pins("cronlytic-mcp"), DIST)
    shutil.copyfile(REGISTRY_ENTRY, DIST / REGISTRY_ENTRY.name)
    if not _validate(bundle):
        return 1
    for path in sorted(DIST.iterdir()):
        print(f"{path.relative_to(ROOT)}  {path.stat().st_size:,} bytes")
    return 0


def _build_wheel() -> Path:
    """Build the source distribution, and the wheel from that, as an installer without a wheel does."""
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(DIST), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    # What the build leaves behind would be found as a second installation of the package.
    shutil.rmtree(ROOT / "cronlytic_mcp.egg-info", ignore_errors=True)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    [wheel] = DIST.glob("*.whl")
    return wheel


def _validate(bundle: Path) -> bool:
    """Let the format's own tool read the manifest out of the bundle; without npm, say that it did not."""
    try:
        tools = find_npm_tools()
    except NpmMissing as missing:
        print(f"!!! {missing}: the bundle was checked by our own rules only, not by mcpb", file=sys.stderr)
        return True
    with TemporaryDirectory() as place:
        zipfile.ZipFile(bundle).extract("manifest.json", place)
        command = [str(tools / "node"), str(tools / "mcpb"), "validate", f"{place}/manifest.json"]
        return subprocess.run(command, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
