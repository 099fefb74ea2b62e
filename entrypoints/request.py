"""The request that is being answered: its id, and the jobs whose secrets must show up in no text about it."""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a start does not need them
    from ..domain.job import Job, JobSpec

# The newest are kept: a request that deals with more writes no text about the first of them any more.
NOTED_JOBS = 100


class Request:
    """One request of a client.

    id: short, by chance; the log and an error that the client gets have it in common.
    """

    def __init__(self) -> None:
        self.id = secrets.token_hex(4)
        self._specs: deque[JobSpec] = deque(maxlen=NOTED_JOBS)
        self._secrets: tuple[str, ...] | None = ()

    def note(self, spec: JobSpec) -> None:
        """Take down a job that the request deals with."""
        self._specs.append(spec)
        self._secrets = None

    @property
    def secrets(self) -> tuple[str, ...]:
        """The secret values of the jobs that were noted."""
        if self._secrets is None:
            from ..domain.secrets.masking import secrets_of

            self._secrets = tuple({value for spec in self._specs for _, value in secrets_of(spec)})
        return self._secrets


_current: ContextVar[Request | None] = ContextVar("request", default=None)


@contextmanager
def answering() -> Iterator[Request]:
    """Let a new request be the current one, also for the tasks that are started within."""
    token = _current.set(request := Request())
    try:
        yield request
    finally:
        _current.reset(token)


def current_request() -> Request | None:
    """Return the request that is being answered, if this is part of one."""
    return _current.get()


def note_job(job: Job | JobSpec) -> None:
    """Take down a job that the current request deals with, if there is one."""
    if request := _current.get():
        from ..domain.job import Job

        request.note(job.spec if isinstance(job, Job) else job)


def note_given(fields: Mapping[str, object]) -> None:
    """Take down what a client gave as fields of a job, of whatever type."""
    from ..domain.execution_policy import ExecutionPolicy
    from ..domain.job import JobSpec
    from ..domain.schedule import CronSchedule

    url, headers, body = fields.get("url"), fields.get("headers"), fields.get("body")
    given = {str(name): str(text) for name, text in headers.items()} if isinstance(headers, Mapping) else {}
    options = fields.get("options")
    chat = options.get("notify_url") if isinstance(options, Mapping) else None
    policy = ExecutionPolicy(notify_url=str(chat) if chat else None)
    spec = JobSpec("", str(url or ""), CronSchedule(""), headers=given, body=str(body or ""), policy=policy)
    note_job(spec)
