"""What every implementation of the `JobGateway` port keeps.

To hold another gateway to the port, subclass `JobGatewayContract` as ``Test...`` and give a fixture
`backend` that yields a `Backend` of no jobs. It takes `clock` and `job_limit`, the number of jobs that
the plan allows; where a backend's time cannot be decided give a fixture `clock` too, and where it has no
plans skip if there is a limit.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from uuid import uuid4

import pytest
from attrs import evolve

from cronlytic_mcp.application.ports import Clock, JobGateway
from cronlytic_mcp.domain.capabilities import Capabilities
from cronlytic_mcp.domain.errors import (
    CronlyticError,
    InvalidArguments,
    InvalidJob,
    JobNotFound,
    NotAuthenticated,
    NotPermitted,
    NotSupported,
    QuotaExceeded,
    RateLimited,
    ServiceUnavailable,
    UnexpectedResponse,
)
from cronlytic_mcp.domain.execution_policy import ExecutionPolicy, Overlap
from cronlytic_mcp.domain.job import JOB_ID, JobSpec, JobStatus
from cronlytic_mcp.domain.log import LogEntry, RunStatus
from cronlytic_mcp.domain.schedule import CronSchedule, IntervalSchedule, OneShot
from tests.clock import FakeClock

NIGHTLY = JobSpec(
    name="nightly-backup",
    url="https://example.com/backup?full=1",
    schedule=CronSchedule("0 3 * * *"),
    method="POST",
    headers={"Content-Type": "application/json", "X-Team": "ops"},
    body='{"note": "grün ✓"}',
)
HOURLY = JobSpec(name="hourly", url="http://example.org/", schedule=CronSchedule("15 * * * *"))
BROKEN = JobSpec(
    name="no good!", url="ftp://example.com", method="FETCH", schedule=CronSchedule("61 * * * *")
)

MALFORMED_IDS = ("", "..", "../ping", "x/resume?", "%2e%2e", "a b", "é", "x\n", "a" * 65)

Call = Callable[[JobGateway, str], Awaitable[object]]

CALLS_WITH_AN_ID: Mapping[str, Call] = {
    "get": lambda gateway, job_id: gateway.get(job_id),
    "update": lambda gateway, job_id: gateway.update(job_id, HOURLY),
    "delete": lambda gateway, job_id: gateway.delete(job_id),
    "pause": lambda gateway, job_id: gateway.pause(job_id),
    "resume": lambda gateway, job_id: gateway.resume(job_id),
    "logs": lambda gateway, job_id: gateway.logs(job_id),
}
CALLS_WITH_CREDENTIALS: Mapping[str, Call] = {
    "create": lambda gateway, _: gateway.create(NIGHTLY),
    "list": lambda gateway, _: gateway.list(),
    **CALLS_WITH_AN_ID,
}
CALLS: Mapping[str, Call] = {"ping": lambda gateway, _: gateway.ping(), **CALLS_WITH_CREDENTIALS}

ABOUT_CREDENTIALS = (NotAuthenticated, NotPermitted)
FAILURES = (*ABOUT_CREDENTIALS, RateLimited, ServiceUnavailable, UnexpectedResponse)
"""What a backend can have that is a service of its own."""


class Backend(ABC):
    """A gateway under test, and what a test must be able to do behind its back.

    failures: for each of `FAILURES` that this backend can have, how to make its next call fail so.
    """

    gateway: JobGateway
    failures: Mapping[type[CronlyticError], Callable[[], None]]

    @abstractmethod
    async def record_run(self, job_id: str, entry: LogEntry) -> None:
        """Let a job have run."""


def run_at(clock: Clock, minutes: int, **changes) -> LogEntry:
    """A successful run, so many minutes after now, with what differs from that."""
    entry = LogEntry(clock.now() + timedelta(minutes=minutes), RunStatus.SUCCESS, 200, 0.25)
    return evolve(entry, **changes)


class JobGatewayContract:
    """One test for each promise of the port."""

    pytestmark = pytest.mark.anyio

    @pytest.fixture
    def clock(self) -> Clock:
        return FakeClock()

    @pytest.fixture
    def job_limit(self) -> int | None:
        return None

    @pytest.fixture
    def gateway(self, backend: Backend) -> JobGateway:
        return backend.gateway

    async def test_capabilities_are_known_without_a_call_and_do_not_change(self, gateway):
        before = gateway.capabilities
        await gateway.ping()

        assert isinstance(before, Capabilities)
        assert before.backend
        assert gateway.capabilities == before

    async def test_ping_answers_nothing(self, gateway):
        assert await gateway.ping() is None

    async def test_a_new_job_has_an_id_waits_for_its_first_run_and_is_as_described(self, gateway, clock):
        job = await gateway.create(NIGHTLY)

        assert JOB_ID.fullmatch(job.job_id)
        assert job.spec == NIGHTLY
        assert (job.status, job.last_run_at) == (JobStatus.PENDING, None)
        assert [job.next_run_at] == NIGHTLY.schedule.next_runs(clock.now(), 1)

    @pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
    async def test_every_method_is_taken(self, gateway, method):
        job = await gateway.create(evolve(HOURLY, method=method))

        assert job.spec.method == method

    async def test_names_need_not_be_unique(self, gateway):
        first, second = await gateway.create(HOURLY), await gateway.create(HOURLY)

        assert first.job_id != second.job_id
        assert len(await gateway.list()) == 2

    async def test_an_impossible_job_is_refused_with_every_field_at_once(self, gateway):
        with pytest.raises(InvalidJob) as refused:
            await gateway.create(BROKEN)

        assert {problem.field for problem in refused.value.problems} == {
            "name",
            "url",
            "method",
            "cron_expression",
        }
        assert all(problem.message and problem.example for problem in refused.value.problems)
        assert list(await gateway.list()) == []

    async def test_a_zone_is_taken_where_the_capabilities_say_so_and_else_refused(self, gateway):
        spec = evolve(NIGHTLY, schedule=CronSchedule("0 3 * * *", "America/New_York"))
        kept = await gateway.create(NIGHTLY)

        if gateway.capabilities.time_zones:
            assert (await gateway.create(spec)).spec == spec
            assert (await gateway.update(kept.job_id, spec)).spec == spec
        else:
            with pytest.raises(NotSupported):
                await gateway.create(spec)
            with pytest.raises(NotSupported):
                await gateway.update(kept.job_id, spec)
            assert [job.spec for job in await gateway.list()] == [NIGHTLY]

    @pytest.mark.parametrize("capability", ["intervals", "one_shots", "descriptions", "options"])
    async def test_more_of_a_job_is_kept_where_the_capabilities_say_so_and_else_refused(
        self, gateway, clock, capability
    ):
        more = {
            "intervals": {"schedule": IntervalSchedule(3600)},
            "one_shots": {"schedule": OneShot(clock.now() + timedelta(days=1))},
            "descriptions": {"description": "Copies all – slowly", "group": "nightly"},
            "options": {"policy": ExecutionPolicy(retries=3, overlap=Overlap.QUEUE)},
        }
        spec = evolve(NIGHTLY, **more[capability])
        kept = await gateway.create(NIGHTLY)

        if getattr(gateway.capabilities, capability):
            made = await gateway.create(spec)
            assert made.spec == (await gateway.get(made.job_id)).spec == spec
            assert (await gateway.update(kept.job_id, spec)).spec == spec
        else:
            with pytest.raises(NotSupported) as refused:
                await gateway.create(spec)
            assert refused.value.alternative
            with pytest.raises(NotSupported):
                await gateway.update(kept.job_id, spec)
            assert [job.spec for job in await gateway.list()] == [NIGHTLY]

    @pytest.mark.parametrize("more", [{"description": "Every night."}, {"group": "reports"}], ids=str)
    async def test_what_the_backend_has_no_place_for_is_refused_and_never_dropped(self, gateway, more):
        spec = evolve(NIGHTLY, **more)

        with suppress(NotSupported):
            await gateway.create(spec)

        assert [job.spec for job in await gateway.list()] in ([], [spec])

    @pytest.mark.parametrize("job_limit", [2])
    async def test_the_plan_limits_the_number_of_jobs_paused_ones_included(self, gateway, job_limit):
        first = await gateway.create(HOURLY)
        await gateway.create(HOURLY)
        await gateway.pause(first.job_id)

        with pytest.raises(QuotaExceeded) as exceeded:
            await gateway.create(HOURLY)

        assert (exceeded.value.used, exceeded.value.limit) == (job_limit, job_limit)
        assert exceeded.value.plan
        await gateway.delete(first.job_id)
        assert await gateway.create(HOURLY)

    async def test_a_list_holds_every_job_as_it_is(self, gateway):
        assert list(await gateway.list()) == []
        made = [await gateway.create(NIGHTLY), await gateway.create(HOURLY)]
        made[0] = await gateway.pause(made[0].job_id)

        by_id = {job.job_id: job for job in await gateway.list()}

        assert by_id == {job.job_id: job for job in made}

    async def test_a_job_is_found_by_its_id(self, gateway):
        await gateway.create(HOURLY)
        job = await gateway.create(NIGHTLY)

        assert await gateway.get(job.job_id) == job

    async def test_an_update_replaces_all_that_was_decided_and_computes_the_next_run_anew(
        self, gateway, clock
    ):
        job = await gateway.create(NIGHTLY)

        updated = await gateway.update(job.job_id, HOURLY)

        assert (updated.job_id, updated.spec, updated.status) == (job.job_id, HOURLY, JobStatus.PENDING)
        assert [updated.next_run_at] == HOURLY.schedule.next_runs(clock.now(), 1)
        assert await gateway.get(job.job_id) == updated

    async def test_an_update_leaves_a_paused_job_paused(self, gateway):
        job = await gateway.create(NIGHTLY)
        await gateway.pause(job.job_id)

        updated = await gateway.update(job.job_id, HOURLY)

        assert (updated.spec, updated.status, updated.next_run_at) == (HOURLY, JobStatus.PAUSED, None)

    async def test_an_update_to_an_impossible_job_changes_nothing(self, gateway):
        job = await gateway.create(NIGHTLY)

        with pytest.raises(InvalidJob):
            await gateway.update(job.job_id, BROKEN)

        assert await gateway.get(job.job_id) == job

    async def test_a_deleted_job_is_gone_and_the_others_stay(self, gateway):
        job, other = await gateway.create(NIGHTLY), await gateway.create(HOURLY)

        assert await gateway.delete(job.job_id) is None

        assert [left.job_id for left in await gateway.list()] == [other.job_id]
        for call in CALLS_WITH_AN_ID.values():
            with pytest.raises(JobNotFound):
                await call(gateway, job.job_id)

    async def test_a_paused_job_has_no_next_run_and_can_be_paused_again(self, gateway):
        job = await gateway.create(NIGHTLY)

        paused = await gateway.pause(job.job_id)

        assert (paused.status, paused.next_run_at, paused.spec) == (JobStatus.PAUSED, None, NIGHTLY)
        assert await gateway.get(job.job_id) == paused
        assert await gateway.pause(job.job_id) == paused

    async def test_a_resumed_job_is_pending_with_a_next_run(self, gateway, clock):
        job = await gateway.create(NIGHTLY)
        await gateway.pause(job.job_id)

        resumed = await gateway.resume(job.job_id)

        assert resumed.status is JobStatus.PENDING
        assert [resumed.next_run_at] == NIGHTLY.schedule.next_runs(clock.now(), 1)
        assert await gateway.get(job.job_id) == resumed
        assert await gateway.resume(job.job_id) == resumed

    @pytest.mark.parametrize("status", RunStatus)
    async def test_a_run_shows_in_the_job_until_it_is_resumed(self, gateway, backend, clock, status):
        job = await gateway.create(NIGHTLY)
        entry = run_at(clock, 0, status=status)

        await backend.record_run(job.job_id, entry)

        ran = await gateway.get(job.job_id)
        assert (ran.status, ran.last_run_at) == (JobStatus(status.value), entry.timestamp)
        resumed = await gateway.resume(job.job_id)
        assert (resumed.status, resumed.last_run_at) == (JobStatus.PENDING, entry.timestamp)

    async def test_a_job_that_never_ran_has_no_logs(self, gateway):
        job = await gateway.create(NIGHTLY)

        assert list(await gateway.logs(job.job_id)) == []

    async def test_logs_are_newest_first_and_of_this_job_only(self, gateway, backend, clock):
        job, other = await gateway.create(NIGHTLY), await gateway.create(HOURLY)
        runs = [
            run_at(clock, 1),
            run_at(clock, 2, status=RunStatus.FAILED, response_code=502, error_message="Bad gateway <é>"),
            run_at(clock, 3, status=RunStatus.FAILED, response_code=None, response_time=None),
        ]
        for run in runs:
            await backend.record_run(job.job_id, run)
        await backend.record_run(other.job_id, run_at(clock, 4))

        logs = [evolve(entry, detail=None) for entry in await gateway.logs(job.job_id)]
        assert logs == runs[::-1]

    async def test_logs_hold_the_newest_fifty(self, gateway, backend, clock):
        job = await gateway.create(NIGHTLY)
        for minute in range(52):
            await backend.record_run(job.job_id, run_at(clock, minute))

        logs = await gateway.logs(job.job_id)

        assert [entry.timestamp for entry in logs] == [
            clock.now() + timedelta(minutes=minute) for minute in range(51, 1, -1)
        ]

    async def test_a_job_deleted_and_created_again_has_no_old_logs(self, gateway, backend, clock):
        job = await gateway.create(NIGHTLY)
        await backend.record_run(job.job_id, run_at(clock, 1))
        await gateway.delete(job.job_id)

        again = await gateway.create(NIGHTLY)

        assert list(await gateway.logs(again.job_id)) == []

    @pytest.mark.parametrize("name", CALLS_WITH_AN_ID)
    async def test_an_unknown_id_is_not_found(self, gateway, name):
        await gateway.create(NIGHTLY)
        job_id = str(uuid4())

        with pytest.raises(JobNotFound) as missing:
            await CALLS_WITH_AN_ID[name](gateway, job_id)

        assert missing.value.job_id == job_id

    @pytest.mark.parametrize("name", CALLS_WITH_AN_ID)
    async def test_what_cannot_be_an_id_is_refused_and_changes_nothing(self, gateway, name):
        job = await gateway.create(NIGHTLY)

        for job_id in MALFORMED_IDS:
            with pytest.raises(InvalidArguments) as refused:
                await CALLS_WITH_AN_ID[name](gateway, job_id)
            assert [problem.field for problem in refused.value.problems] == ["job_id"]

        assert list(await gateway.list()) == [job]

    async def test_a_failure_of_the_backend_is_the_ports_error(self, gateway, backend, subtests):
        if not backend.failures:
            pytest.skip("this backend cannot fail")
        job = await gateway.create(NIGHTLY)

        for error, fail in backend.failures.items():
            # A ping carries no credentials that could be wrong.
            calls = CALLS_WITH_CREDENTIALS if issubclass(error, ABOUT_CREDENTIALS) else CALLS
            for name, call in calls.items():
                with subtests.test(error=error.__name__, call=name):
                    fail()
                    with pytest.raises(error):
                        await call(gateway, job.job_id)
