"""Send a message to the webhook of a chat, as often as it takes within reason."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping

from attrs import field, frozen

from ..domain.errors import InvalidArguments
from ..domain.url.url import parse_url
from ..domain.webhook.webhook import WebhookFailed, WebhookRequest
from .webhook_ports import WebhookSender

ATTEMPTS = 4
_DELAYS = (2.0, 8.0, 20.0)
_TIMEOUT = 10.0
LONGEST = sum(_DELAYS) + ATTEMPTS * _TIMEOUT
"""Seconds that it takes at most."""

_TRANSIENT = frozenset({408, 425, 429})
# It refuses a message with a field that it does not know.
_TEXT_ONLY_HOSTS = frozenset({"chat.googleapis.com"})


@frozen
class Delivery:
    """What became of a message. problem: what is wrong and what to do about it; None where it arrived."""

    delivered: bool
    attempts: int
    problem: str | None = None
    transient: bool = field(default=False)


async def send_notification(
    sender: WebhookSender, url: str, message: Mapping[str, object], key: str, *, attempts: int = ATTEMPTS
) -> Delivery:
    """Send a message and return what became of it; every failure is a result.

    key: tells the target which message it is, the same in every attempt.
    """
    for attempt in range(1, attempts + 1):
        delivery = await _attempt(sender, url, message, key, attempt)
        if delivery.delivered or not delivery.transient or attempt == attempts:
            return delivery
        await asyncio.sleep(_DELAYS[attempt - 1])
    raise ValueError("a message is sent at least once")


async def _attempt(
    sender: WebhookSender, url: str, message: Mapping[str, object], key: str, attempt: int
) -> Delivery:
    headers = {"Content-Type": "application/json", "Idempotency-Key": key}
    try:
        host = parse_url(url, sender.allowed).host.name
        fields = {"text": message["text"]} if host in _TEXT_ONLY_HOSTS else message
        body = json.dumps(fields, ensure_ascii=False)
        response = await sender.send(WebhookRequest(url, "POST", headers, body, _TIMEOUT))
    except InvalidArguments as refused:
        reasons = " ".join(problem.message for problem in refused.problems)
        return Delivery(delivered=False, attempts=attempt, problem=f"The URL may not be called: {reasons}")
    except WebhookFailed as failure:
        problem = f"There was no complete answer ({failure.kind}): {failure.reason}."
        return Delivery(delivered=False, attempts=attempt, problem=problem, transient=True)
    if 200 <= response.status < 300:
        return Delivery(delivered=True, attempts=attempt)
    transient = response.status >= 500 or response.status in _TRANSIENT
    problem = f"The target answered {response.status}."
    return Delivery(delivered=False, attempts=attempt, problem=problem, transient=transient)
