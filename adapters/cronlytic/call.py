"""One call of the API: how it is made, and what it means if its answer does not come."""

from __future__ import annotations

from attrs import frozen


@frozen
class Call:
    """A request to the API, without its body.

    operation: the use-case it serves, which is what errors name.
    path: below the base URL; its ids have been checked.
    job_id: the job it is about, if there is one yet.
    changes: it changes something, so without an answer its outcome is unknown.
    sends_job: its body is a job's six fields.
    with_credentials: the API asks for them; where it does not they stay at home.
    """

    operation: str
    method: str
    path: str
    job_id: str | None = None
    changes: bool = False
    sends_job: bool = False
    with_credentials: bool = True


@frozen
class Answer:
    """What came back: the status, the body, and two headers about time as they were written.

    resent: the request went out twice, so the first of them may have been carried out before this answer.
    """

    status: int
    body: bytes
    retry_after: str | None = None
    date: str | None = None
    resent: bool = False
