"""The HTTP session: one pool of kept-alive connections, and what its failures mean."""

from __future__ import annotations

from collections.abc import Mapping

import aiohttp

from ... import __version__
from ...domain.errors import CronlyticError, ServiceUnavailable, UnexpectedResponse
from ...domain.outcome import with_outcome_unknown
from .call import Answer, Call

MEBIBYTE = 2**20
LARGEST_ANSWER = 16 * MEBIBYTE
LARGEST_REFUSAL = MEBIBYTE // 16
CONNECTIONS = 100


class _Sendings:
    """Counts how often aiohttp sends one request: GET, PUT and DELETE again when their connection breaks."""

    def __init__(self) -> None:
        self.count = 0

    async def __call__(
        self, request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        self.count += 1
        return await handler(request)


class HttpSession:
    """Sends calls to the API below `base_url`; to be made within the event loop that uses it.

    timeout: seconds for a whole call; half of it may go by until there is a connection, so that
        running out of time then is told apart from running out of it with a request under way.
    """

    def __init__(self, base_url: str, credentials: Mapping[str, str], timeout: float) -> None:
        self._base_url = base_url
        self._credentials = credentials
        self._timeout = timeout
        self._http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=CONNECTIONS),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": f"cronlytic-mcp/{__version__}"},
            timeout=aiohttp.ClientTimeout(total=timeout, connect=timeout / 2),
            trust_env=False,
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()

    async def send(self, call: Call, content: bytes | None = None) -> Answer:
        """Return what the API answers, whatever its status.

        Raises:
            ServiceUnavailable: no whole answer came; `outcome_unknown` unless nothing can have been
                sent or the call changes nothing.
            UnexpectedResponse: what came is not HTTP, or larger than any answer of the API.
        """
        sendings = _Sendings()
        try:
            async with self._http.request(
                call.method,
                self._base_url + call.path,
                data=content,
                headers=self._choose_headers(call, content),
                # A redirect to another origin would carry the key and the body along.
                allow_redirects=False,
                middlewares=(sendings,),
            ) as response:
                return await self._receive(call, response, resent=sendings.count > 1)
        except (aiohttp.ClientError, OSError) as error:
            failure = self._describe(call, error)
            if call.changes and sendings.count > 1:
                failure = with_outcome_unknown(failure)
            # Not chained: what aiohttp raises holds the request, and so the key.
            raise failure from None

    def _choose_headers(self, call: Call, content: bytes | None) -> dict[str, str]:
        headers = dict(self._credentials) if call.with_credentials else {}
        if content is not None:
            headers["Content-Type"] = "application/json"
        return headers

    async def _receive(self, call: Call, response: aiohttp.ClientResponse, *, resent: bool) -> Answer:
        retry_after, date = response.headers.get("Retry-After"), response.headers.get("Date")
        if 200 <= response.status < 300:
            body = await _read_up_to(LARGEST_ANSWER, response)
            if body is None:
                size = LARGEST_ANSWER // MEBIBYTE
                raise UnexpectedResponse(
                    call.operation,
                    f"the body is larger than {size} MiB",
                    status=response.status,
                    outcome_unknown=call.changes,
                )
            return Answer(response.status, body, retry_after, date, resent)
        try:
            body = await _read_up_to(LARGEST_REFUSAL, response)
        except (aiohttp.ClientError, OSError):
            body = None  # the status alone says what matters
        return Answer(response.status, body or b"", retry_after, date, resent)

    def _describe(self, call: Call, error: Exception) -> CronlyticError:
        match error:
            case aiohttp.ClientConnectorError() | aiohttp.ConnectionTimeoutError():
                return ServiceUnavailable(_describe_no_connection(error))
            case aiohttp.InvalidURL():
                reason = "its base URL, CRONLYTIC_BASE_URL, is not a usable URL"
                return ServiceUnavailable(reason, retryable=False)
            case aiohttp.ClientResponseError():
                difference = "what came is not HTTP"
                return UnexpectedResponse(call.operation, difference, outcome_unknown=call.changes)
            case TimeoutError():
                reason = f"it did not answer within {self._timeout:g} s"
            case aiohttp.ClientPayloadError():
                reason = "the connection broke within its answer"
            case _:
                reason = "the connection broke before it answered"
        return ServiceUnavailable(reason, outcome_unknown=call.changes)


def _describe_no_connection(error: Exception) -> str:
    match error:
        case aiohttp.ConnectionTimeoutError():
            return "it did not take a connection in time"
        case aiohttp.ClientConnectorDNSError():
            return "its host name could not be resolved"
        case aiohttp.ClientSSLError():
            return "no secure connection could be made with it"
        case _:
            return "it did not take a connection"


async def _read_up_to(limit: int, response: aiohttp.ClientResponse) -> bytes | None:
    """Return the decompressed body, or None if it has more than `limit` bytes.

    aiohttp unpacks piece by piece as it is read, so a small body that would unpack to a huge one is
    given up within the limit too.
    """
    chunks: list[bytes] = []
    size = 0
    async for chunk in response.content.iter_any():
        size += len(chunk)
        if size > limit:
            return None
        chunks.append(chunk)
    return b"".join(chunks)
