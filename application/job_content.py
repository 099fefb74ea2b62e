"""A job's content as one text, for tokens that confirm exactly what was shown."""

from __future__ import annotations

import json

from attrs import asdict

from ..domain.job import Job
from ..domain.policy_rules import write_policy


def write_content(job: Job) -> str:
    """Return a job's id and all that a person decides about it; what its runs change is not in it.

    The text holds the job's secrets: sign it, and show it to nobody.
    """
    decided = {
        **asdict(job.spec, recurse=False),
        "headers": sorted(job.spec.headers.items()),
        "policy": write_policy(job.spec.policy),
    }
    return json.dumps([job.job_id, decided], default=repr)
