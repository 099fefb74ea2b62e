"""The analyst that is a model: a conversation in which it calls the tools of one session, and no others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NoReturn

from ...application.adaptive.analyst import AnalysisTask, AnalystFailed
from ...application.adaptive.session_tools import SessionTools, ToolAnswer
from ...domain.errors import Problem
from .endpoint import ChatClient, Turn, WantedCall

LLM_NAME = "llm"
TOKEN_LIMIT = 50_000
"""Of one analysis, in all of its turns; ten times what one should need."""

_SUBMIT = "submit_analysis"
_ARGUMENTS_LIMIT = 20_000
_TEXT_LIMIT = 4_000
_REMINDER = "Go on with a tool, or end with submit_analysis. Text alone does nothing."


class LlmAnalyst:
    """The `Analyst` port, by a chat endpoint of the OpenAI kind."""

    name = LLM_NAME
    costs_tokens = True

    def __init__(self, client: ChatClient) -> None:
        self._client = client

    async def close(self) -> None:
        """Close the connections to the endpoint."""
        await self._client.close()

    async def analyse(self, task: AnalysisTask) -> None:
        """Let the model look at a job until it submits; its tokens are noted with every turn.

        Raises:
            AnalystUnavailable: the endpoint cannot be used now.
            AnalystFailed: the conversation leads nowhere, or costs too much.
            CronlyticError: as `SessionTools.call`.
        """
        instructions = Path(__file__).with_name("instructions.md").read_text(encoding="utf-8")
        messages: list[dict[str, Any]] = [
            {"role": "system", "content": instructions},
            {"role": "user", "content": task.context},
        ]
        spent, reminded = 0, False
        while True:
            turn = await self._client.ask(messages)
            await task.tools.spend_tokens(turn.tokens)
            spent += turn.tokens
            messages.append(_repeat(turn))
            for call in turn.calls:
                answer = await _make(task.tools, call)
                if call.tool == _SUBMIT and not answer.refused:
                    return
                messages.append(_tell(call, answer))
            if spent >= TOKEN_LIMIT:
                raise AnalystFailed(f"It used {spent:,} tokens; the limit of an analysis is {TOKEN_LIMIT:,}.")
            if not turn.calls:
                if reminded:
                    raise AnalystFailed("The model answers with text, and calls no tool.")
                reminded = True
                messages.append({"role": "user", "content": _REMINDER})


def _repeat(turn: Turn) -> dict[str, Any]:
    """Return a turn as the next request repeats it; arguments that are no JSON would have it refused."""
    message: dict[str, Any] = {"role": "assistant", "content": turn.text[:_TEXT_LIMIT]}
    if turn.calls:
        message["tool_calls"] = [
            {
                "id": call.call_id,
                "type": "function",
                "function": {
                    "name": call.tool,
                    "arguments": "{}" if _parse(call) is None else call.arguments,
                },
            }
            for call in turn.calls
        ]
    return message


def _tell(call: WantedCall, answer: ToolAnswer) -> dict[str, Any]:
    content = json.dumps(dict(answer.result), ensure_ascii=False)
    return {"role": "tool", "tool_call_id": call.call_id, "content": content}


async def _make(tools: SessionTools, call: WantedCall) -> ToolAnswer:
    arguments = _parse(call)
    if arguments is None:
        problem = Problem("arguments", "json", "must be one JSON object.", '{"reason": "it has recovered"}')
        return await tools.refuse(call.tool, call.arguments, problem)
    return await tools.call(call.tool, arguments)


def _parse(call: WantedCall) -> dict[str, Any] | None:
    """Return the arguments of a call, None where they are none."""
    if len(call.arguments) > _ARGUMENTS_LIMIT:
        return None
    try:
        parsed = json.loads(call.arguments or "{}", parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) else None


def _refuse_constant(name: str) -> NoReturn:
    """Refuse NaN and the infinities, which JSON does not have."""
    raise ValueError(name)
