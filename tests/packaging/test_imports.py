"""What is imported when, and that what is imported is declared."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
import tomllib

import pytest

from tests.architecture.source_tree import PACKAGE, ROOT, package_sources

HEAVY = {
    "aiohttp",
    "async_lru",
    "cattrs",
    "cron_descriptor",
    "croniter",
    "jsonschema",
    "sqlalchemy",
    "structlog",
    "tenacity",
    "yaml",
}
# What a declared dependency is made of, or hands to its users: importing that needs no line of its own.
COMES_WITH = {"anyio": "mcp", "mcp_types": "mcp", "pydantic": "mcp", "yarl": "aiohttp"}
# Data that the standard library looks for where the system has none, and a driver that SQLAlchemy loads.
NEVER_IMPORTED = {"aiosqlite", "tzdata"}


def modules_after(statement: str) -> set[str]:
    """The top-level modules that a fresh interpreter holds after a statement."""
    script = f"{statement}\nimport sys\nprint(*sys.modules)"
    answer = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return {name.partition(".")[0] for name in answer.stdout.split()}


def declared() -> set[str]:
    """The distributions that users get, with any of the extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [lines for extra, lines in project["optional-dependencies"].items() if extra != "dev"]
    lines = [*project["dependencies"], *(line for extra in extras for line in extra)]
    return {re.split(r"[<>=!~\[; ]", line)[0].lower() for line in lines}


def imported() -> dict[str, str]:
    """The distribution that each imported third-party package is to be had from."""
    homes = importlib.metadata.packages_distributions()
    tops = {found.top for source in package_sources() for found in source.imports()}
    third_party = tops - set(sys.stdlib_module_names) - {PACKAGE}
    return {top: COMES_WITH.get(top, homes[top][0].lower().replace("_", "-")) for top in third_party}


@pytest.mark.parametrize(
    "part", ["entrypoints.command_line", "entrypoints.wiring", "entrypoints.mcp.process"]
)
def test_a_start_imports_nothing_heavy_that_the_sdk_does_not_import_itself(part):
    ours = modules_after(f"import {PACKAGE}.{part}")
    the_sdks = modules_after("import benchmarks.bare_server")

    assert not (ours - the_sdks) & HEAVY


def test_a_server_without_any_setting_is_put_together_without_its_database():
    ours = modules_after(
        "import io\n"
        f"from {PACKAGE}.entrypoints.logging import Log\n"
        f"from {PACKAGE}.entrypoints.mcp.server import build_server\n"
        f"from {PACKAGE}.entrypoints.settings import Options, read_settings\n"
        f"from {PACKAGE}.entrypoints.wiring import build_services\n"
        "services = build_services(read_settings(Options(), {}, None), Log(io.StringIO(), 'info'))\n"
        "assert services.backend == 'local'\n"
        "build_server(services)"
    )

    assert not (ours - modules_after("import benchmarks.bare_server")) & HEAVY


def test_a_wrong_command_line_is_told_without_loading_the_protocol():
    assert not modules_after(f"import {PACKAGE}.entrypoints.command_line") & {
        "mcp",
        "mcp_types",
        "pydantic",
        "anyio",
    }


def test_every_package_that_is_imported_is_declared():
    assert set(imported().values()) <= declared()


def test_every_package_that_is_declared_is_imported():
    assert declared() - NEVER_IMPORTED <= set(imported().values())
