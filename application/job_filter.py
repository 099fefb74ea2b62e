"""Which jobs a call is about: by status, by a part of the name, by id."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from ..domain.errors import InvalidArguments, Problem
from ..domain.job import Job, JobStatus, check_job_id
from .argument_checks import find_choice_problem

NAME_LIMIT = 50
ID_LIMIT = 100


@frozen
class JobFilter:
    """What jobs have in common; None leaves it open. Names are compared without regard to case."""

    status: str | None = None
    name: str | None = None
    job_ids: tuple[str, ...] | None = None

    def find_problems(self) -> Iterator[Problem]:
        """Yield every argument that cannot be meant."""
        yield from find_choice_problem("status", self.status, tuple(JobStatus))
        if self.name is not None and not 1 <= len(self.name) <= NAME_LIMIT:
            message = f"must be 1-{NAME_LIMIT} characters; it has {len(self.name)}."
            yield Problem("name", "length", message, "backup")
        if self.job_ids is not None:
            yield from _find_id_problems(self.job_ids)

    def matches(self, job: Job) -> bool:
        """Whether the job has all that is asked for."""
        return (
            (self.status is None or job.status == self.status)
            and (self.name is None or self.name.casefold() in job.spec.name.casefold())
            and (self.job_ids is None or job.job_id in self.job_ids)
        )


def _find_id_problems(job_ids: tuple[str, ...]) -> Iterator[Problem]:
    example = "3f1c9a52-7b0e-4d57-9c7e-2d1a3f0b8c11"
    if not 1 <= len(job_ids) <= ID_LIMIT:
        message = f"must be 1 to {ID_LIMIT} ids; there are {len(job_ids)}. Leave it out to take all jobs."
        yield Problem("job_ids", "count", message, example)
        return
    for job_id in job_ids:
        try:
            check_job_id(job_id)
        except InvalidArguments:
            message = "holds what is no id; call list_jobs to see the ids."
            yield Problem("job_ids", "format", message, example)
            return
