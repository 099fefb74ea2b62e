"""Signing keys, in the database of the jobs whose calls they sign."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.exc import IntegrityError

from ...domain.webhook.signature import KEY_LIMIT, SigningKey, read_secret
from .database import Database
from .faults import unreadable_row
from .schema import SIGNING_KEYS
from .sealing import refuse_clear_text

_ALL = select(SIGNING_KEYS).order_by(SIGNING_KEYS.c.created_at, SIGNING_KEYS.c.key_id)


class SqlSigningKeys:
    """The `SigningKeys` port."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list_keys(self) -> Sequence[SigningKey]:
        """Return the keys, the oldest first."""
        return await self._database.read(_read)

    async def add_key(self, key: SigningKey) -> bool:
        """Add a key, where there is room for it."""
        return await self._database.write(lambda connection: _add(connection, key))

    async def remove_key(self, key_id: str) -> bool:
        """Forget a key."""
        forget = delete(SIGNING_KEYS).where(SIGNING_KEYS.c.key_id == key_id)
        return await self._database.write(lambda connection: connection.execute(forget).rowcount == 1)


def _read(connection: Connection) -> Sequence[SigningKey]:
    rows = connection.execute(_ALL)
    try:
        return [SigningKey(read_secret(row.secret), row.created_at) for row in rows]
    except ValueError as error:
        raise unreadable_row("a signing key") from error


def _add(connection: Connection, key: SigningKey) -> bool:
    refuse_clear_text(connection)
    row = {"key_id": key.key_id, "secret": key.reveal(), "created_at": key.created_at}
    # Each has a place of its own, so that two processes never add one too many.
    for place in range(KEY_LIMIT):
        try:
            with connection.begin_nested():
                connection.execute(insert(SIGNING_KEYS), row | {"place": place})
        except IntegrityError:
            continue
        return True
    return False
