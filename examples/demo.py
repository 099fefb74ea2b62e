"""An MCP client goes the way of a user, on the backend that needs no account: `make demo`.

It starts the server as a client such as Claude Code would, as a process of its own on stdio, calls
tools, reads a resource, picks a prompt, and prints what it sends and what comes back. It exits with 1
where an answer is not what it must be.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
import tempfile
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters

JOB = {
    "name": "nightly-report",
    "url": "https://example.com/hooks/report",
    "cron_expression": "30 2 * * MON-FRI",
    "headers": {"Authorization": "Bearer made-up-for-the-demo"},
}
QUIET = {"CRONLYTIC_LOG_LEVEL": "warning"}  # the conversation is what this is about


class UnexpectedAnswer(Exception):
    """The server's answer to a step is not what it must be."""


class Walk:
    """A conversation with the server that prints itself as it goes."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._step = 0

    async def call(
        self, purpose: str, tool: str, arguments: Mapping[str, Any], *, refused: bool = False
    ) -> dict[str, Any]:
        """Call a tool and print both sides.

        Returns:
            The answer's structured content.

        Raises:
            UnexpectedAnswer: it is an error where none belongs, or none where one does.
        """
        self._announce(purpose, f"{tool} {json.dumps(dict(arguments))}")
        result = await self._client.call_tool(tool, dict(arguments))
        for line in outline(result.structured_content):
            print(f"   {'!' if result.is_error else '<'} {line}")
        self.expect("an error" if refused else "no error", holds=bool(result.is_error) is refused)
        return result.structured_content or {}

    async def read(self, purpose: str, uri: str) -> dict[str, Any]:
        """Read a resource, print it, and return the JSON that it holds."""
        self._announce(purpose, f"read {uri}")
        [contents] = (await self._client.read_resource(uri)).contents
        content: dict[str, Any] = json.loads(getattr(contents, "text", "{}"))
        for line in outline(content):
            print(f"   < {line}")
        return content

    async def pick(self, purpose: str, prompt: str, arguments: Mapping[str, str]) -> str:
        """Get a prompt, print the beginning of its text, and return all of it."""
        self._announce(purpose, f"prompt {prompt} {json.dumps(dict(arguments))}")
        messages = (await self._client.get_prompt(prompt, dict(arguments))).messages
        parts = [getattr(message.content, "resource", message.content) for message in messages]
        texts = [getattr(part, "text", "") for part in parts]
        for text in texts:
            shown = textwrap.shorten(text, 280, placeholder=f" ... ({len(text):,} characters)")
            for line in textwrap.wrap(shown, 96, initial_indent="< ", subsequent_indent="  "):
                print(f"   {line}")
        return "\n".join(texts)

    def _announce(self, purpose: str, request: str) -> None:
        self._step += 1
        print(f"\n{self._step}. {purpose}\n   > {request}")

    def expect(self, what: str, *, holds: bool) -> None:
        """Stop where an answer is not what it must be."""
        if not holds:
            raise UnexpectedAnswer(f"step {self._step}: expected {what}")


def outline(answer: object, indent: str = "") -> Iterator[str]:
    """An answer's JSON as an outline, which reads better than braces."""
    entries = (
        answer.items() if isinstance(answer, dict) else enumerate(answer if isinstance(answer, list) else [])
    )
    for key, value in entries:
        label = f"{indent}{key}:" if isinstance(answer, dict) else f"{indent}-"
        if isinstance(value, dict | list) and value:
            yield label
            yield from outline(value, indent + "  ")
        else:
            yield f"{label} {value if isinstance(value, str) else json.dumps(value)}"


async def plan(walk: Walk) -> None:
    """Look before anything is made: where the jobs will live, and whether the schedule is right."""
    health = await walk.call("Is everything in order, and where will jobs live?", "health_check", {})
    walk.expect("a healthy server", holds=health["healthy"] is True)

    checked = await walk.call(
        "Does this schedule mean what I think, in Berlin?",
        "validate_cron",
        {"cron_expression": JOB["cron_expression"], "timezone": "Europe/Berlin", "count": 3},
    )
    walk.expect(
        "a valid schedule and 3 runs", holds=checked["valid"] is True and len(checked["next_runs"]) == 3
    )


