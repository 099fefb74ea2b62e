"""What is wrong when the engine's store cannot be used."""

from __future__ import annotations

from collections.abc import Mapping

from .errors import CronlyticError


class StoreUnavailable(CronlyticError):
    """The store of jobs and runs cannot be read or written. `reason` holds no path and no secret.

    retryable: false where waiting does not help, such as with a damaged file.
    """

    def __init__(self, reason: str, advice: str, *, retryable: bool = True) -> None:
        self.reason, self.retryable = reason, retryable
        super().__init__(f"The store of jobs cannot be used: {reason}. {advice}")

    @property
    def facts(self) -> Mapping[str, object]:
        """Why, and whether waiting may help."""
        return {"reason": self.reason, "retryable": self.retryable}
