"""Signing keys in memory."""

from __future__ import annotations

from ...domain.webhook.signature import KEY_LIMIT, SigningKey


class MemorySigningKeys:
    """The `SigningKeys` port; no call waits for anything, so that each is one step by itself."""

    def __init__(self) -> None:
        self._keys: dict[str, SigningKey] = {}

    async def list_keys(self) -> tuple[SigningKey, ...]:
        """Return the keys, the oldest first."""
        return tuple(sorted(self._keys.values(), key=lambda key: (key.created_at, key.key_id)))

    async def add_key(self, key: SigningKey) -> bool:
        """Add a key, where there is room for it."""
        if len(self._keys) >= KEY_LIMIT:
            return False
        self._keys[key.key_id] = key
        return True

    async def remove_key(self, key_id: str) -> bool:
        """Forget a key."""
        return self._keys.pop(key_id, None) is not None
