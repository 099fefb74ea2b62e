"""The page's code for receivers, run against what a worker has really sent."""

from __future__ import annotations

import asyncio
import base64
import json
import shutil
import subprocess
import time

import pytest

from cronlytic_mcp.adapters.memory.signing_keys import MemorySigningKeys
from cronlytic_mcp.adapters.system.clock import SystemClock
from cronlytic_mcp.adapters.webhook.sender import AiohttpWebhookSender
from cronlytic_mcp.application.attempts import make_attempt
from cronlytic_mcp.application.signing_sender import SigningSender
from cronlytic_mcp.domain.execution_policy import ExecutionPolicy
from cronlytic_mcp.domain.job import JobSpec
from cronlytic_mcp.domain.schedule import IntervalSchedule
from cronlytic_mcp.domain.url.url import AllowedHosts
from cronlytic_mcp.domain.webhook.signature import SigningKey
from tests.docs.pages import blocks
from tests.webhook_target import listening

PAGE = "docs/how-to/verify-signatures.md"
NOTICE = "!!! NODE IS MISSING: the page's code for JavaScript was NOT run !!!"
BODY = '{"text": "työ \U0001f680", "a.b": "."}'
OLD, NEW, STRANGER = (SigningKey(bytes([n]) * 32, SystemClock().now()) for n in range(3))
ASK = """
const { secret, headers, body } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
try {
  console.log(verify(secret, headers, Buffer.from(body, "base64")));
} catch (error) {
  console.log("refused: " + error.message);
}
"""


async def send(*keys: SigningKey, body: str) -> bytes:
    """Send a signed request, and return all of it as it arrived."""
    clock, held = SystemClock(), MemorySigningKeys()
    for key in keys:
        await held.add_key(key)
    async with listening() as target:
        allowed = AllowedHosts.parse(["127.0.0.1"])
        sender = SigningSender(AiohttpWebhookSender(clock, allowed), held, clock)
        url = f"http://127.0.0.1:{target.port}/"
        spec = JobSpec("job", url, IntervalSchedule(60), "POST", body=body, policy=ExecutionPolicy(sign=True))
        attempt = await make_attempt(sender, spec, "run-1", 1)
        assert attempt.outcome.success, attempt
        return target.requests[0]


def receive(*keys: SigningKey, body: str = BODY) -> tuple[dict[str, str], bytes]:
    head, _, content = asyncio.run(send(*keys, body=body)).partition(b"\r\n\r\n")
    lines = (line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    return {name.lower(): value for name, value in lines}, content


def verify_in_python(secret: str, headers: dict[str, str], body: bytes) -> str:
    [code] = blocks(PAGE, "python")
    names: dict = {}
    exec(code, names)
    try:
        return names["verify"](secret, headers, body)
    except ValueError as error:
        return f"refused: {error}"


def verify_in_javascript(secret: str, headers: dict[str, str], body: bytes) -> str:
    node = shutil.which("node")
    if node is None:
        pytest.skip(NOTICE)
    [code] = blocks(PAGE, "javascript")
    given = json.dumps({"secret": secret, "headers": headers, "body": base64.b64encode(body).decode()})
    done = subprocess.run([node, "-e", code + ASK], input=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(params=[verify_in_python, verify_in_javascript], ids=["python", "javascript"])
def verify(request):
    return request.param


@pytest.mark.parametrize("body", [BODY, ""])
def test_a_request_that_was_sent_is_taken_with_either_key_of_a_rotation(verify, body):
    headers, content = receive(OLD, NEW, body=body)

    assert content == body.encode()
    assert [verify(key.reveal(), headers, content) for key in (OLD, NEW)] == ["run-1", "run-1"]


def test_what_differs_from_what_was_sent_is_refused(verify):
    headers, content = receive(OLD)
    later = str(int(headers["webhook-timestamp"]) + 1)
    cases = [
        (STRANGER.reveal(), headers, content),
        (OLD.reveal(), headers, content + b" "),
        (OLD.reveal(), headers | {"webhook-id": "run-2"}, content),
        (OLD.reveal(), headers | {"webhook-timestamp": later}, content),
        (OLD.reveal(), headers | {"webhook-signature": ""}, content),
        (OLD.reveal(), headers | {"webhook-signature": "v1, v1,abcd v2,x \u00f6"}, content),
        (OLD.reveal(), {}, content),
    ]

    assert [case for case in cases if not verify(*case).startswith("refused: ")] == []


@pytest.mark.parametrize("off", [-301, 302, "x", "-1", "1e9", "\u0661", ""])
def test_a_recorded_request_is_refused_after_its_window(verify, off):
    headers, content = receive(OLD)
    said = str(int(time.time()) + off) if isinstance(off, int) else off

    assert "too old" in verify(OLD.reveal(), headers | {"webhook-timestamp": said}, content)
