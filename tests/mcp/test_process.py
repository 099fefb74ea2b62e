"""The command as a process: a user's path in each era, nothing but the protocol on stdout, and every way to end."""

from __future__ import annotations

import asyncio
import json
import signal

import pytest

from tests.mcp.raw_server import raw_server
from tests.stub_api import Fault, StubApi

pytestmark = pytest.mark.anyio

JOB = {"name": "backup", "url": "https://example.com/hook", "cron_expression": "0 3 * * *"}


@pytest.fixture
async def stub():
    async with StubApi() as stub:
        yield stub


@pytest.fixture
def environment(stub):
    return {
        "CRONLYTIC_API_KEY": stub.api_key,
        "CRONLYTIC_USER_ID": stub.user_id,
        "CRONLYTIC_BASE_URL": stub.base_url,
    }


async def arrived(stub: StubApi, call: str) -> None:
    """Wait until the stub has seen a call, with the pytest timeout as the only limit."""
    while not stub.requests[call]:  # noqa: ASYNC110 - the stub counts, it has nobody to tell
        await asyncio.sleep(0)


async def test_a_users_path_takes_one_connection_to_the_api(tmp_path, stub, environment, era):
    async with raw_server(tmp_path, era=era, environment=environment) as server:
        opening = await server.open()
        assert "list_jobs" in opening["instructions"]
        assert "test_webhook" in [tool["name"] for tool in (await server.request("tools/list"))["tools"]]
        assert (await server.call("validate_cron", cron_expression="5-5 * * * *"))["valid"]
        job_id = (await server.call("create_job", **JOB))["job"]["job_id"]
        assert (await server.call("list_jobs"))["total"] == 1
        assert (await server.call("get_job", job_id=job_id))["job"]["name"] == "backup"
        assert (await server.call("update_job", job_id=job_id, method="post"))["job"]["method"] == "POST"
        assert (await server.call("pause_job", job_id=job_id))["job"]["status"] == "paused"
        assert (await server.call("resume_job", job_id=job_id))["job"]["status"] == "pending"
        assert (await server.call("get_job_logs", job_id=job_id))["logs"] == []
        assert (await server.call("health_check"))["authenticated"] is True
        assert (await server.call("create_job", name="a b", url="x"))["error"]["code"] == "invalid_job"
        token = (await server.call("delete_job", job_id=job_id))["confirmation_token"]
        deleted = await server.call("delete_job", job_id=job_id, confirmation_token=token)
        assert deleted["deleted"] is True
        assert await server.end_input() == 0
        assert stub.api_key not in await server.stderr()
    assert stub.connections == 1
    assert stub.requests["POST /jobs"] == 1


async def test_a_question_goes_to_the_client_that_declared_it(tmp_path, era):
    async with raw_server(tmp_path, era=era, capabilities={"elicitation": {}}) as server:
        await server.open()
        job_id = (await server.call("create_job", **JOB))["job"]["job_id"]
        params = {"name": "delete_job", "arguments": {"job_id": job_id}}
        agreed = {"action": "accept", "content": {"confirm": True}}
        if era == "2026":
            asked = await server.request("tools/call", params)
            assert asked["resultType"] == "input_required"
            (key,) = asked["inputRequests"]
            forged = {"inputResponses": {key: agreed}, "requestState": asked["requestState"][:-4] + "AAAA"}
            refused = await server.answer_to(server.send("tools/call", params | forged))
            assert refused["error"]["code"] == -32602
            answered = {"inputResponses": {key: agreed}, "requestState": asked["requestState"]}
            result = await server.request("tools/call", params | answered)
        else:
            request_id = server.send("tools/call", params)
            await server.read()
            question = server.messages[-1]
            assert question["method"] == "elicitation/create"
            server.write(json.dumps({"jsonrpc": "2.0", "id": question["id"], "result": agreed}))
            result = (await server.answer_to(request_id))["result"]
        assert result["structuredContent"]["deleted"] is True


async def test_a_client_may_ask_for_the_2026_protocol_and_fall_back(tmp_path):
    async with raw_server(tmp_path, era="2026") as server:
        for _ in range(2):
            found = await server.open()
        assert found["supportedVersions"] == ["2026-07-28"]
        assert found["_meta"]["io.modelcontextprotocol/serverInfo"]["name"] == "cronlytic-mcp"
        server.era = "2025"
        await server.open()
        assert "test_webhook" in [tool["name"] for tool in (await server.request("tools/list"))["tools"]]


async def test_an_unknown_version_is_refused_and_decides_nothing(tmp_path):
    async with raw_server(tmp_path) as server:
        meta = {"io.modelcontextprotocol/protocolVersion": "2031-01-01"}
        meta["io.modelcontextprotocol/clientCapabilities"] = {}
        refused = await server.answer_to(server.send("server/discover", {"_meta": meta}))
        assert refused["error"]["code"] == -32022
        assert "2026-07-28" in refused["error"]["data"]["supported"]
        await server.open()


async def test_what_is_no_request_gets_no_answer_and_harms_nothing(tmp_path, era):
    async with raw_server(tmp_path, era=era) as server:
        for line in ("", "garbage", "[]", "{}", '{"jsonrpc":"2.0"}', '"text"', "\x00\xff", "{" * 5000):
            server.write(line)
        server.notify("notifications/unknown")
        server.notify("notifications/cancelled", {"requestId": 99})
        await server.open()
        assert (await server.call("list_jobs"))["total"] == 0
        assert all("id" in message for message in server.messages)
        assert await server.end_input() == 0


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("hanging", [False, True], ids=["idle", "while a call hangs"])
async def test_a_signal_ends_the_process_with_its_code(tmp_path, stub, environment, number, code, hanging):
    async with raw_server(tmp_path, environment=environment) as server:
        await server.open()
        await server.call("health_check")
        if hanging:
            stub.faults.add(Fault.hang().on("GET", "/jobs/*").permanent())
            server.send("tools/call", {"name": "get_job", "arguments": {"job_id": "a"}})
            await arrived(stub, "GET /jobs/{job_id}")
        server.process.send_signal(number)
        assert await server.exit_code() == code
        assert "Traceback" not in await server.stderr()


