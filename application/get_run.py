"""Look at one run with the answer of its target."""

from __future__ import annotations

from attrs import frozen

from ..domain.engine.errors import RunNotFound
from ..domain.engine.planned_job import PlannedJob
from ..domain.engine.run import Run, check_run_id
from ..domain.secrets.masking import scrub, secrets_of
from ..domain.untrusted import clean_text
from ..domain.webhook.webhook import BODY_LIMIT
from .engine_ports import EngineStore

SHOWN_BODY_LIMIT = 8000


@frozen
class RunReport:
    """A run, its job, and what the target answered.

    untrusted_body: cleaned, without the job's secrets, cut to 8,000 characters; None where there was no
    answer, or it is not kept any more.
    """

    run: Run
    job: PlannedJob
    untrusted_body: str | None


async def get_run(store: EngineStore, run_id: str) -> RunReport:
    """Return a run by its id.

    Raises:
        InvalidArguments: `run_id` cannot be an id.
        RunNotFound: there is no run with it (any more).
        StoreUnavailable: the store cannot be read.
    """
    run = await store.get_run(check_run_id(run_id))
    if run is None:
        raise RunNotFound(run_id)
    job = await store.get_job(run.job_id)
    return RunReport(run, job, _show_body(run, job))


def _show_body(run: Run, job: PlannedJob) -> str | None:
    body = None if run.outcome is None else run.outcome.body
    if body is None:
        return None
    # Cleaned before the search, so that no hidden character splits a secret, and cut after it.
    secrets = [value for _, value in secrets_of(job.spec)]
    return clean_text(scrub(clean_text(body, BODY_LIMIT), secrets), SHOWN_BODY_LIMIT)
