"""Send one request to a webhook and tell what came back and what to do about it."""

# ruff: noqa: PT028 - the use-case is named like the tool, pytest never collects this folder
from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from attrs import frozen

from ..domain.errors import InvalidArguments
from ..domain.job import JobSpec
from ..domain.schedule import OneShot
from ..domain.secrets.masking import mask_url, scrub, secrets_of
from ..domain.secrets.unmasking import find_mask_problems
from ..domain.untrusted import clean_text
from ..domain.url.url import find_url_problems
from ..domain.webhook.advice import advise_on_failure, advise_on_response
from ..domain.webhook.webhook import (
    BODY_LIMIT,
    FailureKind,
    WebhookFailed,
    WebhookRequest,
    WebhookResponse,
    find_webhook_problems,
)
from .ports import Clock
from .webhook_limiter import WebhookLimiter
from .webhook_ports import WebhookSender

TEST_TIMEOUT_LIMIT = 30.0
"""Seconds: a client that waits for a tool's answer gives up at about 60."""

SHOWN_BODY_LIMIT = 1000
_SHOWN_TYPE_LIMIT = 100
_SHOWN_URL_LIMIT = 2048


@frozen
class WebhookReport:
    """What a test found. Text of the target is cleaned and capped, and none of it is ours to trust.

    ok: a complete answer with a status of 200-299. status: None where no answer began.
    elapsed_ms, headers_ms: milliseconds in all, and until the headers were there.
    size: bytes of the body as sent; None where it was not read to its end and is not stated.
    certificate_days: whole days until the certificate's end, for https.
    failure, problem: the step at which it failed, and a sentence about it.
    """

    ok: bool
    status: int | None
    elapsed_ms: float
    headers_ms: float | None = None
    content_type: str | None = None
    size: int | None = None
    untrusted_body: str = ""
    certificate_days: int | None = None
    redirect_to: str | None = None
    failure: FailureKind | None = None
    problem: str | None = None
    advice: tuple[str, ...] = ()


async def test_webhook(
    sender: WebhookSender,
    clock: Clock,
    limiter: WebhookLimiter,
    *,
    url: str,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: str = "",
    timeout: float = 10.0,  # noqa: ASYNC109 - the request's own, which the sender keeps
) -> WebhookReport:
    """Send one request, once, and report on it; a target that fails is a result and no error.

    Raises:
        InvalidArguments: with every rule that is broken, or because the host leads to an address that
            may not be called. Nothing was sent.
        RateLimited: too many tests at once or within a minute. Nothing was sent.
    """
    request = WebhookRequest(url, method.upper(), headers or {}, body, timeout)
    given = {"url": url, "headers": request.headers, "body": body}
    problems = find_webhook_problems(request, sender.allowed, timeout_limit=TEST_TIMEOUT_LIMIT)
    if problems := (*problems, *find_mask_problems(given)):
        raise InvalidArguments(problems)
    with limiter.admit():
        started = clock.monotonic()
        try:
            response = await sender.send(request)
        except WebhookFailed as failure:
            return _report_failure(failure, clock.monotonic() - started)
    return _report_response(request, response, sender, clock)


def _report_failure(failure: WebhookFailed, elapsed_seconds: float) -> WebhookReport:
    return WebhookReport(
        ok=False,
        status=failure.status,
        elapsed_ms=_milliseconds(elapsed_seconds),
        failure=failure.kind,
        problem=failure.reason,
        advice=advise_on_failure(failure),
    )


def _report_response(
    request: WebhookRequest, response: WebhookResponse, sender: WebhookSender, clock: Clock
) -> WebhookReport:
    target = response.redirect_target(request.url)
    days = None
    if response.certificate_expires_at is not None:
        days = (response.certificate_expires_at - clock.now()) // timedelta(days=1)
    # The same request as a job that runs once, now: what is secret in a job is secret here.
    job = JobSpec("test", request.url, OneShot(clock.now()), request.method, request.headers, request.body)
    secrets = [value for _, value in secrets_of(job)]

    def show(text: str, limit: int) -> str:
        # Cleaned before the search, so that no hidden character splits a secret, and cut after it.
        return clean_text(scrub(clean_text(text, BODY_LIMIT), secrets), limit)

    return WebhookReport(
        ok=200 <= response.status < 300,
        status=response.status,
        elapsed_ms=_milliseconds(response.elapsed_seconds),
        headers_ms=_milliseconds(response.headers_seconds),
        content_type=show(response.content_type, _SHOWN_TYPE_LIMIT) if response.content_type else None,
        size=response.size,
        untrusted_body=show(response.body, SHOWN_BODY_LIMIT),
        certificate_days=days,
        redirect_to=show(mask_url(target), _SHOWN_URL_LIMIT) if target else None,
        advice=advise_on_response(
            response,
            request.method,
            certificate_days=days,
            redirect_is_callable=None if target is None else not find_url_problems(target, sender.allowed),
        ),
    )


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 1)
