"""Everything that can go wrong in words of the domain, for every layer.

An error carries a code (its class name in snake case) and facts; the message tells a
caller what is wrong, the limit, the value, and the next call to make. Only the HTTP
adapter knows status codes and only the MCP entrypoint knows JSON-RPC.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import ClassVar

from attrs import frozen

_WORD_START = re.compile(r"(?<!^)(?=[A-Z])")


@frozen
class Problem:
    """One broken rule: the field, the rule's name, a sentence about it, and a value that works."""

    field: str
    rule: str
    message: str
    example: str


class CronlyticError(Exception):
    """What every error of this package derives from."""

    code: ClassVar[str] = "cronlytic_error"
    """The class name in snake case, e.g. ``job_not_found``."""

    def __init_subclass__(cls) -> None:
        cls.code = _WORD_START.sub("_", cls.__name__).lower()

    @property
    def facts(self) -> Mapping[str, object]:
        """What a program needs of the error besides its message; values that JSON can hold."""
        return {}


class InvalidArguments(CronlyticError):
    """What the caller gave breaks rules; ``problems`` holds every one of them."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(f"{p.field}: {p.message}" for p in self.problems))

    @property
    def facts(self) -> Mapping[str, object]:
        """The problems, each as field, rule, message and example."""
        return {
            "problems": [
                {"field": p.field, "rule": p.rule, "message": p.message, "example": p.example}
                for p in self.problems
            ]
        }


class InvalidJob(InvalidArguments):
    """A job as described cannot exist; ``problems`` holds every field and rule at once."""


class NotAuthenticated(CronlyticError):
    """The backend refused the credentials; the message names the settings, never their values."""

    def __init__(self) -> None:
        super().__init__(
            "Cronlytic refused the credentials. Check CRONLYTIC_API_KEY and CRONLYTIC_USER_ID "
            "where this server is configured, restart it, then call health_check."
        )


class NotPermitted(CronlyticError):
    """The credentials are good but do not allow this operation."""

    def __init__(self, operation: str) -> None:
        self.operation = operation
        super().__init__(
            f"Cronlytic does not permit this account to {operation}. Another call will not change "
            "that; ask the person to check the account's rights in Cronlytic."
        )

    @property
    def facts(self) -> Mapping[str, object]:
        """The operation that was denied."""
        return {"operation": self.operation}


class QuotaExceeded(CronlyticError):
    """The plan's number of jobs is used up."""

    def __init__(self, plan: str | None, used: int | None, limit: int | None) -> None:
        self.plan, self.used, self.limit = plan, used, limit
        numbers = f"{used} of {limit} jobs" if limit is not None else "all jobs"
        of_plan = f" of the plan {plan!r}" if plan else ""
        super().__init__(
            f"The job limit is reached: {numbers}{of_plan} are used. Delete a job that is no longer "
            "needed (list_jobs, then delete_job), change an existing one with update_job, or ask the "
            "person to upgrade the plan. A paused job still counts."
        )

    @property
    def facts(self) -> Mapping[str, object]:
        """The plan's name, and how many jobs are used of how many."""
        return {"plan": self.plan, "used": self.used, "limit": self.limit}


class JobNotFound(CronlyticError):
    """No job has this id, or it belongs to another account."""

    def __init__(self, job_id: str) -> None:
        self.job_id = job_id
        super().__init__(f"No job has the id {job_id!r}. Call list_jobs to see the jobs and their ids.")

    @property
    def facts(self) -> Mapping[str, object]:
        """The id that was asked for."""
        return {"job_id": self.job_id}


class RateLimited(CronlyticError):
    """Too many calls; ``retry_after`` is in seconds, where it is known. ``limit`` says whose limit it is."""

    def __init__(
        self, retry_after: float | None = None, limit: str = "Cronlytic limits the rate of calls"
    ) -> None:
        self.retry_after = retry_after
        wait = f"in {retry_after:g} s" if retry_after is not None else "in a minute"
        super().__init__(f"{limit}. Call again {wait}; nothing was changed.")

    @property
    def facts(self) -> Mapping[str, object]:
        """The seconds to wait, or null where the backend did not say."""
        return {"retry_after": self.retry_after}


