"""Which document of a file describes which job of a backend."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from attrs import frozen

from ..job import Job
from .document import PortableJob
from .fault import Fault


@frozen
class Matches:
    """Each document's job, by its number, for those that have one, and the jobs that none describes."""

    by_document: Mapping[int, Job]
    unnamed: tuple[Job, ...]
    faults: tuple[Fault, ...]


def match(wanted: Sequence[PortableJob], jobs: Iterable[Job]) -> Matches:
    """Return which of the backend's jobs each document means: the one of its id, else the one of its name.

    A document has faults where several jobs could be meant, or the same one by several documents. Documents
    count from 1.
    """
    known = {job.job_id: job for job in jobs}
    matched: dict[int, Job] = {}
    faults: list[Fault] = []
    claimed: dict[str, int] = {}
    by_name: dict[str, list[int]] = defaultdict(list)
    for number, each in enumerate(wanted, 1):
        if each.job_id not in known:
            by_name[each.spec.name].append(number)
        elif each.job_id in claimed:
            first = claimed[each.job_id]
            faults.append(_same_job(number, each, f"document {first} has the same job_id; keep one of them."))
        else:
            claimed[each.job_id] = number
            matched[number] = known[each.job_id]
    free: dict[str, list[Job]] = defaultdict(list)
    for job in known.values():
        if job.job_id not in claimed:
            free[job.spec.name].append(job)
    for name, numbers in by_name.items():
        faults += _find_ambiguities(name, numbers, free[name])
        if free[name]:
            matched[numbers[0]] = free[name][0]
    taken = {job.job_id for job in matched.values()}
    return Matches(matched, tuple(job for job in known.values() if job.job_id not in taken), tuple(faults))


def _same_job(number: int, job: PortableJob, message: str) -> Fault:
    return Fault(number, job.spec.name, message, "job_id", "ambiguous")


def _find_ambiguities(name: str, numbers: Sequence[int], namesakes: Sequence[Job]) -> Iterable[Fault]:
    for number in numbers[1:]:
        message = f"document {numbers[0]} has this name too, and nothing else tells them apart; rename one."
        yield Fault(number, name, message, "name", "ambiguous")
    if len(namesakes) > 1:
        ids = ", ".join(job.job_id for job in namesakes[:5])
        message = (
            f"{len(namesakes)} jobs of the backend have this name: {ids}; give the job_id of the one meant."
        )
        yield Fault(numbers[0], name, message, "name", "ambiguous", f"job_id: {namesakes[0].job_id}")
