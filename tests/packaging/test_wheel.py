"""What is installed is complete: built, unpacked into a fresh environment, and started there.

The root of the repository is the package, and its subpackages are listed by hand. A forgotten one,
or a forgotten data file, breaks nothing but the wheel; this is where it shows.
"""

from __future__ import annotations

import re
import subprocess
import tomllib
import zipfile
from pathlib import Path

import pytest
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters

from tests.architecture.source_tree import LAYERS, ROOT, files
from tests.packaging.tools import make_environment

SETUP = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command, in a fresh environment that holds the wheel."""
    return make_environment(tmp_path_factory.mktemp("environment"), wheel).with_name("cronlytic-mcp")


def folders_with_code() -> set[str]:
    found = {path.relative_to(ROOT).parent.as_posix() for path in files() if path.suffix == ".py"}
    return {folder for folder in found if folder.partition("/")[0] in LAYERS}


def test_the_list_of_packages_names_every_folder_with_code():
    listed = set(SETUP["tool"]["setuptools"]["packages"])

    assert listed == {
        "cronlytic_mcp",
        *(f"cronlytic_mcp.{folder.replace('/', '.')}" for folder in folders_with_code()),
    }


def test_the_wheel_holds_every_file_of_the_package_and_nothing_else(wheel):
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    ours = {path.relative_to(ROOT).as_posix() for path in files()}
    wanted = {name for name in ours if name.partition("/")[0] in LAYERS} | {"__init__.py", "py.typed"}

    assert packed == {f"cronlytic_mcp/{name}" for name in wanted}


def test_the_wheel_carries_the_licence_and_the_version_of_the_package(wheel):
    [notice] = [name for name in zipfile.ZipFile(wheel).namelist() if name.endswith("licenses/LICENSE")]
    version = re.search(
        r'^__version__ = "(.+)"$', (ROOT / "__init__.py").read_text(encoding="utf-8"), re.MULTILINE
    )

    assert notice
    assert version
    assert wheel.name.startswith(f"cronlytic_mcp-{version[1]}-py3-none-any")


@pytest.mark.anyio
@pytest.mark.parametrize("era", ["legacy", "2026-07-28"])
async def test_the_installed_command_answers_a_client(installed, tmp_path, era):
    server = StdioServerParameters(command=str(installed), env={"HOME": str(tmp_path)}, cwd=tmp_path)

    async with Client(server, mode=era, read_timeout_seconds=30) as client:
        listed = await client.list_tools()
        answer = await client.call_tool("validate_cron", {"cron_expression": "0 9 * * MON"})

    assert {"create_job", "list_jobs", "delete_job"} <= {tool.name for tool in listed.tools}
    assert answer.structured_content["normalized"] == "0 9 * * 1"


def test_the_installed_package_does_not_come_from_the_repository(installed):
    where = "import cronlytic_mcp, sys; print(cronlytic_mcp.__file__)"
    answer = subprocess.run(
        [installed.with_name("python"), "-c", where],
        capture_output=True,
        text=True,
        check=True,
        cwd=installed.parent,
    )

    assert Path(answer.stdout.strip()).is_relative_to(installed.parents[1])
