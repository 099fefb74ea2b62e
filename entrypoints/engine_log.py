"""What an engine has to say, in the log: a fault that lasts is written once, not with every tick."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .logging import Log

if TYPE_CHECKING:
    from ..application.engine_host import HostNotice
    from ..application.engine_notices import StoreFailed


class EngineLog:
    """Observes one engine."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._told: dict[str, str] = {}

    def observe(self, notice: HostNotice) -> None:
        """Write a notice."""
        from ..application.engine_notices import JobPostponed, LeaseLost, RunBroken, StoreFailed
        from ..application.send_notification import Delivery
        from ..application.sweep_store import Swept

        match notice:
            case StoreFailed():
                self._tell_store(notice)
            case LeaseLost(run_id=run_id):
                self._log.write("warning", "another engine took a run over", run_id=run_id)
            case JobPostponed(job_id=job_id, error=error):
                self._log.write("error", "a job could not be planned", job_id=job_id, exc_info=error)
            case RunBroken(run_id=run_id, error=error):
                self._log.write("error", "internal error in a run", run_id=run_id, exc_info=error)
            case Delivery(delivered=delivered, attempts=attempts, problem=problem):
                words = "a person was told" if delivered else "a notification did not arrive"
                level = "info" if delivered else "error"
                self._log.write(level, words, attempts=attempts, problem=problem)
            case Swept(runs=runs, bodies=bodies, events=events, sessions=sessions):
                self._told.clear()  # the store works
                self._log.write(
                    "debug", "store swept", runs=runs, bodies=bodies, events=events, sessions=sessions
                )

    def _tell_store(self, failed: StoreFailed) -> None:
        from ..domain.engine.errors import StoreUnavailable

        error, during = failed.error, failed.operation
        if not isinstance(error, StoreUnavailable):
            self._log.write("error", "internal error of the engine", during=during, exc_info=error)
        elif self._told.get(during) != str(error):
            self._told[during] = str(error)
            self._log.write("error", "the store cannot be used", during=during, problem=str(error))
