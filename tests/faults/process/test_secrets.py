"""No secret of a job and no credential leaves the process, on stdout or stderr, at any level, in any spelling."""

from __future__ import annotations

import json

import pytest

from tests.faults.process.confidential import (
    BEARER,
    JOB_SECRETS,
    JOBS,
    SENT,
    SLACK_JOB,
    WITH_USERINFO,
    find_leaks,
    repeat,
)
from tests.mcp.raw_server import RawServer, raw_server
from tests.stub_api import USER_ID, Fault, StubApi
from tests.stub_api.jobs import log_entry
from tests.stub_api.moments import EPOCH
from tests.webhook_target import listening

pytestmark = pytest.mark.anyio

KEY = "key-S3cr3t/+thirteen=="
ECHO = repeat((*JOB_SECRETS, KEY, USER_ID))
SCHEDULE = {"cron_expression": "0 5 * * *"}


def telling_all(status: int) -> Fault:
    """An answer that repeats every secret wherever text can stand."""
    detail = [{"type": ECHO, "loc": ["body", "name", ECHO], "msg": ECHO, "input": ECHO}]
    # A line of a header ends where a value does: such characters cannot be sent in one.
    header = KEY + " " + JOB_SECRETS[0]
    counts = {"error": ECHO, "plan": KEY, "job_count": 5, "max_jobs": 5, "hint": ECHO}
    body = {"detail": counts if status == 403 else detail, "message": ECHO, "deleted": ECHO}
    return Fault.answer(
        status, body, {"Location": f"http://{KEY.partition('/')[0]}.example/", "Retry-After": header}
    )


FAULTS = [telling_all(status) for status in (200, 307, 400, 401, 403, 404, 409, 422, 429, 500)]
FAULTS += [Fault.reset(), Fault.truncate(commit=True), Fault.answer(200, ECHO), Fault.garble(commit=True)]


@pytest.fixture
async def stub():
    async with StubApi(api_key=KEY) as stub:
        yield stub


@pytest.fixture
def job_ids(stub):
    """Jobs whose logs repeat their secrets."""
    ids = []
    for fields, secrets in JOBS:
        job = stub.store.create(dict(fields))
        for secret in (*secrets, KEY):
            told = f"refused: {repeat((secret,))}"
            stub.store.record_run(job["job_id"], log_entry(EPOCH, "failed", 401, 0.1, told))
        ids.append(job["job_id"])
    return ids


class Everything:
    """Uses all that a server offers, whatever comes of it."""

    def __init__(self, server: RawServer) -> None:
        self.server = server
        self.asked: dict[object, str] = {}

    async def ask(self, method: str, **params) -> dict:
        """Send a request and return its result, empty where it is refused."""
        request_id = self.server.send(method, params)
        self.asked[request_id] = f"{method} {params.get('name', params.get('uri', ''))}"
        return (await self.server.answer_to(request_id)).get("result", {})

    async def call(self, tool: str, **arguments) -> dict:
        """Call a tool."""
        return (await self.ask("tools/call", name=tool, arguments=arguments)).get("structuredContent", {})

    async def read_and_write(self, job_id: str) -> None:
        """Call each tool on a job so that it succeeds."""
        for tool in (await self.ask("tools/list"))["tools"]:
            if tool["name"] not in {"create_job", "test_webhook"}:
                properties = tool["inputSchema"]["properties"]
                await self.call(tool["name"], **({"job_id": job_id} if "job_id" in properties else {}))
        await self.call("update_job", job_id=job_id, **SCHEDULE)
        await self.call("validate_cron", cron_expression=ECHO[:200])

    async def be_refused(self, job_id: str) -> None:
        """Give tools what they refuse, with secrets in it."""
        headers, body = WITH_USERINFO["headers"], WITH_USERINFO["body"]
        await self.call("create_job", **WITH_USERINFO)
        await self.call("create_job", **SLACK_JOB | {"cron_expression": ECHO[:100]})
        for misplaced in ({"cron_expression": f"{BEARER} * * * *"}, {"timezone": BEARER}):
            await self.call("create_job", **SLACK_JOB | {"headers": headers} | misplaced)
        await self.call(
            "create_job", name="a b", url=SLACK_JOB["url"] + " ", headers=headers, body=body, **SCHEDULE
        )
        await self.call(
            "create_job", name=KEY, url="x", headers={"Authorization": "a\nb"}, body=7, **SCHEDULE
        )
        await self.call("update_job", job_id=job_id, url="https://elsewhere.example/", headers=headers)
        await self.call("update_job", job_id=job_id, url=WITH_USERINFO["url"] + "x", method=ECHO)
        await self.call("delete_job", job_id=job_id, confirmation_token=KEY)
        await self.call("get_job", job_id=KEY)
        await self.call("get_job_logs", job_id=ECHO, status=KEY)
        await self.call("list_jobs", name=KEY[:20], cursor=KEY)
        await self.call("test_webhook", **{k: WITH_USERINFO[k] for k in ("url", "method", "headers", "body")})

    async def read_resources(self, job_ids: list[str]) -> None:
        """Read each resource, and each template with each job."""
        listed = (await self.ask("resources/list")).get("resources", [])
        templates = (await self.ask("resources/templates/list")).get("resourceTemplates", [])
        addresses = [resource["uri"] for resource in listed]
        addresses += [t["uriTemplate"].replace("{job_id}", job_id) for t in templates for job_id in job_ids]
        for address in addresses:
            await self.ask("resources/read", uri=address)


