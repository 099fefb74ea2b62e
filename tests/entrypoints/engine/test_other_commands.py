"""Doctor, backup and the test of notifications."""

from __future__ import annotations

import asyncio
import json
import stat
import sys

import pytest

from cronlytic_mcp.adapters.sql.engine_store import SqlEngineStore
from cronlytic_mcp.adapters.sql.store_url import SqliteFile
from cronlytic_mcp.adapters.system.clock import SystemClock
from cronlytic_mcp.application.engine_presence import Presence
from cronlytic_mcp.domain.engine.engine_sign import EngineKind
from cronlytic_mcp.entrypoints.bad_configuration import BadConfiguration
from cronlytic_mcp.entrypoints.command_line import read_options
from cronlytic_mcp.entrypoints.commands import find_command
from cronlytic_mcp.entrypoints.settings import read_settings
from tests.entrypoints.engine.command import add_job, command, local_environment, opened
from tests.stub_api import StubApi
from tests.webhook_target import listening, saying

pytestmark = pytest.mark.anyio


@pytest.fixture
def run(tmp_path, capsys):
    """Call a command in a thread, so that it has a loop of its own; answer its code, output and errors."""

    def call(line, environment) -> int:
        try:
            called = find_command(line)
            return called.run(read_settings(read_options(called.options), environment, tmp_path))
        except BadConfiguration as error:
            if called.command.explain:
                return called.command.explain(error, called)
            sys.stderr.write(str(error))
            return 2

    async def run(*line, **environment):
        code = await asyncio.to_thread(call, line, local_environment(tmp_path) | environment)
        return code, *capsys.readouterr()

    return run


async def diagnose(run, **environment) -> tuple[int, dict[str, tuple[str, str]]]:
    """Return the exit code, and by topic the worst level and all that was said."""
    code, output, errors = await run("doctor", "--json", **environment)
    report = json.loads(output)
    assert errors == ""
    assert report["healthy"] == (code == 0)
    found = {}
    for finding in report["findings"]:
        level, said = found.get(finding["topic"], ("ok", ""))
        worst = max(level, finding["level"], key=["ok", "warning", "problem"].index)
        found[finding["topic"]] = (worst, f"{said} {finding['finding']} {finding['advice']}")
    return code, found


# Doctor


async def test_a_store_with_a_worker_is_well(tmp_path, run):
    async with opened(tmp_path) as store:
        await add_job(store, "https://example.com/", seconds=3600)
        await Presence(store.notes, SystemClock(), "one", EngineKind.WORKER).announce()
        code, found = await diagnose(run, CRONLYTIC_NOTIFY_URL="https://chat.example.com/s3cret")

    assert code == 0
    assert {topic: level for topic, (level, _) in found.items()} == {
        "configuration": "ok",
        "clock": "ok",
        "store": "ok",
        "firing": "ok",
        "secrets": "warning",
        "notifications": "ok",
    }
    assert "s3cret" not in str(found)


async def test_a_job_that_nobody_runs_is_a_problem_with_the_way_out(tmp_path, run):
    async with opened(tmp_path) as store:
        await add_job(store, "https://example.com/", seconds=3600)
    code, found = await diagnose(run)

    assert code == 1
    assert found["firing"][0] == "problem"
    assert "service install" in found["firing"][1]
    assert found["notifications"][0] == "warning"


async def test_before_the_first_start_nothing_is_made_and_nothing_is_wrong(tmp_path, run):
    code, found = await diagnose(run)

    assert (code, found["store"][0]) == (0, "warning")
    assert not (tmp_path / "jobs.db").exists()


async def test_a_damaged_store_is_told_and_left_alone(tmp_path, run):
    (tmp_path / "jobs.db").write_text("not a database, but somebody's text" * 10)
    code, found = await diagnose(run)

    assert (code, found["store"][0]) == (1, "problem")
    assert (tmp_path / "jobs.db").read_text().startswith("not a database")


async def test_a_wrong_configuration_is_a_finding(tmp_path, run):
    code, found = await diagnose(run, CRONLYTIC_DATABASE_URL="nonsense")
    assert (code, list(found)) == (1, ["configuration"])

    code, found = await diagnose(run, CRONLYTIC_KEEP_RUNS="few")
    assert (code, list(found)) == (1, ["configuration"])
    assert "CRONLYTIC_KEEP_RUNS must be a whole number" in found["configuration"][1]


async def test_memory_runs_nothing(tmp_path, run):
    code, found = await diagnose(run, CRONLYTIC_BACKEND="memory")

    assert (code, found["firing"][0]) == (1, "problem")


async def test_the_cloud_is_asked_with_the_credentials(tmp_path, run):
    async with StubApi() as stub:
        environment = {
            "CRONLYTIC_BACKEND": "cronlytic",
            "CRONLYTIC_API_KEY": stub.api_key,
            "CRONLYTIC_USER_ID": stub.user_id,
            "CRONLYTIC_BASE_URL": stub.base_url,
        }
        code, found = await diagnose(run, **environment)
        wrong, refused = await diagnose(run, **environment | {"CRONLYTIC_API_KEY": "wrong"})

    assert (code, found["credentials"][0], found["firing"][0]) == (0, "ok", "ok")
    assert (wrong, refused["credentials"][0]) == (1, "problem")
    assert "CRONLYTIC_API_KEY" in refused["credentials"][1]


