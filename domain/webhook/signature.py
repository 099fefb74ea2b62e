"""How a call proves to its receiver where it comes from: the symmetric scheme of Standard Webhooks.

Its content is ``id.timestamp.body``, its hash HMAC-SHA256; a key is written ``whsec_`` and base64.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

from attrs import field, frozen

ID_HEADER, TIMESTAMP_HEADER, SIGNATURE_HEADER = "webhook-id", "webhook-timestamp", "webhook-signature"
SIGNATURE_HEADERS = frozenset({ID_HEADER, TIMESTAMP_HEADER, SIGNATURE_HEADER})
"""The headers that a signature consists of, in lower case; no job sets them itself."""

KEY_BYTES = 32
"""Of a new key; the scheme takes 24 to 64."""
KEY_LIMIT = 2
"""Keys that sign at a time: the one in use and, while receivers change over, the next one."""

_PREFIX = "whsec_"
_ID_DIGITS = 12


@frozen
class SigningKey:
    """A secret that this program and the receivers of its calls share. created_at: aware UTC."""

    secret: bytes = field(repr=False)
    created_at: datetime

    @property
    def key_id(self) -> str:
        """The key's fingerprint, which tells nothing of it: the first digits of its SHA-256."""
        return hashlib.sha256(self.secret).hexdigest()[:_ID_DIGITS]

    def reveal(self) -> str:
        """Return the secret as receivers take it."""
        return _PREFIX + base64.b64encode(self.secret).decode()


def read_secret(text: str) -> bytes:
    """Return the secret that `SigningKey.reveal` wrote.

    Raises:
        ValueError: it did not.
    """
    if not text.startswith(_PREFIX):
        raise ValueError("no secret of a signing key")
    return base64.b64decode(text.removeprefix(_PREFIX), validate=True)


def sign(keys: Sequence[SigningKey], message_id: str, at: datetime, content: bytes) -> dict[str, str]:
    """Return the headers that sign a body as it is sent, with a signature of each key."""
    timestamp = str(int(at.timestamp()))
    signed = f"{message_id}.{timestamp}.".encode() + content
    digests = (hmac.digest(key.secret, signed, "sha256") for key in keys)
    signatures = " ".join(f"v1,{base64.b64encode(digest).decode()}" for digest in digests)
    return {ID_HEADER: message_id, TIMESTAMP_HEADER: timestamp, SIGNATURE_HEADER: signatures}
