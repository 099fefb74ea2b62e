"""What stands in the way of a hint on the cloud."""

from __future__ import annotations

from collections.abc import Mapping

from ..errors import CronlyticError


class HintsBusy(CronlyticError):
    """Another process is changing the hints of the job at this moment, or began to and was lost."""

    def __init__(self, job_id: str, seconds: float) -> None:
        self.job_id, self.retry_in = job_id, seconds
        super().__init__(
            f"The hints of the job {job_id!r} are being changed by another call. Nothing was changed; call "
            f"again in a moment, at the latest in {seconds:g} s."
        )

    @property
    def facts(self) -> Mapping[str, object]:
        """The job, and after how many seconds the other call has ended in any case."""
        return {"job_id": self.job_id, "retry_in": self.retry_in}
