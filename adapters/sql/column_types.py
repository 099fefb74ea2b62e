"""Types of columns that mean the same in every database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator

from .faults import unreadable_row

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

ORDERED_TEXT = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that is ordered by code point, as Python orders it and SQLite does anyway."""

SEQUENCE = BigInteger().with_variant(Integer(), "sqlite")
"""A number that counts on; SQLite takes only ``INTEGER`` for the key of its own that costs no index."""


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept as whole microseconds since 1970 in UTC: exact, and ordered as time is."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Return the microseconds."""
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the instant, in UTC.

        Raises:
            StoreUnavailable: there is something else, which SQLite would let anybody write.
        """
        try:
            return None if value is None else _EPOCH + timedelta(microseconds=value)
        except (TypeError, OverflowError) as error:
            raise unreadable_row("an instant") from error
