"""The page on moving jobs, run command by command; and the example of the format, applied."""

from __future__ import annotations

import asyncio
import os
import sys

import pytest

from cronlytic_mcp.domain.portability.document_rules import FIELDS
from tests.architecture.source_tree import ROOT
from tests.docs.pages import blocks
from tests.entrypoints.portability.places import PATIENCE, Place, cloud, local
from tests.stub_api import StubApi

pytestmark = pytest.mark.anyio

PAGE = "docs/how-to/move-jobs.md"
FORMAT = "docs/reference/job-files.md"
CRONTAB = "0 3 * * * curl -H 'X-Api-Key: abcd-efgh' https://example.com/backup\n"
WORKFLOW = "on:\n  workflow_dispatch:\n  schedule:\n    - cron: '0 3 * * *'\n"
JOB = "name: nightly\nurl: https://example.com/\ncron_expression: 0 3 * * *\nheaders: {Authorization: Bearer abcd}\n"


async def run_script(script: str, place: Place) -> None:
    command = place.home / "bin" / "cronlytic-mcp"
    command.parent.mkdir(exist_ok=True)
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cronlytic_mcp.entrypoints.command_line "$@"\n')
    command.chmod(0o755)
    path = f"{command.parent}{os.pathsep}{os.environ['PATH']}"
    process = await asyncio.create_subprocess_exec(
        *("sh", "-e", "-x", "-c", script),
        cwd=place.home,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, **place.environment, "HOME": str(place.home), "PATH": path},
    )
    output, _ = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode == 0, (script, output.decode())


async def test_every_command_of_the_page_does_what_the_page_says(tmp_path):
    async with StubApi() as stub:
        here = local(tmp_path)
        here = Place(here.home, {**cloud(here.home, stub).environment, **here.environment})
        (here.home / "my.crontab").write_text(CRONTAB)
        (here.home / "nightly.yml").write_text(WORKFLOW)
        assert (await here.run("apply", "-", "--yes", typed=JOB)).code == 0

        await run_script("".join(blocks(PAGE, "sh")), here)

        [moved] = stub.store.by_id.values()
        exported = await here.run("export")
    assert (moved["name"], moved["headers"]) == ("nightly", {"Authorization": "Bearer abcd"})
    assert [line for line in exported.output.splitlines() if line.startswith("name: ")] == [
        "name: example-com-backup",
        "name: nightly",
    ]
    assert "timezone: Europe/Berlin" in exported.output
    assert "actions/workflows/nightly.yml/dispatches" in (here.home / "workflow.yaml").read_text()


async def test_the_example_of_the_format_can_be_applied_and_comes_back(tmp_path):
    [example] = blocks(FORMAT, "yaml")
    place = local(tmp_path)

    ended = await place.run("apply", "-", "--yes", typed=example, NIGHTLY_BACKUP_AUTHORIZATION="Bearer abcd")

    assert ended.code == 0, ended
    exported = (await place.run("export")).output
    assert "Authorization: ${NIGHTLY_BACKUP_AUTHORIZATION}" in exported
    assert 'body: |\n  {"full": true}\n' in exported


def test_the_page_on_the_format_names_every_field():
    page = (ROOT / FORMAT).read_text(encoding="utf-8")

    assert [field for field in FIELDS if f"`{field}`" not in page] == []
