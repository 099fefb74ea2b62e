"""The secrets of a whole store: how many are sealed, and sealing those that are not."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Column, Connection, Table, Text, bindparam, func, or_, select, type_coerce, update

from ...application.vault_ports import Sealing
from .database import Database
from .schema import BODIES, ENCRYPTION, JOBS, SIGNING_KEYS
from .sealing import SEALED, Sealed

CHUNK = 200
"""Rows of one transaction: few enough that nobody waits for it."""

_TABLES = (JOBS, SIGNING_KEYS, BODIES)


class StoredSecrets:
    """Everything in a store that is sealed where there is a vault."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def count(self) -> Sealing:
        """Return how many rows are sealed; of those that are no secret is read.

        Raises:
            StoreUnavailable: the store cannot be used.
        """
        return await self._database.read(_count)

    async def seal(self) -> tuple[int, bool]:
        """Seal all with the key in use; return how many rows that are, and whether their old texts are gone.

        Those stay where the database cannot drop them by itself. Others may go on working;
        broken off, it may be done again.

        Raises:
            StoreUnavailable: the store cannot be used, or something in it was sealed with another key.
        """
        rows = 0
        for table in _TABLES:
            after = ""
            while sealed := await self._database.write(_sealing_after(table, after)):
                after, rows = sealed[-1], rows + len(sealed)
        await self._database.write(_sealing_after(ENCRYPTION, ""))  # last: while it is old, so may others be
        return rows, await self._database.scour()


def _secret_columns(table: Table) -> list[Column[str]]:
    return [column for column in table.columns if isinstance(column.type, Sealed)]


def _key(table: Table) -> Column[str]:
    [key] = table.primary_key
    return key


def _count(connection: Connection) -> Sealing:
    clear = total = 0
    for table in _TABLES:
        begins = [func.substr(type_coerce(column, Text), 1, len(SEALED)) for column in _secret_columns(table)]
        total += connection.scalar(select(func.count()).select_from(table)) or 0
        unsealed = or_(*(begin != SEALED for begin in begins))
        clear += connection.scalar(select(func.count()).select_from(table).where(unsealed)) or 0
    encrypted = connection.scalar(select(func.count()).select_from(ENCRYPTION)) == 1
    return Sealing(encrypted, clear, total)


def _sealing_after(table: Table, after: str) -> Callable[[Connection], Sequence[str]]:
    """Return what writes the next rows as they are, by which they are sealed."""
    key, columns = _key(table), _secret_columns(table)
    some = select(key, *columns).where(key > after).order_by(key).limit(CHUNK).with_for_update()
    # A name of its own for each value: those of the columns are taken by what is set.
    change = update(table).where(key == bindparam("of_key"))
    change = change.values({column: bindparam(f"new_{column.name}", type_=column.type) for column in columns})

    def seal(connection: Connection) -> Sequence[str]:
        found = connection.execute(some).all()
        names = ["of_key", *(f"new_{column.name}" for column in columns)]
        if found:
            connection.execute(change, [dict(zip(names, row, strict=True)) for row in found])
        return [row[0] for row in found]

    return seal
