"""The webhook sender in memory: targets that answer as they are told, and no network."""

from __future__ import annotations

from attrs import evolve

from ...domain.errors import InvalidArguments
from ...domain.url.url import AllowedHosts, may_connect, not_public
from ...domain.webhook.webhook import (
    BODY_LIMIT,
    FailureKind,
    WebhookFailed,
    WebhookRequest,
    WebhookResponse,
    check_webhook,
)

_PUBLIC_ADDRESS = "93.184.215.14"

OK = WebhookResponse(
    status=200,
    headers={"content-type": "text/plain"},
    body="ok",
    size=2,
    whole=True,
    headers_seconds=0.02,
    elapsed_seconds=0.03,
)
"""What a target answers that was told nothing else."""


class MemoryWebhookSender:
    """Answers requests out of what `answer` and `resolve` have set; `sent` holds what went out."""

    def __init__(self, allowed: AllowedHosts) -> None:
        self._allowed = allowed
        self._outcomes: dict[str, WebhookResponse | WebhookFailed] = {}
        self._addresses: dict[str, str | None] = {}
        self.sent: list[WebhookRequest] = []

    @property
    def allowed(self) -> AllowedHosts:
        """What the operator lets requests reach besides the public internet."""
        return self._allowed

    def answer(self, url: str, outcome: WebhookResponse | WebhookFailed) -> None:
        """Let requests for `url` end in `outcome` from now on."""
        self._outcomes[url] = outcome

    def resolve(self, name: str, address: str | None) -> None:
        """Let a name lead to an address, or to none; all others lead to a public one."""
        self._addresses[name] = address

    async def send(self, request: WebhookRequest) -> WebhookResponse:
        """Return or raise the outcome that was set for the URL; see the port for what it raises."""
        url = check_webhook(request, self._allowed)
        address = self._addresses.get(url.host.name, _PUBLIC_ADDRESS)
        if address is None:
            raise WebhookFailed(FailureKind.DNS, "the host's name has no address")
        if not may_connect(url, address, url.port, self._allowed):
            raise InvalidArguments([not_public(url.host)])
        self.sent.append(request)
        outcome = self._outcomes.get(request.url, OK)
        if isinstance(outcome, WebhookFailed):
            raise outcome
        return _cut(outcome)


def _cut(response: WebhookResponse) -> WebhookResponse:
    data = response.body.encode()
    if len(data) <= BODY_LIMIT:
        return response
    return evolve(response, body=data[:BODY_LIMIT].decode("utf-8", "replace"), whole=False)
