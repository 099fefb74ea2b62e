"""What every `SigningKeys` does, whatever it keeps the keys in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta

import pytest
from attrs import frozen

from cronlytic_mcp.application.signing_ports import SigningKeys
from cronlytic_mcp.domain.engine.errors import StoreUnavailable
from cronlytic_mcp.domain.webhook.signature import KEY_LIMIT, SigningKey

NOW = datetime(2027, 1, 1, 12, 30, 15, 123456, UTC)
KEYS = [SigningKey(bytes([n]) * 32, NOW + timedelta(days=n)) for n in range(5)]


@frozen
class KeysUnderTest:
    """Keys, and the same as another process would open them; outage: as of a `BoardUnderTest`."""

    keys: SigningKeys
    other: SigningKeys
    outage: Callable[[], AbstractAsyncContextManager[None]] | None = None


class SigningKeysContract:
    """Subclass it with a fixture ``backend`` that gives `KeysUnderTest` without keys."""

    pytestmark = pytest.mark.anyio

    @pytest.fixture
    def keys(self, backend: KeysUnderTest) -> SigningKeys:
        return backend.keys

    async def test_at_first_there_is_no_key(self, keys):
        assert list(await keys.list_keys()) == []

    async def test_keys_are_there_for_everybody_as_they_were_added_the_oldest_first(self, keys, backend):
        assert await keys.add_key(KEYS[1])
        assert await backend.other.add_key(KEYS[0])

        assert list(await keys.list_keys()) == list(await backend.other.list_keys()) == KEYS[:2]

    async def test_there_is_room_for_two_keys_whoever_adds_them(self, keys, backend):
        writers = [keys, backend.other, keys, backend.other, keys]
        added = await asyncio.gather(*(each.add_key(key) for each, key in zip(writers, KEYS, strict=True)))

        assert sum(added) == len(await keys.list_keys()) == KEY_LIMIT

    async def test_a_removed_key_is_gone_and_makes_room(self, keys, backend):
        for key in KEYS[:2]:
            await keys.add_key(key)

        assert await backend.other.remove_key(KEYS[0].key_id)
        assert not await keys.remove_key(KEYS[0].key_id)
        assert not await keys.remove_key("no such key")
        assert list(await keys.list_keys()) == [KEYS[1]]
        assert await keys.add_key(KEYS[2])

    async def test_an_outage_is_told_by_every_call_and_changes_nothing(self, keys, backend):
        if backend.outage is None:
            pytest.skip("these keys cannot be away")
        await keys.add_key(KEYS[0])
        async with backend.outage():
            with pytest.raises(StoreUnavailable):
                await keys.list_keys()
            with pytest.raises(StoreUnavailable):
                await keys.add_key(KEYS[1])
            with pytest.raises(StoreUnavailable):
                await keys.remove_key(KEYS[0].key_id)

        assert list(await keys.list_keys()) == KEYS[:1]
