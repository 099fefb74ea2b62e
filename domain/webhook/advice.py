"""What to do about the outcome of a webhook's test, in sentences that hold no text of the target."""

from __future__ import annotations

from collections.abc import Iterator

from ..job_rules import METHODS
from .webhook import FailureKind, WebhookFailed, WebhookResponse

SLOW_SECONDS = 5.0
"""From here on an answer is slow for a scheduled request: many schedulers give up after 10 to 30 s."""

EXPIRES_SOON_DAYS = 14
"""Certificates are usually renewed 30 days before their end, so by now a renewal has failed."""

_ANSWER_SOONER = (
    "The backend that runs the job has a timeout of its own, and Cronlytic does not document its: let the "
    "target answer within a few seconds and do long work afterwards."
)
_BY_STATUS = {
    400: "The target rejects the request as it is: compare body and headers with what it expects.",
    401: "The target wants credentials: give them in a header, usually Authorization.",
    403: "The target forbids it: check the credentials in the headers and what they are allowed to do.",
    404: "The target has nothing at this path: check the path of the url.",
    406: "The target has no answer of the wanted type: check the Accept header.",
    408: "The target waited for the request in vain: test again.",
    410: "What was at this path is gone for good: ask the target's owner for the new url.",
    413: "The body is too large for the target: send less.",
    415: "The target does not take this type of body: set Content-Type, for JSON application/json.",
    422: "The target understands the request but not its content: compare the body with what it expects.",
    429: "The target limits the rate of requests: wait before the next test, schedule less often.",
}
_BY_FAILURE = {
    FailureKind.DNS: "Check the spelling of the host; a new name can take hours to be known.",
    FailureKind.CONNECTION: "Check host and port, and that the target is running and open to the internet.",
    FailureKind.TLS: "Have the certificate renewed or repaired: no backend that checks it can call this url.",
    FailureKind.TIMEOUT: _ANSWER_SOONER,
    FailureKind.DISCONNECTED: "Look into the target's logs: it took the connection, then gave up.",
    FailureKind.PROTOCOL: "Check port and scheme: what listens there may not be a web server.",
}


def advise_on_failure(failure: WebhookFailed) -> tuple[str, ...]:
    """Return what to do when no complete answer came."""
    return (_BY_FAILURE[failure.kind],)


def advise_on_response(
    response: WebhookResponse, method: str, *, certificate_days: int | None, redirect_is_callable: bool | None
) -> tuple[str, ...]:
    """Return what to do about an answer; nothing where all is well.

    `redirect_is_callable` says whether the target of a redirect keeps the URL rule; None without one.
    """
    advice = [*_on_status(response, method)]
    if redirect_is_callable is not None:
        advice.append(_on_redirect(callable_=redirect_is_callable))
    if response.elapsed_seconds >= SLOW_SECONDS:
        advice.append(f"The answer took {response.elapsed_seconds:.1f} s. {_ANSWER_SOONER}")
    if certificate_days is not None and certificate_days <= EXPIRES_SOON_DAYS:
        days = "day" if certificate_days == 1 else "days"
        advice.append(f"The certificate expires in {certificate_days} {days}: have it renewed.")
    return tuple(advice)


def _on_status(response: WebhookResponse, method: str) -> Iterator[str]:
    status = response.status
    if status == 405:
        yield _on_method(response.headers.get("allow", ""), method)
    elif status in _BY_STATUS:
        yield _BY_STATUS[status]
    elif 400 <= status < 500:
        yield "The target refuses the request: compare url, method, headers and body with what it expects."
    elif status >= 500:
        yield "The fault is the target's own: look into its logs, then test again."


def _on_method(allow: str, method: str) -> str:
    named = {word.strip().upper() for word in allow.split(",")}
    # Only words of ours pass: the header is the target's text.
    allowed = [known for known in METHODS if known in named and known != method]
    if allowed:
        return f"The target does not take {method} here, but {', '.join(allowed)}: change the method."
    return f"The target does not take {method} here: change the method, for a webhook usually to POST."


def _on_redirect(*, callable_: bool) -> str:
    if callable_:
        return (
            "Redirects are not followed here, and Cronlytic does not document whether it follows them: if "
            "the place in redirect_to is the right one, use it as url."
        )
    return "The place it redirects to may not be called: ask the target's owner for the final url."
