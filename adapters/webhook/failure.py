"""What aiohttp raises, as failures of a webhook. None of its texts is repeated: they quote the target."""

from __future__ import annotations

import errno
import socket
import ssl

import aiohttp

from ...domain.webhook.webhook import FailureKind, WebhookFailed

_CONNECTION_REASONS = {
    errno.ECONNREFUSED: "the host refused the connection: nothing listens on that port",
    errno.EHOSTUNREACH: "the host cannot be reached from here",
    errno.ENETUNREACH: "the host's network cannot be reached from here",
    errno.ETIMEDOUT: "the host did not answer the attempt to connect",
}


def explain(error: aiohttp.ClientError, status: int | None = None) -> WebhookFailed:
    """Return `error` as the failure that it means; `status` is what had been answered until then."""
    if isinstance(error, aiohttp.ClientConnectorError):
        return _explain_connection(error)
    if isinstance(error, aiohttp.ServerDisconnectedError | aiohttp.ClientOSError):
        reason = "the host closed the connection before it answered"
        return WebhookFailed(FailureKind.DISCONNECTED, reason, status)
    if isinstance(error, aiohttp.ClientPayloadError):
        return WebhookFailed(FailureKind.DISCONNECTED, "the answer ended before it was complete", status)
    reason = "the answer is not HTTP, or its headers are malformed or too large"
    return WebhookFailed(FailureKind.PROTOCOL, reason, status)


def _explain_connection(error: aiohttp.ClientConnectorError) -> WebhookFailed:
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return WebhookFailed(FailureKind.TLS, _certificate_reason(error.certificate_error))
    if isinstance(error, aiohttp.ClientConnectorSSLError):
        return WebhookFailed(FailureKind.TLS, "no TLS connection came about; the port may not speak TLS")
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return WebhookFailed(FailureKind.DNS, _dns_reason(error.os_error))
    reason = _CONNECTION_REASONS.get(error.os_error.errno or 0, "no connection to the host came about")
    return WebhookFailed(FailureKind.CONNECTION, reason)


def _certificate_reason(error: Exception) -> str:
    detail = error.verify_message if isinstance(error, ssl.SSLCertVerificationError) else ""
    return f"the certificate is not valid: {detail.rstrip('.') or 'it could not be verified'}"


def _dns_reason(error: OSError) -> str:
    if isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN:
        return "the host's name could not be looked up: the name service did not answer"
    return "the host's name has no address"
