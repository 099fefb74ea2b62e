"""The tools that come from npm: the MCP Inspector, and the validator of bundles."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".npm-tools"
_LOCK = ROOT / "release" / "npm" / "package-lock.json"
_DIGEST = "digest-of-the-lock"


class NpmMissing(Exception):
    """This machine has no npm, so what comes from there cannot be run."""


class NpmFailed(Exception):
    """npm could not install the tools; the message is what it said."""


def find_npm_tools() -> Path:
    """Return the folder that holds the tools' commands, a Node that is new enough for them among these.

    They are installed into a git-ignored folder when they are first asked for, at the pinned versions;
    that takes half a minute and the network.

    Raises:
        NpmMissing: there is no npm.
        NpmFailed: there is one, and it failed.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise NpmMissing("npm is not installed here")
    digest = hashlib.sha256(_LOCK.read_bytes()).hexdigest()
    installed = FOLDER / _DIGEST
    if not installed.is_file() or installed.read_text(encoding="utf-8") != digest:
        _install(npm, digest)
    return FOLDER / "node_modules" / ".bin"


def _install(npm: str, digest: str) -> None:
    # Beside its place and then moved, so that whoever is interrupted leaves nothing half installed.
    with tempfile.TemporaryDirectory(prefix=".npm-tools-", dir=ROOT) as place:
        folder = Path(place, "new")
        shutil.copytree(_LOCK.parent, folder)
        command = [npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            raise NpmFailed(done.stdout + done.stderr)
        (folder / _DIGEST).write_text(digest, encoding="utf-8")
        shutil.rmtree(FOLDER, ignore_errors=True)
        folder.rename(FOLDER)