async def test_a_person_reads_lines_with_the_advice_below(tmp_path, run):
    code, output, _ = await run("doctor")

    lines = output.splitlines()
    assert code == 0
    assert lines[0] == "ok        configuration: It can be used; the backend is local."
    assert any(line.startswith("warning   store: There is no store yet.") for line in lines)
    assert any(line.startswith("          It is made when") for line in lines)


async def test_a_store_that_cannot_be_made_is_a_problem(tmp_path, run):
    (tmp_path / "folder").write_text("a file where the folder belongs")
    url = f"sqlite+aiosqlite:///{tmp_path / 'folder' / 'deeper' / 'jobs.db'}"
    code, found = await diagnose(run, CRONLYTIC_DATABASE_URL=url)

    assert (code, found["store"][0]) == (1, "problem")
    assert "CRONLYTIC_DATABASE_URL" in found["store"][1]


async def test_where_there_is_no_store_yet_it_is_told_what_will_run_jobs(run):
    code, found = await diagnose(run)

    assert (code, found["store"][0], found["firing"][0]) == (0, "warning", "warning")
    assert "service install" in found["firing"][1]


# Backup


async def test_a_backup_is_a_store_with_the_same_jobs_that_only_this_user_may_read(tmp_path, run):
    async with opened(tmp_path) as store:
        await add_job(store, "https://example.com/")
        code, output, _ = await run("backup", str(tmp_path / "copy.db"))
    async with SqlEngineStore(SqliteFile(tmp_path / "copy.db")) as copy:
        (job,) = await copy.list_jobs()

    assert code == 0
    assert "Wrote" in output
    assert job.job_id == "job-1"
    if sys.platform != "win32":
        assert stat.S_IMODE((tmp_path / "copy.db").stat().st_mode) == 0o600


async def test_a_backup_writes_over_nothing_and_makes_no_store(tmp_path, run):
    code, _, said = await run("backup", str(tmp_path / "copy.db"))
    assert (code, list(tmp_path.iterdir())) == (1, [])
    assert "no store yet" in said

    async with opened(tmp_path):
        (tmp_path / "copy.db").write_text("mine")
        code, _, said = await run("backup", str(tmp_path / "copy.db"))
    assert code == 1
    assert "exists already" in said
    assert (tmp_path / "copy.db").read_text() == "mine"


async def test_a_damaged_store_is_not_backed_up(tmp_path, run):
    (tmp_path / "jobs.db").write_text("not a database, but somebody's text" * 10)
    code, _, said = await run("backup", str(tmp_path / "copy.db"))

    assert code == 1
    assert "no SQLite database" in said
    assert not (tmp_path / "copy.db").exists()


@pytest.mark.parametrize("line", [("backup", "x.db"), ("service", "install"), ("worker",)])
async def test_what_is_for_the_local_backend_says_so_on_another(tmp_path, line, run):
    code, _, said = await run(*line, CRONLYTIC_BACKEND="memory")

    assert code == 2
    assert "CRONLYTIC_BACKEND=local" in said


# The test of notifications


async def test_a_notification_arrives(tmp_path, run):
    async with listening() as target:
        url = f"http://127.0.0.1:{target.port}/hook"
        code, output, _ = await run("test-notification", CRONLYTIC_NOTIFY_URL=url)

    (request,) = target.requests
    head, _, body = request.partition(b"\r\n\r\n")
    message = json.loads(body)
    assert code == 0
    assert "taken by its target" in output
    assert head.startswith(b"POST /hook ")
    assert "This is a test of cronlytic-mcp" in message["text"]
    assert message["notifications"] == []


async def test_a_notification_that_is_refused_says_so_without_the_url(tmp_path, run):
    refusal = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    async with listening(saying(refusal)) as target:
        url = f"http://127.0.0.1:{target.port}/s3cret"
        code, _, said = await run("test-notification", CRONLYTIC_NOTIFY_URL=url)

    assert code == 1
    assert "The target answered 404" in said
    assert "s3cret" not in said


async def test_without_an_address_there_is_nothing_to_test(tmp_path, run):
    code, _, said = await run("test-notification")

    assert code == 2
    assert "CRONLYTIC_NOTIFY_URL is not set" in said


async def test_a_service_takes_three_words(tmp_path):
    for action, said, expected in [
        ("begin", "install, uninstall, status", 2),
        ("status", "No service is installed", 1),
        ("uninstall", "No service is installed", 0),
    ]:
        async with command(tmp_path, "service", action) as process:
            assert await process.end() == expected
        assert said in process.output + "".join(process.lines)


async def test_the_commands_are_there_in_the_process(tmp_path):
    async with command(tmp_path, "doctor", CRONLYTIC_KEEP_RUNS="few") as process:
        assert await process.end() == 1
    assert process.output.startswith("problem   configuration")