class ServiceUnavailable(CronlyticError):
    """The backend did not answer, or answered that it cannot.

    ``retry_in`` is in seconds where something is known about it; ``retryable`` is false where
    another attempt right away can only fail. ``outcome_unknown`` is true where the request may have
    been carried out all the same; ``found_job_id`` is then a job as the one described, if one was found.
    """

    def __init__(
        self,
        reason: str,
        *,
        retry_in: float | None = None,
        retryable: bool = True,
        outcome_unknown: bool = False,
        found_job_id: str | None = None,
    ) -> None:
        self.reason, self.retry_in, self.retryable = reason, retry_in, retryable
        self.outcome_unknown, self.found_job_id = outcome_unknown, found_job_id
        advice = f"Call again in {retry_in:g} s." if retry_in is not None else "Call again later."
        if outcome_unknown:
            advice = f"Whether it was carried out is unknown: {_look_first(found_job_id)}"
        super().__init__(f"Cronlytic is unavailable: {reason}. {advice}")

    @property
    def facts(self) -> Mapping[str, object]:
        """The seconds to wait, whether it may have been carried out, and the job that was found."""
        found = {"found_job_id": self.found_job_id} if self.outcome_unknown else {}
        return {"retry_in": self.retry_in, "outcome_unknown": self.outcome_unknown, **found}


class UnexpectedResponse(CronlyticError):
    """The backend answered something that its documentation does not say; no payload is repeated.

    ``outcome_unknown`` and ``found_job_id`` are as in `ServiceUnavailable`.
    """

    def __init__(
        self,
        operation: str,
        difference: str,
        *,
        status: int | None = None,
        outcome_unknown: bool = False,
        found_job_id: str | None = None,
    ) -> None:
        self.operation, self.difference, self.status = operation, difference, status
        self.outcome_unknown, self.found_job_id = outcome_unknown, found_job_id
        advice = "Call health_check; if it persists, check CRONLYTIC_BASE_URL."
        if outcome_unknown:
            advice = f"It may have been carried out: {_look_first(found_job_id)}"
        super().__init__(f"Unexpected answer to {operation}: {difference}. {advice}")

    @property
    def facts(self) -> Mapping[str, object]:
        """The HTTP status if any, whether it may have been carried out, and the job that was found."""
        found = {"found_job_id": self.found_job_id} if self.outcome_unknown else {}
        return {"status": self.status, "outcome_unknown": self.outcome_unknown, **found}


def _look_first(found_job_id: str | None) -> str:
    look = f"get_job with job_id {found_job_id!r}" if found_job_id else "list_jobs"
    return f"call {look} and look before you repeat it."


class NotSupported(CronlyticError):
    """The active backend cannot do this; ``alternative`` is what it can do instead."""

    def __init__(
        self, feature: str, alternative: str, *, details: Mapping[str, object] | None = None
    ) -> None:
        self.feature, self.alternative = feature, alternative
        self.details = dict(details or {})
        super().__init__(f"This backend does not support {feature}. {alternative}")

    @property
    def facts(self) -> Mapping[str, object]:
        """The feature, the alternative in words, and its details."""
        return {"feature": self.feature, "alternative": self.alternative, **self.details}


class ReadOnly(CronlyticError):
    """The server runs in read-only mode and the call would change something."""

    def __init__(self, operation: str) -> None:
        self.operation = operation
        super().__init__(
            f"This server is read-only: {operation} is switched off. Only the person who configures "
            "the server can allow changes."
        )

    @property
    def facts(self) -> Mapping[str, object]:
        """The operation that was refused."""
        return {"operation": self.operation}


class ConfirmationInvalid(CronlyticError):
    """A confirmation token is expired, forged, or for another job or another content."""

    def __init__(self, reason: str, operation: str) -> None:
        self.reason, self.operation = reason, operation
        super().__init__(
            f"The confirmation does not hold: {reason}. Nothing was changed. Call {operation} without "
            "confirmation_token, show the person what it answers, and confirm with the new token."
        )

    @property
    def facts(self) -> Mapping[str, object]:
        """Why the token does not hold."""
        return {"reason": self.reason}
