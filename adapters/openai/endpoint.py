"""A chat endpoint of the OpenAI kind: one turn of a conversation, and its faults in words of the planner."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from ...application.adaptive.analyst import AnalystFailed, AnalystUnavailable
from .tool_schemas import TOOL_SCHEMAS

if TYPE_CHECKING:  # half a second of imports
    from openai import APIStatusError, AsyncOpenAI

RETRIES = 1
"""Of one request, after a fault of the connection, 408, 409, 429 or 5xx; the wait follows Retry-After."""

_REST_LIMIT = 86_400.0
_CHARACTERS_A_TOKEN = 4
_NO_KEY = "none"  # the client sends one in any case


@frozen
class Endpoint:
    """Where a model is, and its key; None where it needs none. timeout: seconds for one request."""

    base_url: str
    model: str
    api_key: str | None = field(default=None, repr=False)
    timeout: float = 60.0


@frozen
class WantedCall:
    """A call that a model wants, with its arguments as it wrote them."""

    call_id: str
    tool: str
    arguments: str


@frozen
class Turn:
    """What a model said in one turn. tokens: as counted by the endpoint, else estimated."""

    text: str
    calls: tuple[WantedCall, ...]
    tokens: int


class ChatClient:
    """Asks one endpoint. Redirects are not followed: what is asked goes where the operator said."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._client: AsyncOpenAI | None = None

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.close()

    async def ask(self, messages: Sequence[dict[str, Any]]) -> Turn:
        """Return the model's next turn.

        Raises:
            AnalystUnavailable: the endpoint cannot be used now, or refuses the key.
            AnalystFailed: it refuses this conversation, or answers with what is none.
        """
        client = self._client = self._client or self._open()
        request: dict[str, Any] = {
            "model": self._endpoint.model,
            "messages": list(messages),
            "tools": list(TOOL_SCHEMAS),
        }
        with _explaining(self._endpoint):
            completion = await client.chat.completions.create(**request)
        return _read_turn(completion, messages)

    async def check(self) -> None:
        """Return if the endpoint answers, and takes the key; whether it has the model is not asked.

        Raises:
            AnalystFailed: it does not.
        """
        from openai import NotFoundError

        client = self._client = self._client or self._open()
        with _explaining(self._endpoint), suppress(NotFoundError):  # not every endpoint lists its models
            await client.models.list()

    def _open(self) -> AsyncOpenAI:
        from openai import AsyncOpenAI, DefaultAsyncHttpxClient

        endpoint = self._endpoint
        return AsyncOpenAI(
            base_url=endpoint.base_url,
            api_key=endpoint.api_key or _NO_KEY,
            organization="",  # or the client would take these from the environment
            project="",
            timeout=endpoint.timeout,
            max_retries=RETRIES,
            http_client=DefaultAsyncHttpxClient(follow_redirects=False),
        )


@contextmanager
def _explaining(endpoint: Endpoint) -> Iterator[None]:
    """Raise what goes wrong with a request in words that a session may keep."""
    import openai

    try:
        yield
    except openai.APIStatusError as error:
        raise _explain_status(error) from None
    except openai.APITimeoutError:
        message = f"The model's endpoint did not answer within {endpoint.timeout:g} s."
        raise AnalystUnavailable(message) from None
    except openai.APIConnectionError:
        raise AnalystUnavailable("The model's endpoint could not be reached.") from None
    except (openai.OpenAIError, ValueError):  # ValueError: JSON that is none, or is cut
        raise AnalystFailed("The model's endpoint answered with what is no completion.") from None


def _read_turn(completion: Any, messages: Sequence[dict[str, Any]]) -> Turn:
    """Return what an endpoint answered; clients of this kind check nothing of it."""
    try:
        message = completion.choices[0].message
        text = message.content if isinstance(message.content, str) else ""
        calls = tuple(_read_call(call) for call in message.tool_calls or ())
    except (AttributeError, IndexError, TypeError):
        raise AnalystFailed("The model's endpoint answered with what is no completion.") from None
    counted = getattr(completion.usage, "total_tokens", None)
    if not isinstance(counted, int) or counted <= 0:
        counted = (len(str(messages)) + len(str(message))) // _CHARACTERS_A_TOKEN
    return Turn(text, calls, counted)


def _read_call(call: Any) -> WantedCall:
    function = call.function
    name = function.name if isinstance(function.name, str) else ""
    arguments = function.arguments if isinstance(function.arguments, str) else ""
    return WantedCall(str(call.id), name, arguments)


def _explain_status(error: APIStatusError) -> AnalystFailed:
    """Return what a refusal means; its text is the endpoint's, and may repeat what was sent."""
    status = error.status_code
    if status in {401, 403}:
        return AnalystUnavailable(f"The model's endpoint refused the key or its rights ({status}).")
    if status == 404:
        return AnalystUnavailable("The model's endpoint knows no such model or address (404).")
    if status == 429:
        wait = _read_wait(error.response.headers)
        return AnalystUnavailable("The model's endpoint asks to be left alone for a while (429).", wait)
    if status >= 500 or status in {408, 409}:
        return AnalystUnavailable(f"The model's endpoint failed ({status}).")
    return AnalystFailed(f"The model's endpoint refused the conversation ({status}).")


def _read_wait(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of a Retry-After, at most a day; None where it says nothing that can be read."""
    text = headers.get("retry-after", "")
    try:
        seconds = float(text)
    except ValueError:
        try:  # a time, by the clock that the answer was sent by
            until, sent = (parsedate_to_datetime(each) for each in (text, headers.get("date", "")))
        except ValueError:
            return None
        seconds = (until - sent).total_seconds()
    return min(max(seconds, 0.0), _REST_LIMIT) if math.isfinite(seconds) else None
