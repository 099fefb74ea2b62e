"""The examples run, and the pages show them as they are."""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cronlytic_mcp.entrypoints.configuration_file import ALL_KEYS, FILE_KEYS
from cronlytic_mcp.entrypoints.mcp.registry import ALL_TOOLS
from tests.architecture.source_tree import ROOT
from tests.docs.pages import blocks
from tests.stub_api import API_KEY, USER_ID, StubApi


async def run(script: str, home: Path, **environment: str) -> str:
    """Run a script of examples/ with a clean environment; return what it printed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CRONLYTIC_", "XDG_"))}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        ROOT / "examples" / script,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=home,
        env={**kept, "HOME": str(home), **environment},
    )
    printed, complaints = await process.communicate()
    assert process.returncode == 0, (printed + complaints).decode()
    return printed.decode()


@pytest.mark.parametrize(("number", "script"), [(0, "embed_cronlytic.py"), (1, "embed_memory.py")])
def test_the_page_on_embedding_shows_the_scripts_that_run(number, script):
    assert blocks("docs/how-to/embed.md", "python")[number] == (ROOT / "examples" / script).read_text(
        encoding="utf-8"
    )


@pytest.mark.anyio
async def test_an_application_keeps_one_job_however_often_it_asks(tmp_path):
    async with StubApi() as stub:
        settings = {"API_KEY": API_KEY, "USER_ID": USER_ID, "BASE_URL": stub.base_url}
        environment = {f"CRONLYTIC_{name}": value for name, value in settings.items()}
        printed = [await run("embed_cronlytic.py", tmp_path, **environment) for _ in range(2)]

        [job] = stub.store.by_id.values()

    assert printed == [f"The export of acme is job {job['job_id']}.\n"] * 2
    assert (job["name"], job["cron_expression"]) == ("export-acme", "0 2 * * *")


@pytest.mark.anyio
async def test_an_application_with_a_wrong_key_is_told_what_to_check(tmp_path):
    async with StubApi(api_key="another") as stub:
        settings = {"API_KEY": API_KEY, "USER_ID": USER_ID, "BASE_URL": stub.base_url}
        printed = await run(
            "embed_cronlytic.py", tmp_path, **{f"CRONLYTIC_{k}": v for k, v in settings.items()}
        )

    assert printed.startswith("not_authenticated: ")
    assert API_KEY not in printed


@pytest.mark.anyio
async def test_the_use_cases_work_on_the_gateway_in_memory(tmp_path):
    lines = (await run("embed_memory.py", tmp_path)).splitlines()

    assert lines[0].startswith("weekly-digest runs: ")
    assert "30 7 * * 1" in lines[1]
    assert [line.partition(" ")[0] for line in lines[2:-1]] == ["name", "url", "cron_expression"]
    assert lines[-1] == "1 paused job"


@pytest.mark.anyio
async def test_the_demo_runs_to_its_end(tmp_path):
    printed = await run("demo.py", tmp_path)

    assert "delete_job" in printed
    assert printed.rstrip().endswith("see README.md")


@pytest.mark.parametrize("snippet", [json.loads(text) for text in blocks("README.md", "json")])
def test_the_readmes_snippets_start_our_command(snippet):
    servers = snippet.get("mcpServers") or snippet["servers"]

    assert [server["command"].rpartition("/")[2] for server in servers.values()] == ["cronlytic-mcp"]


@pytest.mark.parametrize("setting", ["config", *FILE_KEYS])
def test_the_page_on_configuration_names_every_setting(setting):
    page = (ROOT / "docs/how-to/configure.md").read_text(encoding="utf-8")

    assert f"`CRONLYTIC_{setting.upper()}`" in page
    assert setting == "config" or f"| `{setting}` |" in page


@pytest.mark.parametrize(("number", "name"), [(0, "development"), (1, "staging"), (2, "production")])
def test_the_page_on_configuration_shows_the_files_of_config(number, name):
    shown = blocks("docs/how-to/configure.md", "json")[number]

    assert shown == (ROOT / "config" / f"{name}.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("tool", [tool.name for tool in ALL_TOOLS])
def test_the_readme_names_every_tool(tool):
    assert f"`{tool}`" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_no_page_names_a_variable_that_does_not_exist():
    known = {f"CRONLYTIC_{key.upper()}" for key in ("config", *ALL_KEYS)}
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    named = {name for page in pages for name in re.findall(r"CRONLYTIC_[A-Z_]+", page.read_text("utf-8"))}

    assert named <= known


def test_the_readme_fits_on_three_screens():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 150
