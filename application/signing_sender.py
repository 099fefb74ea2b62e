"""A sender that signs what is to be signed, and passes everything on."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from attrs import evolve

from ..domain.engine.errors import StoreUnavailable
from ..domain.errors import InvalidArguments, Problem
from ..domain.url.url import AllowedHosts
from ..domain.webhook.signature import SigningKey, sign
from ..domain.webhook.webhook import WebhookRequest, WebhookResponse
from .ports import Clock
from .signing_ports import SigningKeys
from .webhook_ports import WebhookSender

KEYS_KEPT_SECONDS = 5.0
"""For how long keys are used that were read, so how soon every process signs with a new one."""

_NO_KEY = Problem(
    "options.sign",
    "no_key",
    "it is to be signed, and there is no key to sign with: run cronlytic-mcp keys add, or set options.sign "
    "to false.",
    "false",
)


class SigningSender:
    """The `WebhookSender` port over another one; each time a request is sent it is signed anew."""

    def __init__(self, sender: WebhookSender, keys: SigningKeys, clock: Clock) -> None:
        self._sender, self._store, self._clock = sender, keys, clock
        self._keys: Sequence[SigningKey] = ()
        self._read_at: float | None = None
        self._reading = asyncio.Lock()

    @property
    def allowed(self) -> AllowedHosts:
        """What the operator lets requests reach besides the public internet."""
        return self._sender.allowed

    async def send(self, request: WebhookRequest) -> WebhookResponse:
        """Send the request, signed if it is to be; see the port for what it raises.

        Raises:
            StoreUnavailable: the keys could not be read yet. No byte was sent.
        """
        if request.sign_as is None:
            return await self._sender.send(request)
        keys = await self._find_keys()
        if not keys:
            raise InvalidArguments([_NO_KEY])
        signature = sign(keys, request.sign_as, self._clock.now(), request.content)
        return await self._sender.send(evolve(request, signature=signature))

    async def _find_keys(self) -> Sequence[SigningKey]:
        async with self._reading:
            now = self._clock.monotonic()
            if self._read_at is None or not self._keys or now - self._read_at >= KEYS_KEPT_SECONDS:
                try:
                    self._keys = await self._store.list_keys()
                except StoreUnavailable:
                    # Runs go on while the store is away; so do the keys that were good a moment ago.
                    if not self._keys:
                        raise
                self._read_at = now
            return self._keys