@pytest.mark.parametrize(("level", "era"), [("debug", "2025"), ("debug", "2026"), ("info", "2026")])
async def test_no_secret_leaves_the_process(tmp_path, stub, job_ids, level, era):
    async with listening(repeating_what_it_got) as target:
        environment = {
            "CRONLYTIC_API_KEY": KEY,
            "CRONLYTIC_USER_ID": stub.user_id,
            "CRONLYTIC_BASE_URL": stub.base_url,
            "CRONLYTIC_BACKOFF": "0",
            "CRONLYTIC_BREAKER_FAILURES": "1000",
            "CRONLYTIC_BREAKER_CALLS": "1000",
            "CRONLYTIC_ALLOW_HOSTS": f"127.0.0.1:{target.port}",
        }
        async with raw_server(tmp_path, "--log-level", level, era=era, environment=environment) as server:
            client = Everything(server)
            await server.open()
            assert "visible" in json.dumps(await client.call("get_job", job_id=job_ids[0]))
            assert "refused" in json.dumps(await client.call("get_job_logs", job_id=job_ids[0]))
            for job_id in job_ids:
                await client.read_and_write(job_id)
                await client.be_refused(job_id)
            await client.read_resources(job_ids)
            tested = await client.call(
                "test_webhook",
                url=f"http://127.0.0.1:{target.port}/?token=visible",
                method="POST",
                headers=WITH_USERINFO["headers"],
                body=WITH_USERINFO["body"],
            )
            for fault in FAULTS:
                stub.faults.add(fault.on("*", "/jobs*").permanent())
                await client.read_and_write(job_ids[0])
                await client.read_resources(job_ids[:1])
                await client.call("create_job", **SLACK_JOB)
                stub.faults.clear()
            token = (await client.call("delete_job", job_id=job_ids[1]))["confirmation_token"]
            deleted = await client.call("delete_job", job_id=job_ids[1], confirmation_token=token)
            assert await server.end_input() == 0
            stderr = await server.stderr()

    assert (tested["ok"], deleted["deleted"]) == (True, True)
    for message in server.messages:
        written = json.dumps(message) + texts_of(message)
        asked = client.asked.get(message.get("id"))
        assert find_leaks(written, (*JOB_SECRETS, KEY)) == [], asked
        # A job says whose it is, as the API does; nothing else says it.
        assert find_leaks(without_owner(written), (USER_ID,)) == [], asked
    assert find_leaks(stderr, (*JOB_SECRETS, KEY, USER_ID)) == []


async def repeating_what_it_got(reader, writer) -> None:
    """Answer with every secret that the request holds, in every spelling."""
    body = repeat(SENT).encode()
    writer.write(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    )
    await writer.drain()


def texts_of(value: object) -> str:
    """Return all texts in a JSON value, as a model reads them."""
    if isinstance(value, dict):
        return "\n".join(f"{key}\n{texts_of(entry)}" for key, entry in value.items())
    return "\n".join(map(texts_of, value)) if isinstance(value, list) else str(value)


def without_owner(text: str) -> str:
    for written in (
        f'"user_id": "{USER_ID}"',
        f'\\"user_id\\":\\"{USER_ID}\\"',
        f'"user_id":"{USER_ID}"',
        f"user_id\n{USER_ID}",
    ):
        text = text.replace(written, "")
    return text
