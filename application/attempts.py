"""One attempt of a run: the request that is sent, and how the answer is judged."""

from __future__ import annotations

import re

from attrs import frozen

from ..domain.engine.errors import StoreUnavailable
from ..domain.engine.run import Outcome
from ..domain.errors import InvalidArguments
from ..domain.job import JobSpec
from ..domain.webhook.webhook import WebhookFailed, WebhookRequest, WebhookResponse
from .webhook_ports import WebhookSender

IDEMPOTENCY_KEY = "Idempotency-Key"
"""The header that carries the run's id, the same in every attempt."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@frozen
class Attempt:
    """What an attempt came to, and whether another one might end otherwise."""

    outcome: Outcome
    final: bool


async def make_attempt(sender: WebhookSender, spec: JobSpec, run_id: str, number: int) -> Attempt:
    """Send a job's request for the `number`-th time (from 1 on) and judge the answer."""
    try:
        response = await sender.send(_build_request(spec, run_id))
    except InvalidArguments as refused:
        reasons = " ".join(problem.message for problem in refused.problems)
        error = f"The request was not sent: {reasons}"
        return Attempt(Outcome(success=False, attempts=number, error=error), final=True)
    except StoreUnavailable as unread:
        error = f"The request was not sent, because the keys to sign it with could not be read: {unread}"
        return Attempt(Outcome(success=False, attempts=number, error=error), final=False)
    except WebhookFailed as failure:
        error = f"No complete answer ({failure.kind}): {failure.reason}."
        outcome = Outcome(success=False, attempts=number, status=failure.status, error=error)
        return Attempt(outcome, final=False)
    fault = spec.policy.success.find_fault(response)
    return Attempt(_record(response, number, fault), final=fault is None)


def _build_request(spec: JobSpec, run_id: str) -> WebhookRequest:
    own = {name: value for name, value in spec.headers.items() if name.lower() != IDEMPOTENCY_KEY.lower()}
    headers = own | {IDEMPOTENCY_KEY: run_id}
    return WebhookRequest(
        spec.url,
        spec.method,
        headers,
        spec.body,
        spec.policy.timeout_seconds,
        sign_as=run_id if spec.policy.sign else None,
    )


def _record(response: WebhookResponse, number: int, fault: str | None) -> Outcome:
    return Outcome(
        success=fault is None,
        attempts=number,
        status=response.status,
        elapsed_seconds=response.elapsed_seconds,
        error=fault or "",
        # A store that could not write one character would lose the whole run, and those written with it.
        body=_UNSTORABLE.sub("\ufffd", response.body),
        body_size=response.size,
        body_whole=response.whole,
    )
