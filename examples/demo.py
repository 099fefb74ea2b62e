"""An MCP client makes a job that really runs, on a machine without any account: `make demo`.

It starts the server as a client such as Claude Code would, as a process of its own on stdio, with a store
of its own, and a target for the job within this process. It prints what it sends (`>`), what matters of the
answers (`<`, or `!` where they are errors), and what comes by itself (`*`). Nothing stays behind. It exits
with 1 where an answer is not what it must be.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters

MADE_UP = "made-up-for-the-demo"
RUNS = 3
PATIENCE = 30.0
"""Seconds; a machine that is busy may take a while, but not so long."""


class UnexpectedAnswer(Exception):
    """The server's answer to a step is not what it must be."""


class Walk:
    """A conversation with the server that prints itself as it goes."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._step = 0

    async def call(
        self, purpose: str, tool: str, arguments: Mapping[str, Any], show: str, *, refused: bool = False
    ) -> dict[str, Any]:
        """Call a tool, print both sides, of the answer what `show` names, and return all of it.

        Raises:
            UnexpectedAnswer: it is an error where none belongs, or none where one does.
        """
        self.announce(purpose, f"{tool} {json.dumps(dict(arguments))}")
        result = await self._client.call_tool(tool, dict(arguments))
        answer = result.structured_content or {}
        for path in ["error.message"] if result.is_error and not refused else show.split():
            for line in outline(path, answer):
                tell(line, mark="!" if result.is_error else "<")
        self.expect("an error" if refused else "no error", holds=bool(result.is_error) is refused)
        return answer

    async def pick(self, purpose: str, prompt: str, arguments: Mapping[str, str]) -> str:
        """Get a prompt, print the beginning of its text, and return all of it."""
        self.announce(purpose, f"prompt {prompt} {json.dumps(dict(arguments))}")
        messages = (await self._client.get_prompt(prompt, dict(arguments))).messages
        parts = [getattr(message.content, "resource", message.content) for message in messages]
        texts = [getattr(part, "text", "") for part in parts]
        size = sum(map(len, texts))
        tell(textwrap.shorten(texts[0], 150, placeholder=f" ... ({size:,} characters, with the job's runs)"))
        return "\n".join(texts)

    async def hear(self, purpose: str, uri: str, enough: Callable[[int], bool]) -> None:
        """Subscribe to a resource until it has been updated often enough."""
        self.announce(purpose, f"subscribe {uri}")
        heard = 0
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE), self._client.listen(resource_subscriptions=[uri]) as stream:
                async for _ in stream:
                    heard += 1
                    tell(f"update {heard}: the log has changed", mark="*")
                    if enough(heard):
                        return
        raise UnexpectedAnswer(f"step {self._step}: too few updates came")

    def announce(self, purpose: str, request: str) -> None:
        """Print what is wanted and what is sent for it."""
        self._step += 1
        print(f"\n{self._step}. {purpose}")
        tell(request, mark=">")

    def expect(self, what: str, *, holds: bool) -> None:
        """Stop where an answer is not what it must be."""
        if not holds:
            raise UnexpectedAnswer(f"step {self._step}: expected {what}")


def tell(text: str, mark: str = "<") -> None:
    """Print one side's words."""
    print(textwrap.fill(text, 100, initial_indent=f"   {mark} ", subsequent_indent="       "))


def outline(path: str, answer: Any) -> Iterator[str]:
    """Yield what lies at a dotted path of an answer, one line for each entry of a list.

    Of an object only the keys that follow a colon are shown.
    """
    path, _, keys = path.partition(":")
    for key in path.split("."):
        answer = answer[key]
    label = path.rpartition(".")[2]
    for value in answer if isinstance(answer, list) else [answer]:
        if isinstance(value, dict):
            yield f"{label}: {', '.join(f'{key} {value[key]}' for key in keys.split(','))}"
        else:
            yield f"{label}: {value if isinstance(value, str) else json.dumps(value)}"


class Sink:
    """What the job calls: an HTTP server on loopback. ``/beat`` answers 200, everything else 503."""

    def __init__(self) -> None:
        self.port = 0
        self.requests: list[str] = []

    def called(self, path: str) -> int:
        """Return how often a path was called."""
        return sum(request.split()[1] == path for request in self.requests)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            request = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.requests.append(request)
            well = request.split()[1] == "/beat"
            status, body = ("200 OK", "alive") if well else ("503 Service Unavailable", "out of order")
            head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            writer.write((head + body).encode())
            await writer.drain()
        writer.close()


async def plan(walk: Walk) -> None:
    """Look before anything is made: where jobs will live, and whether a schedule is right."""
    health = await walk.call(
        "Where will jobs live, and will they run?", "health_check", {}, "backend notices"
    )
    walk.expect("a healthy engine", holds=health["healthy"] is True and health["backend"] == "local")
    asked = {"cron_expression": "30 2 * * MON-FRI", "timezone": "Europe/Berlin", "count": 2}
    purpose = "Does this schedule mean what I think, in Berlin?"
    checked = await walk.call(purpose, "validate_cron", asked, "normalized description next_runs")
    walk.expect("a valid schedule", holds=checked["valid"] is True and len(checked["next_runs"]) == 2)


