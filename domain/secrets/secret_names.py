"""Which headers, query parameters and body keys hold secrets, judged by their names."""

from __future__ import annotations

import re

_CONTAINED = re.compile(
    r"authoriz|cookie|token|secret|key|password|passwd|passphrase|signature|credential|session|bearer|jwt",
    re.IGNORECASE,
)
# Short words are secrets only as a whole part of a name: "sig" is one, "design" is not.
_WHOLE_PARTS = frozenset({"auth", "pass", "pwd", "sig", "hmac", "pin", "otp", "code", "sid"})
_PART_BREAKS = re.compile(r"[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])")


def is_secret_name(name: str) -> bool:
    """Return whether a value under this name is taken for a secret.

    Rather too many than too few: a masked harmless value costs a question, a shown secret a key.
    """
    if _CONTAINED.search(name):
        return True
    return any(part.lower() in _WHOLE_PARTS for part in _PART_BREAKS.split(name))
