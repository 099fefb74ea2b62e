"""Running tools, and making an environment that holds a wheel and nothing else of ours."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path


def run(*command: str | Path) -> str:
    """Run a tool and return what it printed; if it fails, the report shows that."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def make_environment(folder: Path, wheel: Path) -> Path:
    """Install a wheel into a fresh environment and return its Python; dependencies are borrowed from this one."""
    run(sys.executable, "-m", "venv", "--without-pip", folder)
    python = folder / "bin" / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", wheel)
    # A folder named in a .pth file is searched, but its own .pth files (our editable install) are not read.
    site = next(folder.glob("lib/python*/site-packages"))
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return python
