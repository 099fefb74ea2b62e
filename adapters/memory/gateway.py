"""The job gateway in memory: what the Cronlytic API does, minus the network and the running."""

from __future__ import annotations

from uuid import uuid4

from attrs import evolve

from ...application.ports import Clock
from ...domain.capabilities import Capabilities, refuse_unsupported
from ...domain.errors import InvalidJob, JobNotFound, QuotaExceeded
from ...domain.job import Job, JobSpec, JobStatus, check_job_id
from ...domain.log import LogEntry
from ...domain.schedule import CronSchedule

LOGS_KEPT = 50

_CAPABILITIES = Capabilities(
    backend="memory", time_zones=False, executes=False, durable=False, needs_credentials=False
)


class MemoryGateway:
    """Keeps jobs in this process: for tests, demonstrations, and a start without credentials.

    Jobs never run here and are gone with the process. `job_limit` is the number of jobs that the plan
    named `plan` allows; None allows any number.
    """

    def __init__(self, clock: Clock, *, job_limit: int | None = None, plan: str = "memory") -> None:
        self._clock, self._job_limit, self._plan = clock, job_limit, plan
        self._jobs: dict[str, Job] = {}
        self._logs: dict[str, tuple[LogEntry, ...]] = {}

    @property
    def capabilities(self) -> Capabilities:
        """Takes UTC cron schedules, as the API does; keeps nothing and runs nothing."""
        return _CAPABILITIES

    async def ping(self) -> None:
        """Return at once: memory is always reachable."""

    async def create(self, spec: JobSpec) -> Job:
        """Keep a new job under a fresh UUID; names need not be unique."""
        _check(spec)
        if self._job_limit is not None and len(self._jobs) >= self._job_limit:
            raise QuotaExceeded(self._plan, len(self._jobs), self._job_limit)
        job = Job(str(uuid4()), spec, JobStatus.PENDING)
        self._logs[job.job_id] = ()
        return self._keep(job)

    async def list(self) -> tuple[Job, ...]:
        """Return all jobs, the oldest first."""
        return tuple(self._due(job) for job in self._jobs.values())

    async def get(self, job_id: str) -> Job:
        """Return one job."""
        return self._find(job_id)

    async def update(self, job_id: str, spec: JobSpec) -> Job:
        """Replace what a person decides; the status stays, the next run is computed anew."""
        job = self._find(job_id)
        _check(spec)
        return self._keep(evolve(job, spec=spec))

    async def delete(self, job_id: str) -> None:
        """Forget a job and its logs."""
        self._find(job_id)
        del self._jobs[job_id], self._logs[job_id]

    async def pause(self, job_id: str) -> Job:
        """Set a job's status to ``paused``; it has no next run then."""
        return self._keep(evolve(self._find(job_id), status=JobStatus.PAUSED))

    async def resume(self, job_id: str) -> Job:
        """Set a job's status to ``pending`` and compute its next run from now."""
        return self._keep(evolve(self._find(job_id), status=JobStatus.PENDING))

    async def logs(self, job_id: str) -> tuple[LogEntry, ...]:
        """Return the newest recorded runs, at most 50, newest first."""
        self._find(job_id)
        return self._logs[job_id]

    def record_run(self, job_id: str, entry: LogEntry) -> None:
        """Let a job have run, for tests and demonstrations.

        The job takes the status and the time of its newest run; a paused job stays paused, as a run
        may end after the pause.

        Raises:
            InvalidArguments, JobNotFound: as in every call that names a job.
        """
        job = self._find(job_id)
        newest_first = sorted((*self._logs[job_id], entry), key=lambda run: run.timestamp, reverse=True)
        self._logs[job_id] = tuple(newest_first[:LOGS_KEPT])
        newest = newest_first[0]
        status = job.status if job.status is JobStatus.PAUSED else JobStatus(newest.status.value)
        self._keep(evolve(job, status=status, last_run_at=newest.timestamp))

    def _find(self, job_id: str) -> Job:
        job = self._jobs.get(job_id)
        if job is None:
            raise JobNotFound(check_job_id(job_id))
        return self._due(job)

    def _due(self, job: Job) -> Job:
        # Nothing runs here that would move the next run on, so it is moved when somebody looks.
        if job.next_run_at is None or job.next_run_at > self._clock.now():
            return job
        return self._keep(job)

    def _keep(self, job: Job) -> Job:
        job = evolve(job, next_run_at=None)
        if job.status is not JobStatus.PAUSED and isinstance(job.spec.schedule, CronSchedule):
            upcoming = job.spec.schedule.next_runs(self._clock.now(), 1)
            job = evolve(job, next_run_at=upcoming[0] if upcoming else None)
        self._jobs[job.job_id] = job
        return job


def _check(spec: JobSpec) -> None:
    # The rules lead to the cron engine, which a start without any job does without.
    from ...domain.spec_rules import find_spec_problems

    refuse_unsupported(spec, _CAPABILITIES)
    if problems := find_spec_problems(spec):
        raise InvalidJob(problems)
