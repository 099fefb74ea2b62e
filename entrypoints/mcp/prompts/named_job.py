"""The jobs that a person means, named by an id or a name, or narrowed down by a word."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from attrs import frozen

from ....domain.job import Job


class Naming(StrEnum):
    """What became of the name of a job; the values are keys of ``notes.toml``."""

    ABSENT = "absent"
    FOUND = "found"
    UNKNOWN = "job_unknown"
    AMBIGUOUS = "job_ambiguous"
    UNREAD = "job_unread"


@frozen
class NamedJob:
    """How it went, and the jobs that are meant: one where it was found, several where it is ambiguous."""

    naming: Naming
    jobs: tuple[Job, ...] = ()


def find_named_job(jobs: Sequence[Job], text: str) -> NamedJob:
    """Return the job whose id, or else whose name alone, is `text`."""
    by_id = tuple(job for job in jobs if job.job_id == text)
    found = by_id or tuple(job for job in jobs if job.spec.name == text)
    if not found:
        return NamedJob(Naming.UNKNOWN)
    return NamedJob(Naming.FOUND if len(found) == 1 else Naming.AMBIGUOUS, found)


def filter_jobs(jobs: Sequence[Job], text: str) -> list[Job]:
    """Return the jobs with `text` as a part of their name or as their status, in any case."""
    wanted = text.casefold()
    return [job for job in jobs if wanted in job.spec.name.casefold() or wanted == job.status.value]
