"""The URL rule at the socket, the one place that sees every address a request really goes to.

A check before the request would miss names that change their answer in between, and a resolver is
never asked about address literals.
"""

from __future__ import annotations

import errno
import socket
import ssl
from datetime import UTC, datetime

from aiohttp import ClientRequest, ClientTimeout, TCPConnector
from aiohttp.abc import AbstractResolver
from aiohttp.connector import AddrInfoType, Connection
from aiohttp.tracing import Trace

from ...domain.url.url import AllowedHosts, WebUrl, may_connect


class AddressRefused(OSError):
    """The URL rule forbids a connection; no socket was opened for it."""

    def __init__(self) -> None:
        # Without a number aiohttp fails on the exception itself.
        super().__init__(errno.EACCES, "the address is not allowed")


class GuardedConnector(TCPConnector):
    """Opens connections for one URL, to addresses that the rule allows it and to no others.

    refused: whether an address was refused. certificate_expires_at: of the last https connection.
    """

    def __init__(
        self,
        url: WebUrl,
        allowed: AllowedHosts,
        resolver: AbstractResolver | None,
        ssl_context: ssl.SSLContext | None,
    ) -> None:
        self.refused = False
        self.certificate_expires_at: datetime | None = None
        self._url, self._allowed_hosts = url, allowed
        super().__init__(
            resolver=resolver,
            ssl=ssl_context or True,
            use_dns_cache=False,
            # A connection that was used before may be dead, and a request on it lost or sent again.
            force_close=True,
            socket_factory=self._open_socket,
        )

    def _open_socket(self, info: AddrInfoType) -> socket.socket:
        family, kind, protocol, _, address = info
        if not may_connect(self._url, str(address[0]), int(address[1]), self._allowed_hosts):
            self.refused = True
            raise AddressRefused
        return socket.socket(family, kind, protocol)

    async def connect(
        self,
        req: ClientRequest,
        traces: list[Trace],
        timeout: ClientTimeout,  # noqa: ASYNC109 - aiohttp's own signature
    ) -> Connection:
        """Connect as aiohttp does, and note the certificate, which is out of reach once it is released."""
        connection = await super().connect(req, traces, timeout)
        transport = connection.transport
        self.certificate_expires_at = _expiry(transport and transport.get_extra_info("peercert"))
        return connection


def _expiry(certificate: object) -> datetime | None:
    if not isinstance(certificate, dict) or "notAfter" not in certificate:
        return None
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), UTC)
