"""The public face for programs that embed cronlytic-mcp: its use-cases, gateways and errors.

Nothing is imported until it is asked for, so that a program pays only for what it uses and the
server answers its first request early.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .adapters.cronlytic.gateway import CronlyticGateway
    from .adapters.memory.gateway import MemoryGateway
    from .adapters.system.clock import SystemClock
    from .application.confirmation import Confirmations
    from .application.create_job import create_job
    from .application.delete_job import delete_job
    from .application.get_job import get_job
    from .application.get_job_logs import get_job_logs
    from .application.health_check import health_check
    from .application.list_jobs import list_jobs
    from .application.pause_job import pause_job
    from .application.ports import Clock, JobGateway
    from .application.resume_job import resume_job
    from .application.update_job import update_job
    from .application.validate_cron import validate_cron
    from .domain.errors import (
        ConfirmationInvalid,
        CronlyticError,
        InvalidArguments,
        InvalidJob,
        JobNotFound,
        NotAuthenticated,
        NotPermitted,
        NotSupported,
        Problem,
        QuotaExceeded,
        RateLimited,
        ReadOnly,
        ServiceUnavailable,
        UnexpectedResponse,
    )

__version__ = "0.1.0"

__all__ = [
    "Clock",
    "ConfirmationInvalid",
    "Confirmations",
    "CronlyticError",
    "CronlyticGateway",
    "InvalidArguments",
    "InvalidJob",
    "JobGateway",
    "JobNotFound",
    "MemoryGateway",
    "NotAuthenticated",
    "NotPermitted",
    "NotSupported",
    "Problem",
    "QuotaExceeded",
    "RateLimited",
    "ReadOnly",
    "ServiceUnavailable",
    "SystemClock",
    "UnexpectedResponse",
    "__version__",
    "create_job",
    "delete_job",
    "get_job",
    "get_job_logs",
    "health_check",
    "list_jobs",
    "pause_job",
    "resume_job",
    "update_job",
    "validate_cron",
]

_HOMES = {
    "Clock": ".application.ports",
    "Confirmations": ".application.confirmation",
    "CronlyticGateway": ".adapters.cronlytic.gateway",
    "JobGateway": ".application.ports",
    "MemoryGateway": ".adapters.memory.gateway",
    "SystemClock": ".adapters.system.clock",
}

if not TYPE_CHECKING:  # a type checker reads the imports above, and so finds misspelt names

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        # A use-case lives in a module of its own name; what is left are the errors.
        home = _HOMES.get(name, f".application.{name}" if name[0].islower() else ".domain.errors")
        value = getattr(import_module(home, __name__), name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        return sorted(__all__)