async def manage(walk: Walk) -> str:
    """Make a job, find it, change it, pause and resume it, and look at its runs."""
    made = await walk.call("Create the job.", "create_job", JOB)
    job_id: str = made["job"]["job_id"]
    walk.expect("the token masked", holds="made-up-for-the-demo" not in json.dumps(made))

    listed = await walk.call("Which jobs are there?", "list_jobs", {"name": "report"})
    walk.expect("the one job", holds=[job["job_id"] for job in listed["jobs"]] == [job_id])

    got = await walk.call("Show all of it.", "get_job", {"job_id": job_id})
    walk.expect("the job as it was created", holds=got["job"]["url"] == JOB["url"])

    changed = await walk.call(
        "Run it every 15 minutes, by POST.",
        "update_job",
        {"job_id": job_id, "method": "POST", "cron_expression": "*/15 * * * *"},
    )
    walk.expect("the name as it was, since nobody changed it", holds=changed["job"]["name"] == JOB["name"])

    paused = await walk.call("Pause it.", "pause_job", {"job_id": job_id})
    walk.expect("a paused job", holds=paused["job"]["status"] == "paused")
    resumed = await walk.call("And resume it.", "resume_job", {"job_id": job_id})
    walk.expect("a job that waits for its next run", holds=resumed["job"]["status"] == "pending")

    runs = await walk.call("How did its runs go?", "get_job_logs", {"job_id": job_id, "limit": 5})
    walk.expect("no run yet", holds=runs["summary"]["runs"] == 0)
    return job_id


async def look(walk: Walk, job_id: str) -> None:
    """Look at what a person uses without a model: what clients show, and what they offer as commands."""
    shown = await walk.read("What does my client show me of it?", f"cronlytic://job/{job_id}")
    walk.expect("the token masked here too", holds="made-up-for-the-demo" not in json.dumps(shown))

    text = await walk.pick(
        "I pick a prompt, and it knows the job.", "job_troubleshooting_guide", {"job_id": job_id}
    )
    walk.expect("the steps and the job", holds="get_job_logs" in text and job_id in text)


async def refuse(walk: Walk) -> None:
    """Give the server what it must not accept: it names every problem at once."""
    refused = await walk.call(
        "A bad job: a name with a space, a private address, six fields.",
        "create_job",
        {"name": "my job", "url": "http://127.0.0.1/", "cron_expression": "0 0 9 * * *"},
        refused=True,
    )
    fields = {problem["field"] for problem in refused["error"]["problems"]}
    walk.expect("all three problems in one answer", holds=fields == {"name", "url", "cron_expression"})


async def remove(walk: Walk, job_id: str) -> None:
    """Delete the job, which takes a confirmation, and see that it is gone."""
    asked = await walk.call("Delete it: the first answer asks to confirm.", "delete_job", {"job_id": job_id})
    walk.expect(
        "a token, and nothing deleted", holds="confirmation_token" in asked and not asked.get("deleted")
    )

    token = {"job_id": job_id, "confirmation_token": asked["confirmation_token"]}
    gone = await walk.call("The person agrees, so confirm.", "delete_job", token)
    walk.expect("the job deleted", holds=gone["deleted"] is True)

    missing = await walk.call("It is really gone.", "get_job", {"job_id": job_id}, refused=True)
    walk.expect("job_not_found", holds=missing["error"]["code"] == "job_not_found")


async def main() -> int:
    """Start the server with no credentials and a home of its own, and walk through it."""
    command = shutil.which("cronlytic-mcp", path=str(Path(sys.executable).parent))
    if command is None:
        print("cronlytic-mcp is not installed beside this Python; use `make demo`.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as home:
        server = StdioServerParameters(command=command, env={"HOME": home, **QUIET}, cwd=home)
        async with Client(server, read_timeout_seconds=30) as client:
            walk = Walk(client)
            print(f"Connected over protocol {client.protocol_version}. The server says:")
            print(
                textwrap.fill(client.instructions or "", 100, initial_indent="   ", subsequent_indent="   ")
            )
            try:
                await plan(walk)
                job_id = await manage(walk)
                await look(walk, job_id)
                await refuse(walk)
                await remove(walk, job_id)
            except UnexpectedAnswer as error:
                print(f"\nThe demo failed: {error}", file=sys.stderr)
                return 1
    print("\nEvery answer was as it must be. Connect your own client: see README.md")
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
