"""The live facts that come with a prompt, and what it says when they cannot be had."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

from cronlytic_mcp.adapters.local.gateway import LocalGateway
from cronlytic_mcp.adapters.memory.engine_store import MemoryEngineStore
from cronlytic_mcp.adapters.memory.gateway import MemoryGateway
from cronlytic_mcp.adapters.resilience.policy import ResiliencePolicy
from cronlytic_mcp.adapters.resilience.stack import resilient
from cronlytic_mcp.domain.errors import NotAuthenticated, ServiceUnavailable
from cronlytic_mcp.domain.job import Job, JobStatus
from cronlytic_mcp.entrypoints.configuration_file import FILE_KEYS
from cronlytic_mcp.entrypoints.mcp.prompts.surroundings import name_platform
from tests.application.gateways import CloudLikeGateway, HangingListGateway
from tests.application.stories import spec
from tests.mcp.backends import FixedGateway
from tests.mcp.prompts.rendered import EVERY_TOOL, PROMPTS

pytestmark = pytest.mark.anyio

INTEGRATION = (
    "setup_configuration",
    "authentication_guide",
    "claude_desktop_integration",
    "webhook_testing_guide",
    "api_troubleshooting_guide",
)
UNREAD = "Some facts could not be read"


async def test_a_named_job_comes_as_its_resource_with_health_and_failures(account, render):
    shown = await render("job_troubleshooting_guide", job_id="nightly-backup")

    assert shown.job_uri == f"cronlytic://job/{account['nightly-backup']}"
    assert (shown.job["name"], shown.job["status"]) == ("nightly-backup", "failed")
    assert shown.data["job_health"]["verdict"]["condition"] == "failing"
    rates = {each["hours"]: each["success_rate"] for each in shown.data["job_health"]["windows"]}
    assert rates == {1: 0.0, 4: 0.25, 24: 0.5}
    assert [run["untrusted_error_message"] for run in shown.data["recent_failures"]] == ["token expired"] * 3
    assert "jobs" not in shown.data


async def test_a_job_without_runs_has_no_data_and_no_rate(account, render):
    shown = await render("job_troubleshooting_guide", job_id="shop-health")

    assert shown.data["job_health"]["verdict"]["condition"] == "no_data"
    assert {each["success_rate"] for each in shown.data["job_health"]["windows"]} == {None}
    assert shown.data["recent_failures"] == []


@pytest.mark.parametrize("prompt", PROMPTS)
async def test_without_a_named_job_the_shape_of_all_jobs_is_told(account, render, prompt):
    shown = await render(prompt)

    assert shown.data["jobs"]["total"] == 5
    assert shown.data["jobs"]["by_status"] == {"pending": 3, "paused": 1, "success": 0, "failed": 1}
    assert [job["name"] for job in shown.data["jobs"]["failing"]] == ["nightly-backup"]
    load = shown.data["load"]
    assert load["busiest_minutes_of_the_hour"][0] == {"minute": 0, "runs": 7 * 3 + 7 * 24, "peak": 4}
    together = load["start_together"][0]
    assert sorted(together["jobs"]) == ["nightly-backup", "nightly-cleanup", "nightly-report", "shop-health"]
    assert (together["times_in_7_days"], together["next_start"]) == (7, "2026-01-16T03:00:00+00:00")
    assert load["suggested_moves"][0]["together_after"] == 0


async def test_jobs_whose_schedule_cannot_be_read_are_named(render):
    backend = FixedGateway()
    backend.jobs = [Job("j1", spec(cron_expression="whenever"), JobStatus.PENDING)]

    shown = await render("schedule_optimization", backend=backend)

    (left_out,) = shown.data["load"]["not_counted"]
    assert left_out["name"] == "nightly-backup"
    assert "cannot be read" in left_out["reason"]


@pytest.mark.parametrize("word", ["NIGHTLY", "failed"])
async def test_a_filter_shows_the_jobs_that_it_fits(account, render, word):
    shown = await render("bulk_job_operations", job_filter=word)

    fitting = shown.data["jobs_that_match"]
    assert fitting["total"] == len(fitting["jobs"]) == (1 if word == "failed" else 3)


async def test_the_backend_says_what_it_cannot_do(render):
    cannot = " ".join((await render("system_diagnostics")).data["backend"]["cannot"])

    assert "vanish" in cannot
    assert "nothing is ever sent" in cannot
    assert "UTC" in cannot


async def test_a_backend_that_runs_and_keeps_jobs_has_its_limit_told_instead(render):
    backend = (await render("best_practices_guide", backend=FixedGateway())).data["backend"]

    assert backend["name"] == "cronlytic"
    assert "quota_exceeded" in " ".join(backend["limits"])
    assert "vanish" not in " ".join(backend["cannot"])


async def test_of_a_backend_that_is_not_known_by_name_only_its_capabilities_are_told(render):
    backend = FixedGateway()
    backend.capabilities = evolve(FixedGateway.capabilities, backend="other", time_zones=True)

    told = (await render("best_practices_guide", backend=backend)).data["backend"]

    assert (told["name"], told["cannot"]) == ("other", [])


async def test_of_the_local_backend_it_is_told_when_jobs_run(render, clock):
    backend = LocalGateway(MemoryEngineStore(), clock)

    told = (await render("best_practices_guide", backend=backend)).data["backend"]

    assert told["name"] == "local"
    assert "only where a worker is at work" in told["limits"][0]
    assert not any("UTC" in cannot or "run a job at once" in cannot for cannot in told["cannot"])


async def test_a_ready_job_comes_with_its_fields(render):
    shown = await render("create_job_flow", template="weekly-report")

    assert shown.data["job_template"]["cron_expression"] == "0 7 * * 1"
    assert "job_template" not in (await render("create_job_flow")).data


PLACES = {
    "macos": {
        "claude_desktop": "~/Library/Application Support/Claude/claude_desktop_config.json",
        "claude_code": "~/.claude.json",
        "vs_code": "~/Library/Application Support/Code/User/mcp.json",
        "cursor": "~/.cursor/mcp.json",
    },
    "linux": {
        "claude_desktop": "~/.config/Claude/claude_desktop_config.json",
        "claude_code": "~/.claude.json",
        "vs_code": "~/.config/Code/User/mcp.json",
        "cursor": "~/.cursor/mcp.json",
    },
    "windows": {
        "claude_desktop": r"%LOCALAPPDATA%\Packages\Claude_pzs8sxrjxfjjc\LocalCache\Roaming\Claude"
        r"\claude_desktop_config.json",
        "claude_code": r"%USERPROFILE%\.claude.json",
        "vs_code": r"%APPDATA%\Code\User\mcp.json",
        "cursor": r"%USERPROFILE%\.cursor\mcp.json",
    },
}


@pytest.mark.parametrize("prompt", INTEGRATION)
@pytest.mark.parametrize("platform", PLACES)
async def test_integration_prompts_name_the_platforms_own_files(render, prompt, platform):
    configuration = (await render(prompt, platform=platform)).data["configuration"]

    assert configuration["platform"] == platform
    assert configuration["clients"]
    for client, place in configuration["clients"].items():
        assert place["file"] == PLACES[platform][client]
        assert place["key"] == ("servers" if client == "vs_code" else "mcpServers")
    assert configuration["this_server"]["file"].startswith("%" if platform == "windows" else "~/")
    assert configuration["this_server"]["keys"] == list(FILE_KEYS)


@pytest.mark.parametrize(
    ("system", "platform"),
    [("darwin", "macos"), ("win32", "windows"), ("linux", "linux"), ("freebsd14", "linux")],
)
def test_the_platform_is_named_after_the_running_system(system, platform):
    assert name_platform(system) == platform


async def test_tools_that_a_text_names_but_the_server_does_not_offer_are_said_to_be_missing(render):
    readers = EVERY_TOOL - {"create_job"}

    shown = await render("create_job_flow", tools=readers)
    assert "Not offered by this server" in shown.text
    assert "`create_job`." in shown.text
    assert "Not offered" not in (await render("job_monitoring_dashboard", tools=readers)).text


@pytest.mark.parametrize("prompt", PROMPTS)
async def test_a_prompt_renders_while_the_backend_is_down_and_says_so(render, clock, prompt):
    backend = CloudLikeGateway(clock)
    backend.ping_error = backend.list_error = ServiceUnavailable("no connection")
    named = {"job_id": "x"} if "job_id" in [each.name for each in PROMPTS[prompt].arguments] else {}

    shown = await render(prompt, backend=backend, **named)

    assert UNREAD in shown.text
    assert shown.data["problem"]["code"] == "service_unavailable"
    assert shown.data["backend"]["name"] == "memory"
    assert ("Whether there is a job" in shown.text) == bool(named), "not unknown, but unread"


async def test_a_refused_key_is_said_with_the_settings_to_check(render, clock):
    backend = CloudLikeGateway(clock)
    backend.list_error = NotAuthenticated()

    shown = await render("authentication_guide", backend=backend)

    assert shown.data["connection"]["authenticated"] is False
    assert "CRONLYTIC_API_KEY" in shown.data["problem"]["message"]


async def test_a_backend_that_hangs_delays_a_prompt_by_a_bounded_time(render, clock):
    shown = await render("scaling_strategies", backend=HangingListGateway(clock), fact_seconds=0.01)

    assert UNREAD in shown.text
    assert shown.data["problem"] == "The backend did not answer within 0.01 s."


class LogsDown(MemoryGateway):
    """A backend that lists its jobs and cannot tell of their runs."""

    async def logs(self, job_id):
        raise ServiceUnavailable("no connection")


async def test_what_was_read_before_the_backend_failed_is_kept(render, clock):
    backend = LogsDown(clock)
    job = await backend.create(spec())

    shown = await render("update_job_flow", backend=backend, job_id=job.job_id)

    assert UNREAD in shown.text
    assert shown.job["job_id"] == job.job_id


class Failing(MemoryGateway):
    """A backend that answers until a test lets it fail."""

    down = False

    async def list(self):
        self._fail_while_down()
        return await super().list()

    async def logs(self, job_id):
        self._fail_while_down()
        return await super().logs(job_id)

    def _fail_while_down(self):
        if self.down:
            raise ServiceUnavailable("no connection", retryable=False)


async def test_facts_from_memory_are_given_with_their_age(render, clock):
    inner = Failing(clock)
    await inner.create(spec())
    policy = ResiliencePolicy(cache_time=0.001)
    backend = resilient(inner, clock, policy)
    before = clock.now()
    await render("scaling_strategies", backend=backend)
    inner.down = True
    clock.advance(timedelta(minutes=3))

    shown = await render("scaling_strategies", backend=backend)

    assert shown.data["jobs"]["total"] == 1
    assert shown.data["as_of"] == before.isoformat()
    assert "may be out of date" in shown.text


async def test_facts_from_memory_are_given_with_their_age_also_where_others_cannot_be_read(render, clock):
    inner = Failing(clock)
    job = await inner.create(spec())
    backend = resilient(inner, clock, ResiliencePolicy(cache_time=0.001))
    await render("update_job_flow", backend=backend)
    inner.down = True
    clock.advance(timedelta(minutes=3))

    shown = await render("update_job_flow", backend=backend, job_id=job.job_id)

    assert shown.job["job_id"] == job.job_id
    assert "as_of" in shown.data
    assert "problem" in shown.data
    assert "Some facts could not be read" in shown.text
    assert "may be out of date" in shown.text


async def test_a_crowded_account_keeps_every_part_of_its_shape(render, gateway):
    for number in range(300):
        await gateway.create(spec(name=f"{'n' * 46}-{number}", cron_expression="0 3 * * *"))

    shown = await render("scaling_strategies")

    assert len(shown.data["load"]["start_together"][0]["jobs"]) == 5
    assert len(shown.data["load"]["suggested_moves"]) == 5
    assert shown.data["load"]["start_together"][0]["job_count"] == 300
