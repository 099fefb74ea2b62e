"""What can be wrong with a question about a run."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .errors import CronlyticError, InvalidArguments, Problem

_RUN_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)


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


def check_run_id(run_id: str) -> str:
    """Return `run_id` if it is one: 32 hexadecimal digits in lower case.

    Raises:
        InvalidArguments: it is not one.
    """
    if _RUN_ID.fullmatch(run_id):
        return run_id
    message = "must be 32 hexadecimal digits; get_job_logs and events_since show the ids."
    raise InvalidArguments([Problem("run_id", "format", message, "00064a3c5d2e80009f1c9a527b0e4d57")])
