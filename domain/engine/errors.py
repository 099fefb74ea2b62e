"""What can be wrong with the engine's store, and with a question about a run."""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import CronlyticError


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


class RunNotFound(CronlyticError):
    """No run has this id: there never was one, it is not kept any more, or its job was deleted."""

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        super().__init__(
            f"No run has the id {run_id!r}: it is not kept any more, its job was deleted, or there never was "
            "one. Call get_job_logs or events_since to see the runs and their ids."
        )

    @property
    def facts(self) -> Mapping[str, object]:
        """The id that was asked for."""
        return {"run_id": self.run_id}
