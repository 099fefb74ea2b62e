"""Short-lived tokens by which a caller confirms exactly what it was shown."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import struct

from ..domain.errors import ConfirmationInvalid
from .ports import Clock

LIFETIME_SECONDS = 300.0

_EXPIRY = struct.Struct(">d")


class Confirmations:
    """Issues and checks tokens that are bound to an operation and to its subject's content.

    `secret` keys the signatures and should be random and new for each process: a token then ends
    with the process that showed what is confirmed. `lifetime_seconds` is how long a token holds.
    """

    def __init__(self, secret: bytes, clock: Clock, lifetime_seconds: float = LIFETIME_SECONDS) -> None:
        self._secret = secret
        self._clock = clock
        self._lifetime = lifetime_seconds

    def issue(self, operation: str, subject: str) -> str:
        """Return a token for `operation` on `subject`, a text that holds all that was shown."""
        expiry = _EXPIRY.pack(self._clock.monotonic() + self._lifetime)
        signed = expiry + self._sign(expiry, operation, subject)
        return base64.urlsafe_b64encode(signed).decode()

    def check(self, operation: str, subject: str, token: str) -> None:
        """Return if `token` was issued for this operation and subject and has not expired.

        Raises:
            ConfirmationInvalid: it was not, or it has.
        """
        try:
            raw = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
        except (UnicodeEncodeError, binascii.Error):
            raw = b""
        expiry, signature = raw[: _EXPIRY.size], raw[_EXPIRY.size :]
        if not hmac.compare_digest(signature, self._sign(expiry, operation, subject)):
            reason = "the token was not issued for this, or what it confirms has changed since"
            raise ConfirmationInvalid(reason, operation)
        if _EXPIRY.unpack(expiry)[0] < self._clock.monotonic():
            raise ConfirmationInvalid(f"the token is older than {self._lifetime:g} s", operation)

    def _sign(self, expiry: bytes, operation: str, subject: str) -> bytes:
        message = b"\0".join((expiry, operation.encode(), subject.encode(errors="surrogatepass")))
        return hmac.digest(self._secret, message, hashlib.sha256)
