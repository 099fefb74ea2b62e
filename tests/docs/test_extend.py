"""The examples of the page on extending: each put where the page says, and used through its seam."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters

from cronlytic_mcp.adapters.memory.gateway import MemoryGateway
from cronlytic_mcp.domain.errors import JobNotFound
from cronlytic_mcp.domain.log import LogEntry
from examples.extend.team_gateway import TeamGateway
from tests.architecture.source_tree import LAYERS, ROOT
from tests.clock import FakeClock
from tests.contract.job_gateway import HOURLY, Backend, JobGatewayContract
from tests.docs.pages import blocks

PAGE = "docs/how-to/extend.md"
TREE = ROOT / "examples" / "extend" / "tree"


def register(module: Path, after: str, name: str) -> None:
    """Write a name below another one, wherever that stands on a line of its own."""
    text = module.read_text(encoding="utf-8")
    lines = [
        line if line.strip() != after else f"{line}\n{line.replace(after, name)}"
        for line in text.splitlines()
    ]
    module.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def extended(tmp_path_factory) -> Path:
    """A folder with the package in it, the examples laid over it and registered as the page says."""
    folder = tmp_path_factory.mktemp("extended")
    package = folder / "cronlytic_mcp"
    for layer in LAYERS:
        shutil.copytree(ROOT / layer, package / layer, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copyfile(ROOT / "__init__.py", package / "__init__.py")
    shutil.copytree(TREE, package, dirs_exist_ok=True)
    mcp = package / "entrypoints" / "mcp"
    register(mcp / "registry.py", "list_jobs,", "list_due_jobs,")
    register(mcp / "prompts" / "catalogue.py", '"maintenance_guide",', '"handover",')
    return folder


@asynccontextmanager
async def connect(folder: Path, home: Path):
    """A client of the server that lies in a folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CRONLYTIC_", "XDG_"))}
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "cronlytic_mcp.entrypoints.command_line"],
        env={**kept, "HOME": str(home), "PYTHONPATH": str(folder)},
        cwd=home,
    )
    async with Client(server, mode="legacy", read_timeout_seconds=30) as client:
        yield client


@pytest.mark.anyio
async def test_the_tool_of_the_page_is_listed_and_answers(extended, tmp_path):
    async with connect(extended, tmp_path) as client:
        listed = {tool.name: tool for tool in (await client.list_tools()).tools}
        for name, schedule in (("often", "* * * * *"), ("yearly", "0 0 1 1 *")):
            job = {"name": name, "url": "https://example.com/hook", "cron_expression": schedule}
            await client.call_tool("create_job", job)
        answer = await client.call_tool("list_due_jobs", {"minutes": 5})
        refused = await client.call_tool("list_due_jobs", {"minutes": 0})

    assert listed["list_due_jobs"].annotations.read_only_hint is True
    assert [job["name"] for job in answer.structured_content["jobs"]] == ["often"]
    assert refused.structured_content["error"]["code"] == "invalid_arguments"


@pytest.mark.anyio
async def test_the_prompt_of_the_page_is_listed_and_its_arguments_change_its_text(extended, tmp_path):
    async with connect(extended, tmp_path) as client:
        listed = {prompt.name for prompt in (await client.list_prompts()).prompts}
        short = (await client.get_prompt("handover")).messages[0].content.text
        full = (await client.get_prompt("handover", {"length": "full", "until": "18:00"})).messages[0]

    assert "handover" in listed
    assert "at most ten lines" in short
    assert "a paragraph for each job" in full.content.text


class TeamBackend(Backend):
    def __init__(self, account: MemoryGateway) -> None:
        self.gateway, self.failures = TeamGateway(account, "ops"), {}
        self._account = account

    async def record_run(self, job_id: str, entry: LogEntry) -> None:
        self._account.record_run(job_id, entry)


class TestTeamGateway(JobGatewayContract):
    @pytest.fixture
    def backend(self, clock, job_limit):
        return TeamBackend(MemoryGateway(clock, job_limit=job_limit))


@pytest.mark.anyio
async def test_no_team_sees_or_reaches_the_jobs_of_another():
    account = MemoryGateway(FakeClock())
    ops, web = TeamGateway(account, "ops"), TeamGateway(account, "web")
    job = await ops.create(HOURLY)

    assert await web.list() == []
    for call in (web.get, web.pause, web.resume, web.delete, web.logs):
        with pytest.raises(JobNotFound):
            await call(job.job_id)
    with pytest.raises(JobNotFound):
        await web.update(job.job_id, HOURLY)
    assert [mine.spec.name for mine in await ops.list()] == ["hourly"]


@pytest.mark.parametrize(
    ("language", "number", "file"),
    [
        ("python", 0, "tree/application/list_due_jobs.py"),
        ("python", 1, "tree/entrypoints/mcp/tools/list_due_jobs.py"),
        ("markdown", 0, "tree/entrypoints/mcp/prompts/handover.md"),
        ("python", 2, "team_gateway.py"),
    ],
)
def test_the_page_shows_the_files_that_run(language, number, file):
    shown = blocks(PAGE, language)[number]

    assert shown == (ROOT / "examples" / "extend" / file).read_text(encoding="utf-8")
