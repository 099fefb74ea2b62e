"""The bundle for desktop clients: its manifest is right, and what it says starts the server in it."""

from __future__ import annotations

import json
import re
import tomllib
import zipfile
from pathlib import Path

import pytest
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters

import cronlytic_mcp
from cronlytic_mcp.entrypoints.configuration_file import FILE_KEYS
from release.bundle import BadBundle, build_bundle
from release.documents import find_faults
from release.pins import find_pins
from tests.architecture.source_tree import ROOT
from tests.packaging.tools import make_environment, run

TOOLS = {"list_jobs": "List jobs.", "get_job": "Answer one job."}
PLACE = re.compile(r"\$\{([^}]+)\}")


def fill_in(value: str | bool) -> str:
    """What a client puts in place of a placeholder."""
    return str(value).lower() if isinstance(value, bool) else value


@pytest.fixture(scope="module")
def bundle(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_bundle(wheel, TOOLS, find_pins("cronlytic-mcp"), tmp_path_factory.mktemp("bundle"))


@pytest.fixture(scope="module")
def unpacked(bundle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("unpacked")
    zipfile.ZipFile(bundle).extractall(folder)
    return folder


@pytest.fixture(scope="module")
def manifest(unpacked: Path) -> dict:
    return json.loads((unpacked / "manifest.json").read_text(encoding="utf-8"))


def test_the_bundle_has_the_version_of_the_package(bundle, manifest):
    assert bundle.name == f"cronlytic-mcp-{cronlytic_mcp.__version__}.mcpb"
    assert manifest["version"] == cronlytic_mcp.__version__


def test_the_manifest_keeps_the_rules_of_its_format_and_lists_the_tools(manifest):
    assert find_faults(manifest, "manifest") == []
    assert {tool["name"]: tool["description"] for tool in manifest["tools"]} == TOOLS


@pytest.mark.parametrize(
    "spoilt",
    [
        {"manifest_version": "9.9"},
        {"surprise": 1},
        {"user_config": {"a": {"type": "string", "title": "A", "description": "A", "required": False}}},
    ],
    ids=["version", "unknown field", "placeholder without a default"],
)
def test_a_manifest_that_breaks_the_rules_is_found_out(manifest, spoilt):
    assert find_faults(manifest | spoilt, "manifest")


def test_a_bundle_without_tools_is_not_built(wheel, tmp_path):
    with pytest.raises(BadBundle, match="tools"):
        build_bundle(wheel, {}, (), tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_same_wheel_makes_the_same_bundle(bundle, wheel, tmp_path):
    again = build_bundle(wheel, TOOLS, find_pins("cronlytic-mcp"), tmp_path)

    assert again.read_bytes() == bundle.read_bytes()


def test_every_setting_of_the_manifest_is_one_of_the_servers(manifest):
    variables = manifest["server"]["mcp_config"]["env"]

    assert set(variables) <= {f"CRONLYTIC_{key.upper()}" for key in FILE_KEYS}
    assert {PLACE.fullmatch(value)[1] for value in variables.values()} == {
        f"user_config.{name}" for name in manifest["user_config"]
    }


def test_what_is_secret_is_marked_so(manifest):
    assert manifest["user_config"]["api_key"]["sensitive"] is True


def test_the_bundle_takes_the_tested_versions_of_what_the_package_needs_and_nothing_else():
    pins = {pin.partition("==")[0].lower() for pin in find_pins("cronlytic-mcp")}

    assert {"mcp", "aiohttp", "pydantic", "cryptography"} <= pins
    assert not pins & {"pytest", "ruff", "mypy", "hypothesis"}
    assert {f"{pin}\n" for pin in find_pins("cronlytic-mcp")} <= set(
        (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines(keepends=True)
    )


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("given", "backend"),
    [
        ({}, "local"),
        ({"api_key": "k" * 32, "user_id": "3f1c9a52-7b0e-4d57-9c7e-2d1a3f0b8c11"}, "the Cronlytic cloud"),
    ],
    ids=["nothing filled in", "credentials filled in"],
)
async def test_the_server_in_the_bundle_starts_as_the_manifest_says(
    unpacked, manifest, tmp_path, given, backend
):
    """As a client would with uv, which here finds the dependencies installed already."""
    config = manifest["server"]["mcp_config"]
    options = {name: option["default"] for name, option in manifest["user_config"].items()} | given
    values = {f"user_config.{name}": fill_in(value) for name, value in options.items()}
    environment = {name: PLACE.sub(lambda m: values[m[1]], value) for name, value in config["env"].items()}
    [wheel] = (unpacked / "server").glob("*.whl")
    python = make_environment(tmp_path / "environment", wheel)
    assert config["args"][-1] == manifest["server"]["entry_point"]
    start = unpacked / config["args"][-1]

    server = StdioServerParameters(
        command=str(python), args=[str(start)], env={"HOME": str(tmp_path), **environment}, cwd=tmp_path
    )
    async with Client(server, mode="legacy", read_timeout_seconds=30) as client:
        listed = await client.list_tools()
        instructions = client.instructions

    assert "create_job" in {tool.name for tool in listed.tools}
    assert f"Backend: {backend}" in instructions


def test_uv_finds_the_wheel_that_lies_in_the_bundle(unpacked):
    project = tomllib.loads((unpacked / "pyproject.toml").read_text(encoding="utf-8"))

    assert project["project"]["dependencies"] == ["cronlytic-mcp"]
    assert (unpacked / project["tool"]["uv"]["sources"]["cronlytic-mcp"]["path"]).is_file()


@pytest.mark.timeout(300)  # npm may have to install first
def test_the_formats_own_tool_accepts_the_manifest(npm_tools, unpacked):
    said = run(npm_tools / "node", npm_tools / "mcpb", "validate", unpacked / "manifest.json")

    assert "passes" in said
