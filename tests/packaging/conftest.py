"""The wheel, built once for every test that looks at what is released."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tests.architecture.source_tree import ROOT, files
from tests.npm import npm_tools_or_skip
from tests.packaging.tools import run


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the source distribution as an installer would without a wheel at hand."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    for path in files():
        place = source / path.relative_to(ROOT)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, source)
    [built] = out.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def npm_tools() -> Path:
    """The folder of the commands that come from npm."""
    return npm_tools_or_skip()
