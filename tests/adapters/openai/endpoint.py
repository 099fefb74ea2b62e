"""A chat endpoint on loopback that plays a script, one entry for each request, and keeps what it was sent."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager

from tests.webhook_target import listening


def call(tool: str, arguments="{}", call_id="call-1") -> dict:
    """A call as a model wants it; arguments that are no text are written as JSON."""
    text = arguments if isinstance(arguments, str) else json.dumps(arguments)
    return {"id": call_id, "type": "function", "function": {"name": tool, "arguments": text}}


def completion(*calls: dict, text=None, tokens=100) -> bytes:
    """A turn of a model."""
    message = {"role": "assistant", "content": text}
    if calls:
        message["tool_calls"] = list(calls)
    content = {
        "id": "completion-1",
        "object": "chat.completion",
        "created": 1,
        "model": "played",
        "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
    }
    if tokens:
        content["usage"] = {"prompt_tokens": tokens - 1, "completion_tokens": 1, "total_tokens": tokens}
    return response(json.dumps(content))


def response(body: str, status=200, *headers: str, kind="application/json", length=None) -> bytes:
    """Any answer; `length` is what it says of itself."""
    content = body.encode()
    head = [
        f"HTTP/1.1 {status} Played",
        f"Content-Type: {kind}",
        f"Content-Length: {len(content) if length is None else length}",
        "Connection: close",
        *headers,
    ]
    return "\r\n".join([*head, "", ""]).encode() + content


def submit(**more) -> bytes:
    return completion(call("submit_analysis", {"reasoning": "seen", **more}))


HANG = b""


class Played:
    """What was asked so far; `target` has the raw requests."""

    def __init__(self, target) -> None:
        self.target = target
        self.url = f"http://127.0.0.1:{target.port}/v1"

    @property
    def asked(self) -> list[dict]:
        return [json.loads(request.partition(b"\r\n\r\n")[2]) for request in self.target.requests]

    @property
    def head(self) -> str:
        return self.target.requests[0].partition(b"\r\n\r\n")[0].decode()

    def told(self, turn: int) -> list[dict]:
        """What the tools answered that the model was told with a request."""
        messages = self.asked[turn]["messages"]
        return [json.loads(message["content"]) for message in messages if message["role"] == "tool"]


@asynccontextmanager
async def playing(*script: bytes):
    """Run an endpoint; its last entry is played for ever."""
    left = list(script)

    async def talk(reader, writer):
        answer = left.pop(0) if len(left) > 1 else left[0]
        if answer == HANG:
            await reader.read()
            return
        writer.write(answer)
        await writer.drain()

    async with listening(talk) as target:
        yield Played(target)
