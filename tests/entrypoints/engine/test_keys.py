"""The command ``keys``, with the worker beside it that signs and seals."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import stat
from contextlib import closing

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from cronlytic_mcp.domain.engine.run import RunState
from cronlytic_mcp.domain.execution_policy import ExecutionPolicy
from tests.entrypoints.engine.command import add_job, command, opened, sent_runs
from tests.webhook_target import listening

pytestmark = pytest.mark.anyio

SECRET = re.compile(r"^whsec_[A-Za-z0-9+/]{43}=$", re.MULTILINE)
SIGNED = ExecutionPolicy(sign=True)


async def run(home, *line, **environment):
    """Run the command to its end; return its code, its output and what it complained of."""
    async with command(home, *line, **environment) as process:
        code = await process.end()
        return code, process.output, "\n".join(process.lines)


async def keys(home, *line, **environment) -> str:
    code, output, complaints = await run(home, "keys", *line, **environment)
    assert (code, complaints) == (0, "")
    return output


def read_request(request: bytes) -> tuple[dict[str, str], bytes]:
    head, _, body = request.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")[1:]
    return {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}, body


async def request_that(target, holds):
    """Return the first request from now on of which something holds."""
    seen = len(target.requests)
    while True:
        await asyncio.wait_for(target.heard.wait(), 20)
        target.heard.clear()
        for request in target.requests[seen:]:
            headers, body = read_request(request)
            if holds(headers):
                return headers, body


def signature_count(headers) -> int:
    return len(headers.get("webhook-signature", "").split())


async def sent_and_failed(store) -> bool:
    return any(run.state is RunState.FAILED for run in await sent_runs(store))


async def test_a_worker_signs_with_the_keys_of_the_moment(tmp_path):
    [old] = SECRET.findall(await keys(tmp_path, "add"))
    old_id = (await keys(tmp_path)).split()[0]
    async with listening() as target, opened(tmp_path) as store:
        await add_job(
            store, f"http://127.0.0.1:{target.port}/", method="POST", body='{"a": "ö"}', policy=SIGNED
        )
        async with command(tmp_path, "worker") as worker:
            await worker.line_with("worker started")
            first = await request_that(target, lambda headers: signature_count(headers) == 1)
            [new] = SECRET.findall(await keys(tmp_path, "add"))
            both = await request_that(target, lambda headers: signature_count(headers) == 2)
            await keys(tmp_path, "retire", old_id)
            last = await request_that(target, lambda headers: signature_count(headers) == 1)
        runs = await sent_runs(store)

    for secret, (headers, body) in ((old, first), (old, both), (new, both), (new, last)):
        Webhook(secret).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(last[1], last[0])
    assert first[0]["webhook-id"] == first[0]["idempotency-key"]
    assert first[0]["webhook-id"] in {run.run_id for run in runs}
    assert not [line for line in worker.lines if "whsec" in line]


async def test_a_job_that_is_to_be_signed_is_not_sent_without_a_key(tmp_path):
    async with listening() as target, opened(tmp_path) as store:
        await add_job(store, f"http://127.0.0.1:{target.port}/", policy=SIGNED)
        async with command(tmp_path, "worker") as worker:
            await worker.line_with("worker started")
            while not await sent_and_failed(store):  # noqa: ASYNC110 - another process runs it
                await asyncio.sleep(0.05)
        failed = (await sent_runs(store))[-1]
        code, output, _ = await run(tmp_path, "doctor")

    assert target.accepted == 0
    assert "cronlytic-mcp keys add" in failed.outcome.error
    assert code == 1
    assert "signing: Jobs that are to be signed: 1, and there is no key" in output


async def test_a_secret_is_shown_once_and_there_is_room_for_two(tmp_path):
    assert "keys add" in await keys(tmp_path)
    first, second = await keys(tmp_path, "add"), await keys(tmp_path, "add")
    listed = await keys(tmp_path)
    code, output, complaint = await run(tmp_path, "keys", "add")

    ids = [line.split()[0] for line in listed.splitlines()]
    assert (len(set(ids)), "today" in listed, "whsec" in listed) == (2, True, False)
    assert ids[0] in first
    assert ids[1] in second
    assert (code, output) == (1, "")
    assert f"keys retire {ids[0]}" in complaint


@pytest.mark.parametrize("line", [("nonsense",), ("retire",), ("add", "one"), ("retire", "a", "b")])
async def test_a_wrong_word_is_told_with_the_right_ones(tmp_path, line):
    code, _, complaint = await run(tmp_path, "keys", *line)

    assert code == 2
    assert "cronlytic-mcp keys" in complaint
    assert not (tmp_path / "jobs.db").exists()


async def test_keys_are_of_the_local_backend_only(tmp_path):
    code, _, complaint = await run(tmp_path, "keys", CRONLYTIC_BACKEND="memory")
    assert (code, "CRONLYTIC_BACKEND=local" in complaint) == (2, True)

    code, _, complaint = await run(tmp_path, "keys", "retire", "5f2b8c01d9e4")
    assert (code, "no such key" in complaint) == (1, True)


async def test_secrets_are_encrypted_for_every_program_that_has_the_key(tmp_path):
    file = tmp_path / "private" / "key"
    named = {"CRONLYTIC_ENCRYPTION_KEY_FILE": str(file)}
    token = {"headers": {"X-Api-Key": "s3cret-0123456789"}}
    async with listening() as target:
        async with opened(tmp_path) as store:
            await add_job(store, f"http://127.0.0.1:{target.port}/", **token)
        code, _, complaint = await run(tmp_path, "worker", **named)
        assert (code, "keys encryption-init" in complaint) == (2, True)
        await keys(tmp_path, "encryption-init", **named)
        [secret] = SECRET.findall(await keys(tmp_path, "add", **named))
        assert "Encrypted" in await keys(tmp_path, "encrypt", **named)
        async with command(tmp_path, "worker", **named) as worker:
            await worker.line_with("worker started")
            headers, _ = await request_that(target, lambda headers: True)
            content = b"".join(path.read_bytes() for path in tmp_path.glob("jobs.db*"))
        well, _, _ = await run(tmp_path, "doctor", "--json", **named)
        refused = [await run(tmp_path, *line) for line in (("keys",), ("worker",), ("doctor",))]

    assert headers["x-api-key"] == "s3cret-0123456789"
    assert b"s3cret-0123456789" not in content
    assert secret.encode() not in content
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert well in {0, 1}
    for code, output, complaint in refused:
        assert code != 0
        assert "was given no key" in output + complaint
        assert "CRONLYTIC_ENCRYPTION_KEY_FILE" in output + complaint


async def test_a_new_encryption_key_is_put_before_the_old_one(tmp_path):
    file = tmp_path / "key"
    named = {"CRONLYTIC_ENCRYPTION_KEY_FILE": str(file)}
    await keys(tmp_path, "encryption-init", **named)
    await keys(tmp_path, "add", **named)
    await keys(tmp_path, "encryption-rotate", **named)
    new, old = file.read_text().split()
    listed = await keys(tmp_path, **named)
    await keys(tmp_path, "encrypt", **named)
    file.write_text(new)

    assert new != old
    assert await keys(tmp_path, **named) == listed


async def test_what_is_wrong_with_the_place_of_the_key_is_told(tmp_path):
    named = {"CRONLYTIC_ENCRYPTION_KEY_FILE": str(tmp_path / "key")}
    for line in (("encrypt",), ("encryption-init",), ("encryption-rotate",)):
        code, _, complaint = await run(tmp_path, "keys", *line)
        assert (code, "set CRONLYTIC_ENCRYPTION_KEY_FILE" in complaint) == (1, True)

    code, _, complaint = await run(tmp_path, "keys", "encryption-rotate", **named)
    assert (code, "cannot be read" in complaint) == (2, True)
    code, _, complaint = await run(tmp_path, "keys", "encrypt", CRONLYTIC_ENCRYPTION_KEYRING="x", **named)
    assert (code, "keep one of them" in complaint) == (2, True)

    await keys(tmp_path, "encryption-init", **named)
    code, _, complaint = await run(tmp_path, "keys", "encryption-init", **named)
    assert (code, "exists" in complaint) == (2, True)

    (tmp_path / "key").chmod(0o644)
    _, output, _ = await run(tmp_path, "doctor", **named)
    assert "its mode 0644 lets others read it; run: chmod 600" in output


async def test_doctor_says_how_secrets_are_kept(tmp_path):
    named = {"CRONLYTIC_ENCRYPTION_KEY_FILE": str(tmp_path / "key")}
    await keys(tmp_path, "add")
    _, clear, _ = await run(tmp_path, "doctor")
    await keys(tmp_path, "encryption-init", **named)
    _, begun, _ = await run(tmp_path, "doctor", **named)
    await keys(tmp_path, "encrypt", **named)
    _, done, _ = await run(tmp_path, "doctor", **named)

    assert "warning   secrets: Secrets of jobs are in the store in the clear" in clear
    assert "1 rows of 1 are not." in begun
    assert "ok        secrets: Secrets of jobs are encrypted in the store." in done


async def test_a_row_that_was_sealed_with_a_lost_key_stays_as_it_is(tmp_path):
    named = {"CRONLYTIC_ENCRYPTION_KEY_FILE": str(tmp_path / "key")}
    await keys(tmp_path, "encryption-init", **named)
    await keys(tmp_path, "add", **named)
    with closing(sqlite3.connect(tmp_path / "jobs.db")) as connection:
        before = connection.execute("SELECT * FROM signing_keys").fetchall()
    (tmp_path / "key").unlink()
    await keys(tmp_path, "encryption-init", **named)
    for line in ((), ("add",), ("encrypt",)):
        code, _, complaint = await run(tmp_path, "keys", *line, **named)
        assert (code, "encrypted with another key" in complaint) == (1, True)

    with closing(sqlite3.connect(tmp_path / "jobs.db")) as connection:
        assert connection.execute("SELECT * FROM signing_keys").fetchall() == before


@pytest.mark.parametrize("content", [None, "no key\n"])
async def test_a_server_without_a_usable_key_says_so_and_does_not_start(tmp_path, content):
    file = tmp_path / "key"
    if content:
        file.write_text(content)
    code, output, complaint = await run(tmp_path, CRONLYTIC_ENCRYPTION_KEY_FILE=str(file))

    assert (code, output) == (2, "")
    assert "CRONLYTIC_ENCRYPTION_KEY_FILE names" in complaint
    assert "keys encryption-init" in complaint
    assert not (tmp_path / "jobs.db").exists()