async def run(walk: Walk, sink: Sink) -> str:
    """Make a job that runs every second, and hear of its runs as they happen."""
    job = {
        "name": "heartbeat",
        "url": f"http://127.0.0.1:{sink.port}/beat",
        "interval_seconds": 1,
        "headers": {"Authorization": f"Bearer {MADE_UP}"},
    }
    made = await walk.call(
        "A job that calls my service every second.", "create_job", job, "job.job_id job.headers:Authorization"
    )
    walk.expect("the token masked", holds=MADE_UP not in json.dumps(made))
    job_id: str = made["job"]["job_id"]

    await walk.hear("Tell me when it has run.", f"cronlytic://job/{job_id}/logs", lambda heard: heard >= RUNS)
    arrived, whole = sink.called("/beat"), MADE_UP in sink.requests[0]
    tell(f"my service was called {arrived} times, with the token{'' if whole else ' missing'}", mark="*")
    walk.expect("a call for each run, with the token", holds=arrived >= RUNS and whole)

    logs = await walk.call("How did that go?", "get_job_logs", {"job_id": job_id}, "summary:runs,successes")
    walk.expect("successful runs", holds=logs["summary"]["successes"] >= RUNS)
    return job_id


async def fail(walk: Walk, sink: Sink, job_id: str) -> None:
    """Let the job's target fail, and ask why."""
    broken = {"job_id": job_id, "url": f"http://127.0.0.1:{sink.port}/broken"}
    await walk.call("Now my service breaks.", "update_job", broken, "job.url")
    await walk.hear(
        "Wait for the next run.", f"cronlytic://job/{job_id}/logs", lambda _: sink.called("/broken") > 0
    )
    explained = await walk.call(
        "Why did it fail, and what comes next?", "explain_job", {"job_id": job_id}, "explanation next.reasons"
    )
    walk.expect("the target's status", holds=explained["run"]["response_code"] == 503)
    text = await walk.pick(
        "I pick a prompt, and it knows the job.", "job_troubleshooting_guide", {"job_id": job_id}
    )
    walk.expect("the steps and the job", holds="get_job_logs" in text and job_id in text)


async def refuse(walk: Walk) -> None:
    """Give the server what it must not accept: it names every problem at once."""
    bad = {"name": "my job", "url": "http://10.0.0.1/", "cron_expression": "0 0 9 * * *"}
    purpose, shown = "A bad job: a space, a private address, six fields.", "error.problems:field,message"
    refused = await walk.call(purpose, "create_job", bad, shown, refused=True)
    fields = {problem["field"] for problem in refused["error"]["problems"]}
    walk.expect("all three problems in one answer", holds=fields == {"name", "url", "cron_expression"})


async def remove(walk: Walk, job_id: str) -> None:
    """Delete the job, which takes a confirmation."""
    asked = await walk.call("Delete it: I am asked first.", "delete_job", {"job_id": job_id}, "message")
    walk.expect("a token, and nothing deleted", holds=bool(asked.get("confirmation_token")))
    token = {"job_id": job_id, "confirmation_token": asked["confirmation_token"]}
    gone = await walk.call("I agree.", "delete_job", token, "deleted")
    walk.expect("the job deleted", holds=gone["deleted"] is True)


async def show(command: str, home: Path, sink: Sink) -> None:
    """Walk through everything with a server that has nothing but its own folder."""
    environment = {
        "HOME": str(home),
        "CRONLYTIC_DATABASE_URL": f"sqlite+aiosqlite:///{home / 'jobs.db'}",
        "CRONLYTIC_ALLOW_HOSTS": "127.0.0.1",  # jobs reach only the public internet otherwise
        "CRONLYTIC_LOG_LEVEL": "warning",
    }
    server = StdioServerParameters(command=command, env=environment, cwd=str(home))
    async with Client(server, read_timeout_seconds=PATIENCE) as client:
        print(f"Connected over protocol {client.protocol_version}; no account is configured.")
        walk = Walk(client)
        await plan(walk)
        job_id = await run(walk, sink)
        await fail(walk, sink, job_id)
        await refuse(walk)
        await remove(walk, job_id)


async def main() -> int:
    """Start the job's target and the server, and return the exit code."""
    command = shutil.which("cronlytic-mcp", path=str(Path(sys.executable).parent))
    if command is None:
        print("cronlytic-mcp is not installed beside this Python; use `make demo`.", file=sys.stderr)
        return 1
    sink = Sink()
    with tempfile.TemporaryDirectory() as home:
        async with await asyncio.start_server(sink.serve, "127.0.0.1") as target:
            sink.port = target.sockets[0].getsockname()[1]
            try:
                await show(command, Path(home), sink)
            except UnexpectedAnswer as error:
                print(f"\nThe demo failed: {error}", file=sys.stderr)
                return 1
    print("\nEvery answer was as it must be. Connect your own client: see README.md")
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
