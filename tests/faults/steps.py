"""The requests that the tools make to the API."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a request to the API is, as far as faults matter.

    A ``look`` is for jobs of the same name as one that is made; a ``mask`` is for the secrets that a log may
    repeat. The tool succeeds without either.
    """

    PING = "ping"
    READ = "read"
    LOOK = "look"
    MASK = "mask"
    CHANGE = "change"
    CREATE = "create"


@dataclass(frozen=True)
class Step:
    """One of the requests that a tool makes; `purpose` tells it from the tool's others."""

    tool: str
    kind: Kind
    method: str
    path: str
    purpose: str = ""

    @property
    def name(self) -> str:
        """The tool, and which of its requests is meant."""
        return f"{self.tool}, {self.purpose}" if self.purpose else self.tool

    @property
    def call(self) -> str:
        """The request as the API's documentation writes it."""
        return f"{self.method} {self.path}"

    @property
    def writes(self) -> bool:
        """Whether it changes something, so that its outcome can be unknown."""
        return self.kind in {Kind.CHANGE, Kind.CREATE}

    @property
    def names_job(self) -> bool:
        """Whether its path holds a job's id."""
        return "{job_id}" in self.path

    @property
    def sends_job(self) -> bool:
        """Whether its body is a job."""
        return self.kind is Kind.CREATE or self.method == "PUT"

    @property
    def is_sent_again_by_the_client_library(self) -> bool:
        """Whether the HTTP client repeats it, once and by itself, when its connection breaks."""
        return self.method in {"GET", "PUT", "DELETE"}


JOB = "/jobs/{job_id}"
STEPS = (
    Step("list_jobs", Kind.READ, "GET", "/jobs"),
    Step("get_job", Kind.READ, "GET", JOB),
    Step("get_job_logs", Kind.READ, "GET", f"{JOB}/logs", "reading the logs"),
    Step("get_job_logs", Kind.MASK, "GET", JOB, "learning what to mask"),
    Step("get_job_health", Kind.READ, "GET", JOB, "reading the job"),
    Step("get_job_health", Kind.READ, "GET", f"{JOB}/logs", "reading the logs"),
    Step("preview_schedule", Kind.READ, "GET", "/jobs"),
    Step("health_check", Kind.PING, "GET", "/ping", "its ping"),
    Step("health_check", Kind.READ, "GET", "/jobs", "its check of the credentials"),
    Step("update_job", Kind.READ, "GET", JOB, "reading the job"),
    Step("update_job", Kind.CHANGE, "PUT", JOB, "writing it"),
    Step("pause_job", Kind.CHANGE, "POST", f"{JOB}/pause"),
    Step("resume_job", Kind.CHANGE, "POST", f"{JOB}/resume"),
    Step("delete_job", Kind.READ, "GET", JOB, "reading the job"),
    Step("delete_job", Kind.CHANGE, "DELETE", JOB, "deleting it"),
    Step("create_job", Kind.CREATE, "POST", "/jobs", "creating"),
    Step("create_job", Kind.LOOK, "GET", "/jobs", "looking for namesakes"),
)
