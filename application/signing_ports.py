"""The port to the keys that calls of jobs are signed with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ..domain.webhook.signature import SigningKey


class SigningKeys(Protocol):
    """Keeps at most `KEY_LIMIT` keys for any number of processes; a call may raise `StoreUnavailable`."""

    async def list_keys(self) -> Sequence[SigningKey]:
        """Return the keys, the oldest first."""

    async def add_key(self, key: SigningKey) -> bool:
        """Add a key, and return whether there was room for it; of several calls at once none is too many."""

    async def remove_key(self, key_id: str) -> bool:
        """Forget a key, and return whether it was there."""
