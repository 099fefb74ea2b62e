"""The `WebhookSender` port over aiohttp."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping

import aiohttp
from aiohttp.abc import AbstractResolver

from ...application.ports import Clock
from ...domain.errors import InvalidArguments
from ...domain.url.url import AllowedHosts, WebUrl, not_public
from ...domain.webhook.webhook import (
    BODY_LIMIT,
    FailureKind,
    WebhookFailed,
    WebhookRequest,
    WebhookResponse,
    check_webhook,
)
from .content import read_content
from .failure import explain
from .guard import GuardedConnector

# What aiohttp would add on its own: packings that nobody needs, a type that the job's owner did not
# write, and its own name and version.
_NOT_ADDED = ("Accept-Encoding", "Content-Type", "User-Agent")
_USER_AGENT = "cronlytic-mcp"


class AiohttpWebhookSender:
    """Sends each request over a connection and a session of its own, so that no two share anything.

    resolver: looks names up; the machine's own by default. ssl_context: what certificates are checked
    against; the machine's own authorities by default.
    """

    def __init__(
        self,
        clock: Clock,
        allowed: AllowedHosts,
        *,
        resolver: AbstractResolver | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._clock, self._allowed = clock, allowed
        self._resolver, self._ssl_context = resolver, ssl_context

    @property
    def allowed(self) -> AllowedHosts:
        """What the operator lets requests reach besides the public internet."""
        return self._allowed

    async def send(self, request: WebhookRequest) -> WebhookResponse:
        """Send the request once and return the answer; see the port for what it raises."""
        url = check_webhook(request, self._allowed)
        connector = GuardedConnector(url, self._allowed, self._resolver, self._ssl_context)
        response: aiohttp.ClientResponse | None = None
        started = self._clock.monotonic()
        async with _open_session(connector) as session:
            try:
                async with asyncio.timeout(request.timeout):
                    response = await _start(session, request, url)
                    headers_at = self._clock.monotonic()
                    content = await read_content(response, BODY_LIMIT)
            except TimeoutError:
                raise _timed_out(request, response) from None
            except aiohttp.ClientError as error:
                if connector.refused and isinstance(error, aiohttp.ClientConnectorError):
                    raise InvalidArguments([not_public(url.host)]) from None
                raise explain(error, response.status if response else None) from error
            finally:
                if response is not None:
                    response.close()
        return WebhookResponse(
            status=response.status,
            headers=_join_headers(response),
            body=content.text,
            size=content.size,
            whole=content.whole,
            headers_seconds=headers_at - started,
            elapsed_seconds=self._clock.monotonic() - started,
            certificate_expires_at=connector.certificate_expires_at,
        )


def _open_session(connector: GuardedConnector) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        # A proxy of the environment would connect in our place, behind the guard's back.
        trust_env=False,
        # Unpacking is done with a limit of our own.
        auto_decompress=False,
        # The one deadline is around everything.
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
        middlewares=(_send_once,),
        skip_auto_headers=_NOT_ADDED,
    )


async def _send_once(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Keep aiohttp from sending a request again when a server closes the connection on it."""
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise explain(error) from error


async def _start(
    session: aiohttp.ClientSession, request: WebhookRequest, url: WebUrl
) -> aiohttp.ClientResponse:
    headers = {**request.headers, **request.signature}
    if not any(name.lower() == "user-agent" for name in headers):
        headers["User-Agent"] = _USER_AGENT
    return await session.request(
        request.method.upper(), url.text, headers=headers, data=request.content or None, allow_redirects=False
    )


def _timed_out(request: WebhookRequest, response: aiohttp.ClientResponse | None) -> WebhookFailed:
    limit = f"within {request.timeout:g} s"
    if response is None:
        return WebhookFailed(FailureKind.TIMEOUT, f"there was no answer {limit}")
    reason = f"the answer began, but did not end {limit}"
    return WebhookFailed(FailureKind.TIMEOUT, reason, response.status)


def _join_headers(response: aiohttp.ClientResponse) -> Mapping[str, str]:
    headers = response.headers
    return {name.lower(): _as_text(", ".join(headers.getall(name))) for name in headers}


def _as_text(value: str) -> str:
    """Return a header's value without the stray halves of surrogates that stand for undecoded bytes."""
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
