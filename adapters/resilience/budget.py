"""A budget of retries that all calls share, so that a failing backend is not flooded with them."""

from __future__ import annotations


class RetryBudget:
    """Tokens, full at the start: a retry takes one, a call that succeeds at once gives back a part of one."""

    def __init__(self, tokens: float, refund: float) -> None:
        self._limit = tokens
        self._tokens = tokens
        self._refund = refund

    def take(self) -> bool:
        """Take the token that one retry costs; false where none is left."""
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True

    def give_back(self) -> None:
        """Give back what a call that succeeded at once is worth."""
        # Rounded, because ten times 0.1 is to be the one token that it is meant to be.
        self._tokens = min(self._limit, round(self._tokens + self._refund, 6))
