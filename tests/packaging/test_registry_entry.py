"""`server.json`, the entry of the MCP registry: valid, of this version, and true about the settings."""

from __future__ import annotations

import tomllib

import pytest

import cronlytic_mcp
from cronlytic_mcp.entrypoints.configuration_file import FILE_KEYS
from release.documents import REGISTRY_ENTRY, find_faults, read_document
from tests.architecture.source_tree import ROOT

ENTRY = read_document(REGISTRY_ENTRY)
[PACKAGE] = ENTRY["packages"]


def test_the_entry_keeps_the_rules_of_the_registry():
    assert find_faults(ENTRY, "server") == []


@pytest.mark.parametrize(
    "spoilt",
    [
        {"description": "x" * 101},
        {"name": "no-namespace"},
        {"version": "latest"},
        {"version": ">=1.0.0"},
        {"packages": []},
        {"packages": [{**PACKAGE, "environmentVariables": [{"name": "A_KEY", "description": "not marked"}]}]},
    ],
    ids=["long description", "name", "no version", "range", "no package", "open secret"],
)
def test_an_entry_that_breaks_the_rules_is_found_out(spoilt):
    assert find_faults(ENTRY | spoilt, "server")


def test_there_is_one_version():
    assert ENTRY["version"] == PACKAGE["version"] == cronlytic_mcp.__version__


def test_the_package_is_ours_and_the_readme_proves_it_to_the_registry():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert PACKAGE["identifier"] == project["name"]
    assert f"<!-- mcp-name: {ENTRY['name']} -->" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_variable_of_the_entry_is_one_of_the_servers():
    named = {variable["name"] for variable in PACKAGE["environmentVariables"]}

    assert named <= {f"CRONLYTIC_{key.upper()}" for key in FILE_KEYS}
