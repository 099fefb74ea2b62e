"""The job gateway to the Cronlytic cloud, through its HTTP API."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from ...domain.capabilities import Capabilities, refuse_unsupported
from ...domain.job import Job, JobSpec, check_job_id
from ...domain.log import LogEntry
from .call import Call

if TYPE_CHECKING:
    from .api import CronlyticApi

PRODUCTION = "https://api.cronlytic.com/prog"

_CAPABILITIES = Capabilities(
    backend="cronlytic", time_zones=False, executes=True, durable=True, needs_credentials=True
)
_HEADER_VALUE = re.compile(r"[\x21-\x7e]+")
# An address in brackets, or a name of labels as the domain name system takes them.
_HOST = r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*\.?)"
_BASE_URL = re.compile(rf"https?://{_HOST}(:[0-9]{{1,5}})?(/[A-Za-z0-9._~/-]*)?")


class CronlyticGateway:
    """Keeps jobs in a person's Cronlytic account.

    The first call opens a connection, which belongs to the event loop that the call runs in and is kept
    until `close`; a call after that opens a new one. `base_url` may have a path; `timeout` is in
    seconds, for a whole call.

    Raises:
        ValueError: an argument cannot be used in a request; its value is not repeated.
    """

    def __init__(
        self, api_key: str, user_id: str, *, base_url: str = PRODUCTION, timeout: float = 10.0
    ) -> None:
        for name, value in (("api_key", api_key), ("user_id", user_id)):
            if not _HEADER_VALUE.fullmatch(value):
                raise ValueError(f"{name} must be visible ASCII characters without spaces")
        self._credentials = {"X-API-Key": api_key, "X-User-ID": user_id}
        self._base_url = _check_base_url(base_url)
        self._timeout = timeout
        self._api: CronlyticApi | None = None

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={self._base_url!r})"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connection, if there is one; calls under way fail."""
        api, self._api = self._api, None
        if api is not None:
            await api.close()

    @property
    def capabilities(self) -> Capabilities:
        """Runs jobs and keeps them; takes cron schedules in UTC only."""
        return _CAPABILITIES

    async def ping(self) -> None:
        """Return if the API answers; the credentials are not even sent."""
        await self._open().hear_pong(Call("ping", "GET", "/ping", with_credentials=False))

    async def create(self, spec: JobSpec) -> Job:
        """Create a job in the account."""
        refuse_unsupported(spec, _CAPABILITIES)
        call = Call("create_job", "POST", "/jobs", changes=True, sends_job=True)
        return await self._open().fetch_job(call, spec)

    async def list(self) -> tuple[Job, ...]:
        """Return all jobs of the account, in the API's order."""
        return await self._open().fetch_jobs(Call("list_jobs", "GET", "/jobs"))

    async def get(self, job_id: str) -> Job:
        """Return one job."""
        call = Call("get_job", "GET", _path_of(job_id), job_id)
        return await self._open().fetch_job(call)

    async def update(self, job_id: str, spec: JobSpec) -> Job:
        """Replace the six fields of a job; the API computes its next run anew."""
        call = Call("update_job", "PUT", _path_of(job_id), job_id, changes=True, sends_job=True)
        refuse_unsupported(spec, _CAPABILITIES)
        return await self._open().fetch_job(call, spec)

    async def delete(self, job_id: str) -> None:
        """Delete a job and its logs."""
        call = Call("delete_job", "DELETE", _path_of(job_id), job_id, changes=True)
        await self._open().hear_deletion(call)

    async def pause(self, job_id: str) -> Job:
        """Stop a job from running."""
        call = Call("pause_job", "POST", f"{_path_of(job_id)}/pause", job_id, changes=True)
        return await self._open().fetch_job(call)

    async def resume(self, job_id: str) -> Job:
        """Let a job run again."""
        call = Call("resume_job", "POST", f"{_path_of(job_id)}/resume", job_id, changes=True)
        return await self._open().fetch_job(call)

    async def logs(self, job_id: str) -> tuple[LogEntry, ...]:
        """Return the newest log entries, newest first."""
        call = Call("get_job_logs", "GET", f"{_path_of(job_id)}/logs", job_id)
        return await self._open().fetch_logs(call)

    def _open(self) -> CronlyticApi:
        if self._api is None:
            # The HTTP client and the converter take long to import; a start must not wait for them.
            from .api import CronlyticApi

            self._api = CronlyticApi(self._base_url, self._credentials, self._timeout)
        return self._api


def _path_of(job_id: str) -> str:
    return f"/jobs/{check_job_id(job_id)}"


def _check_base_url(text: str) -> str:
    if not _BASE_URL.fullmatch(text) or not _has_usable_authority(text):
        raise ValueError("base_url must be an http or https URL without user, query and fragment")
    return text.rstrip("/")


def _has_usable_authority(text: str) -> bool:
    # Only these two know which numbers are a port and which digits in brackets an address.
    try:
        return urlsplit(text).port != 0
    except ValueError:
        return False
