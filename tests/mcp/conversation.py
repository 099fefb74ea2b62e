"""Conversations as a page writes them down, so that a test can hold them again.

A block of the page is a text of these lines, as the demo prints them too:

- ``> tool {...}`` is a call with its arguments, which may go on over several lines;
- ``< ...`` is a line of the answer, ``! ...`` one of an error; lines may be left out, and one that is cut
  ends with ``…``;
- ``* 2026-01-16 02:17 backup answers 200 in 1.5 s`` is what happened meanwhile: a run of that job. With
  ``to 2026-01-16 03:17 every 5 minutes`` after the time it is as many runs;
- ``* https://example.com/hook answers 401 in 0.1 s`` is what a target says from then on.

``<backup>`` stands for the id of the job of that name, ``<token>`` for the last confirmation token.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from attrs import evolve, field, frozen

from cronlytic_mcp.adapters.memory.gateway import MemoryGateway
from cronlytic_mcp.adapters.memory.webhook_sender import OK, MemoryWebhookSender
from cronlytic_mcp.domain.log import LogEntry, RunStatus
from tests.clock import FakeClock
from tests.mcp.assistant import Assistant

ANSWERS = re.compile(r"\* (?P<url>https://\S+) answers (?P<code>\d{3}) in (?P<seconds>[\d.]+) s")
RAN = re.compile(
    r"\* (?P<first>[-\d]+ [:\d]+)(?: to (?P<last>[-\d]+ [:\d]+) every (?P<minutes>\d+) minutes)?"
    r" (?P<job>\S+) answers (?P<code>\d{3}) in (?P<seconds>[\d.]+) s(?:: (?P<text>.+))?"
)
NAMED = re.compile(r"<([\w-]+)>")


@frozen
class Turn:
    """One call and what the page shows of its answer, or (with no tool) what happened meanwhile."""

    tool: str | None
    text: str
    shown: list[str] = field(factory=list)


def read_turns(block: str) -> Iterator[Turn]:
    """The turns of a block, in their order."""
    turn: Turn | None = None
    for line in block.splitlines():
        if line.startswith((">", "*")):
            if turn:
                yield turn
            tool, _, arguments = line.removeprefix("> ").partition(" ")
            turn = Turn(tool, arguments) if line[0] == ">" else Turn(None, line)
        elif line.startswith(("<", "!")):
            assert turn, f"an answer to nothing: {line}"
            turn.shown.append(line)
        else:
            assert turn, f"no line of a conversation: {line}"
            turn = Turn(turn.tool, turn.text + line)
    if turn:
        yield turn


class Conversation:
    """Holds one conversation with a server, over a gateway whose jobs it lets run."""

    def __init__(
        self, assistant: Assistant, gateway: MemoryGateway, sender: MemoryWebhookSender, clock: FakeClock
    ) -> None:
        self._assistant, self._gateway, self._sender, self._clock = assistant, gateway, sender, clock
        self._token = ""

    async def hold(self, block: str) -> None:
        """Take every turn of a block; an answer that is not as shown fails the test."""
        for turn in read_turns(block):
            if turn.tool is None:
                await self._let_happen(turn.text)
            else:
                await self._call(turn)

    async def _call(self, turn: Turn) -> None:
        ids = {job.spec.name: job.job_id for job in await self._gateway.list()} | {"token": self._token}
        arguments = json.loads(NAMED.sub(lambda name: ids[name[1]], turn.text or "{}"))
        refused = any(line.startswith("!") for line in turn.shown)
        ask = self._assistant.refuse if refused else self._assistant.call
        answer = await ask(turn.tool, **arguments)
        self._token = answer.get("confirmation_token", self._token)
        ids = {job.spec.name: job.job_id for job in await self._gateway.list()} | ids
        said = list(outline({"error": answer} if refused else answer))
        for name, text in (ids | {"token": self._token}).items():
            said = [line.replace(text, f"<{name}>") if text else line for line in said]
        _compare(turn, said)

    async def _let_happen(self, line: str) -> None:
        if found := ANSWERS.fullmatch(line):
            seconds = float(found["seconds"])
            answer = evolve(OK, status=int(found["code"]), headers_seconds=seconds, elapsed_seconds=seconds)
            self._sender.answer(found["url"], answer)
            return
        found = RAN.fullmatch(line)
        assert found, f"nothing that can happen: {line}"
        at, last = _instant(found["first"]), _instant(found["last"] or found["first"])
        [job_id] = [job.job_id for job in await self._gateway.list() if job.spec.name == found["job"]]
        code = int(found["code"])
        status = RunStatus.SUCCESS if 200 <= code < 300 else RunStatus.FAILED
        while at <= last:
            self._clock.advance(max(at - self._clock.now(), timedelta()))
            entry = LogEntry(at, status, code, float(found["seconds"]), found["text"])
            self._gateway.record_run(job_id, entry)
            at += timedelta(minutes=int(found["minutes"] or 1))


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


def _instant(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


def _compare(turn: Turn, said: list[str]) -> None:
    """Every line that is shown must have been said, in that order."""
    rest = iter(said)
    for line in turn.shown:
        wanted = line[2:]
        assert any(
            heard.startswith(wanted[:-1]) if wanted.endswith("…") else heard == wanted for heard in rest
        ), f"{turn.tool} did not answer {wanted!r} there, but:\n" + "\n".join(said)
