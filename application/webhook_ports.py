"""The port through which a URL is called, for tests of a webhook and for everything that runs jobs."""

from __future__ import annotations

from typing import Protocol

from ..domain.url.url import AllowedHosts
from ..domain.webhook.webhook import WebhookRequest, WebhookResponse


class WebhookSender(Protocol):
    """Sends one request to one URL, and to nothing that the URL rule refuses."""

    @property
    def allowed(self) -> AllowedHosts:
        """What the operator lets requests reach besides the public internet."""

    async def send(self, request: WebhookRequest) -> WebhookResponse:
        """Send the request once and return the answer, whatever its status.

        No redirect is followed, nothing is sent a second time, and no cookie, credential or proxy
        setting of this machine goes along.

        Raises:
            InvalidArguments: the request breaks a rule, or its host leads to an address that is not
                public and that the operator did not allow. No byte was sent.
            WebhookFailed: there was no complete answer; the kind says at which step.
        """