@pytest.mark.parametrize("hanging", ["nothing", "a call", "the credential check"])
async def test_the_end_of_input_ends_the_process_with_code_0(tmp_path, stub, environment, hanging, era):
    if hanging == "the credential check":
        stub.faults.add(Fault.hang().permanent())
    async with raw_server(tmp_path, environment=environment, era=era) as server:
        await server.open()
        if hanging == "a call":
            stub.faults.add(Fault.hang().on("GET", "/jobs/*").permanent())
            server.send("tools/call", {"name": "get_job", "arguments": {"job_id": "a"}})
            await arrived(stub, "GET /jobs/{job_id}")
        if hanging == "the credential check":
            await arrived(stub, "GET /ping")
        assert await server.end_input() == 0
        assert "Traceback" not in await server.stderr()


async def test_a_client_that_closes_its_end_ends_the_process(tmp_path):
    async with raw_server(tmp_path) as server:
        await server.open()
        server.process._transport.get_pipe_transport(1).close()
        server.send("tools/list")
        assert await asyncio.wait_for(server.process.wait(), 20) == 0
        assert "Traceback" not in await server.stderr()


async def test_a_wrong_key_delays_nothing_and_is_said_once_and_logged_without_the_key(tmp_path, environment):
    environment["CRONLYTIC_API_KEY"] = "wrong-key-424242"
    async with raw_server(tmp_path, environment=environment) as server:
        await server.open()
        first = await server.call("list_jobs")
        while "notices" not in first:  # a busy machine takes a while to check
            first = await server.call("list_jobs")
        second = await server.call("list_jobs")
        assert await server.end_input() == 0
        stderr = await server.stderr()
    assert first["error"]["code"] == second["error"]["code"] == "not_authenticated"
    assert "CRONLYTIC_API_KEY" in first["notices"][0]
    assert "notices" not in second
    assert "the backend refused the credentials" in stderr
    assert "wrong-key-424242" not in stderr


async def test_without_credentials_an_engine_of_its_own_runs_the_jobs_and_stderr_says_so(tmp_path):
    environment = {"CRONLYTIC_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'jobs.db'}"}
    async with raw_server(tmp_path, environment=environment) as server:
        opening = await server.open()
        health = await server.call("health_check")
        assert await server.end_input() == 0
        assert "the backend is local: jobs run while this server" in await server.stderr()
    assert "Backend: local" in opening["instructions"]
    assert (health["healthy"], health["backend"]) == (True, "local")
    assert (tmp_path / "jobs.db").is_file()


async def test_a_backend_in_memory_says_on_stderr_what_is_lost(tmp_path):
    async with raw_server(tmp_path, "--backend", "memory") as server:
        opening = await server.open()
        assert "Backend: memory" in opening["instructions"]
        assert await server.end_input() == 0
        assert "the backend is memory: jobs vanish when this server ends" in await server.stderr()


async def test_log_lines_are_json_on_stderr_when_nobody_watches(tmp_path):
    async with raw_server(tmp_path, "--log-level", "debug") as server:
        await server.open()
        await server.call("list_jobs")
        assert await server.end_input() == 0
        lines = (await server.stderr()).splitlines()
    (called,) = [json.loads(line) for line in lines if line.startswith("{")]
    assert (called["event"], called["tool"], called["outcome"]) == ("tool called", "list_jobs", "ok")


@pytest.mark.parametrize(
    ("options", "environment", "said"),
    [
        (["--backend", "cloud"], {}, "must be one of cronlytic, local, memory"),
        (["--config", "missing.json"], {}, "which does not exist"),
        ([], {"CRONLYTIC_ATTEMPTS": "0"}, "must be a whole number from 1 to 10"),
        ([], {"CRONLYTIC_ALLOW_HOSTS": "https://build.lan"}, "give only its host"),
        ([], {"CRONLYTIC_READ_ONLY": "perhaps"}, "must be true or false"),
        ([], {"CRONLYTIC_API_KEY": "wrong-key-424242"}, "CRONLYTIC_USER_ID"),
        (["--api-key", "wrong-key-424242"], {}, "not taken from the command line"),
    ],
)
async def test_a_wrong_configuration_ends_the_start_with_one_sentence_and_code_2(
    tmp_path, options, environment, said
):
    async with raw_server(tmp_path, *options, environment=environment) as server:
        assert await server.end_input() == 2
        assert server.messages == []
        (line,) = (await server.stderr()).splitlines()
    assert line.startswith("cronlytic-mcp: ")
    assert said in line
    assert "wrong-key-424242" not in line


async def test_an_open_configuration_file_is_warned_of_and_used(tmp_path, stub):
    path = tmp_path / ".cronlytic" / "config.json"
    path.parent.mkdir()
    path.write_text(json.dumps({"api_key": stub.api_key, "user_id": stub.user_id, "base_url": stub.base_url}))
    path.chmod(0o644)
    async with raw_server(tmp_path) as server:
        await server.open()
        assert (await server.call("health_check"))["healthy"] is True
        assert await server.end_input() == 0
        assert f"warning: {path} holds the API key" in await server.stderr()
