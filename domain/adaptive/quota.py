"""How many tokens analyses by a model may use in a month."""

from __future__ import annotations

from datetime import datetime

from .errors import TokenQuotaExceeded


def month_of(now: datetime) -> tuple[datetime, datetime]:
    """Return when the month of an instant (aware UTC) began, and when the next one begins."""
    begin = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    if begin.month == 12:
        return begin, begin.replace(year=begin.year + 1, month=1)
    return begin, begin.replace(month=begin.month + 1)


def check_quota(used: int, quota: int | None, now: datetime) -> None:
    """Return if there is something left of a month's quota; None is no quota.

    used: the tokens of all sessions of the month, those that failed too.

    Raises:
        TokenQuotaExceeded: there is nothing left.
    """
    if quota is not None and used >= quota:
        raise TokenQuotaExceeded(used, quota, month_of(now)[1])
