"""One request to a webhook, what came back, and in which ways none came back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from urllib.parse import urljoin

from attrs import field, frozen

from ..errors import InvalidArguments, Problem
from ..job_rules import find_job_problems
from ..url.url import AllowedHosts, WebUrl, parse_url

TIMEOUT_LIMIT = 900.0
"""Seconds: a target that works for longer answers at once and works afterwards."""

BODY_LIMIT = 100_000
"""Bytes of a response's body that are read; the rest stays with the sender of it."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


def _frozen_mapping(value: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType(dict(value))


@frozen
class WebhookRequest:
    """A request as a job describes it; it may hold secrets, so nothing of it is in the repr.

    timeout: seconds for everything, from the look-up of the name to the last byte of the body.
    sign_as: the id under which it is to be signed, None for not at all. signature: the headers that do so,
    which only this program sets; a request that is to be signed is not sent without.
    """

    url: str = field(repr=False)
    method: str = "GET"
    headers: Mapping[str, str] = field(factory=dict, converter=_frozen_mapping, hash=False, repr=False)
    body: str = field(default="", repr=False)
    timeout: float = 10.0
    sign_as: str | None = None
    signature: Mapping[str, str] = field(factory=dict, converter=_frozen_mapping, hash=False, repr=False)

    @property
    def content(self) -> bytes:
        """The body as it is sent."""
        return self.body.encode()


@frozen
class WebhookResponse:
    """What a target answered. All text in it is untrusted.

    headers: by lower-case name; several of one name are joined by a comma.
    body: decoded, at most `BODY_LIMIT` bytes of it; see `whole`.
    size: bytes of the body as sent; None where it was cut and the target did not say.
    headers_seconds, elapsed_seconds: from the start to the last header, and to the end.
    certificate_expires_at: for https, aware UTC.
    """

    status: int
    headers: Mapping[str, str] = field(converter=_frozen_mapping, hash=False, repr=False)
    body: str = field(repr=False)
    size: int | None
    whole: bool
    headers_seconds: float
    elapsed_seconds: float
    certificate_expires_at: datetime | None = None

    @property
    def content_type(self) -> str | None:
        """The body's type as the target states it."""
        return self.headers.get("content-type")

    def redirect_target(self, url: str) -> str | None:
        """Return where the target sends a request for `url`, None where it sends it nowhere else."""
        location = self.headers.get("location")
        if self.status not in _REDIRECTS or not location:
            return None
        try:
            return urljoin(url, location)
        except ValueError:
            return location


class FailureKind(StrEnum):
    """At which step a request came to nothing."""

    DNS = "dns"
    CONNECTION = "connection"
    TLS = "tls"
    TIMEOUT = "timeout"
    DISCONNECTED = "disconnected"
    PROTOCOL = "protocol"


class WebhookFailed(Exception):
    """A target gave no complete answer. The reason is our sentence, with no text of the target in it.

    status: what it answered before it failed, if it came to that.
    """

    def __init__(self, kind: FailureKind, reason: str, status: int | None = None) -> None:
        self.kind, self.reason, self.status = kind, reason, status
        super().__init__(f"{kind}: {reason}")


def find_webhook_problems(
    request: WebhookRequest, allowed: AllowedHosts, *, timeout_limit: float = TIMEOUT_LIMIT
) -> tuple[Problem, ...]:
    """Return every rule that a request breaks: those of a job, and the limit on the timeout in seconds."""
    fields = {
        "url": request.url,
        "method": request.method,
        "headers": request.headers,
        "body": request.body,
    }
    problems = find_job_problems(fields, allowed)
    # Written so that NaN is refused too.
    if not 0 < request.timeout <= timeout_limit:
        message = f"must be more than 0 and at most {timeout_limit:g} seconds."
        problems = (*problems, Problem("timeout", "range", message, "10"))
    if request.sign_as is not None and not request.signature:
        message = "is to be true only where there are keys to sign with; here are none."
        problems = (*problems, Problem("options.sign", "unsigned", message, "false"))
    return problems


def check_webhook(request: WebhookRequest, allowed: AllowedHosts) -> WebUrl:
    """Return the URL of a request that may be sent, in parts.

    Raises:
        InvalidArguments: the request breaks rules; every one is named.
    """
    if problems := find_webhook_problems(request, allowed):
        raise InvalidArguments(problems)
    return parse_url(request.url, allowed)
