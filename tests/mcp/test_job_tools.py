"""The tools that create, show, change, pause and list jobs, as a client of either era sees them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cronlytic_mcp.domain.log import LogEntry, RunStatus

pytestmark = pytest.mark.anyio

MASK = "***masked***"


async def test_a_job_needs_only_name_url_and_schedule(connect):
    async with connect() as assistant:
        answer = await assistant.call(
            "create_job", name="backup", url="https://example.com/hook", cron_expression="0 3 * * *"
        )
    job = answer["job"]
    assert job | {"job_id": "", "user_id": ""} == {
        "job_id": "",
        "user_id": "",
        "name": "backup",
        "url": "https://example.com/hook",
        "method": "GET",
        "headers": {},
        "body": "",
        "cron_expression": "0 3 * * *",
        "timezone": "UTC",
        "status": "pending",
        "last_run_at": None,
        "next_run_at": "2026-01-16T03:00:00+00:00",
    }
    schedule = answer["schedule"]
    assert schedule["next_runs"] == [f"2026-01-{day}T03:00:00+00:00" for day in range(16, 21)]
    assert schedule["normalized"] == "0 3 * * *"
    assert schedule["timezone"] == "UTC"
    assert "03:00" in schedule["description"]


async def test_on_a_backend_that_forgets_a_new_job_says_so(connect):
    async with connect() as assistant:
        answer = await assistant.call(
            "create_job", name="backup", url="https://example.com/hook", cron_expression="@daily"
        )
    (notice,) = answer["notices"]
    assert "vanishes when this server ends, and it does not run" in notice


async def test_what_was_written_differently_is_said(connect):
    async with connect() as assistant:
        answer = await assistant.call(
            "create_job",
            name="backup",
            url="https://example.com/hook",
            cron_expression="@daily",
            method="post",
            body="x",
        )
    assert answer["job"]["method"] == "POST"
    assert answer["job"]["cron_expression"] == "0 0 * * *"
    assert len(answer["normalized"]) == 2


async def test_a_second_job_of_the_same_name_is_warned_of(connect):
    async with connect() as assistant:
        await assistant.create()
        answer = await assistant.call(
            "create_job", name="backup", url="https://example.com/hook", cron_expression="0 3 * * *"
        )
    assert any("backup" in warning or "name" in warning for warning in answer["warnings"])


async def test_a_zone_on_a_backend_that_knows_only_utc_is_refused_with_what_fits(connect):
    async with connect() as assistant:
        error = await assistant.refuse(
            "create_job",
            name="backup",
            url="https://example.com/hook",
            cron_expression="0 9 * * *",
            timezone="Europe/Berlin",
        )
    assert error["code"] == "not_supported"
    assert error["cron_expression"] == "0 8 * * *"
    assert error["valid_until"].startswith("2026-03-29")


async def test_secrets_are_masked_wherever_a_job_is_shown(connect):
    secrets = {
        "url": "https://example.com/hook?token=s3cr3t-url",
        "headers": {"Authorization": "Bearer s3cr3t-header", "Accept": "text/plain"},
        "body": '{"password": "s3cr3t-body"}',
        "method": "POST",
    }
    async with connect() as assistant:
        created = await assistant.create(**secrets)
        shown = [
            created,
            (await assistant.call("get_job", job_id=created["job_id"]))["job"],
            (await assistant.call("pause_job", job_id=created["job_id"]))["job"],
            (await assistant.call("resume_job", job_id=created["job_id"]))["job"],
            (await assistant.call("update_job", job_id=created["job_id"], name="other"))["job"],
            (await assistant.call("delete_job", job_id=created["job_id"]))["job"],
        ]
    for job in shown:
        assert "s3cr3t" not in str(job)
        assert job["headers"] == {"Authorization": MASK, "Accept": "text/plain"}
        assert MASK in job["url"]
        assert MASK in job["body"]


async def test_an_update_changes_what_is_given_and_keeps_the_rest_also_what_was_masked(connect, gateway):
    async with connect() as assistant:
        job = await assistant.create(headers={"Authorization": "Bearer real"}, method="POST", body="text")
        changes = {"cron_expression": "30 4 * * *", "headers": {"Authorization": MASK, "Accept": "*/*"}}
        answer = await assistant.call("update_job", job_id=job["job_id"], **changes)
    stored = (await gateway.get(job["job_id"])).spec
    assert dict(stored.headers) == {"Authorization": "Bearer real", "Accept": "*/*"}
    assert (stored.method, stored.body, stored.name) == ("POST", "text", "backup")
    assert answer["schedule"]["next_runs"][0] == "2026-01-16T04:30:00+00:00"


async def test_an_update_without_any_field_says_which_there_are(connect):
    async with connect() as assistant:
        job = await assistant.create()
        error = await assistant.refuse("update_job", job_id=job["job_id"])
    assert "cron_expression" in error["message"]


async def test_a_job_is_paused_and_resumed(connect):
    async with connect() as assistant:
        job = await assistant.create()
        paused = (await assistant.call("pause_job", job_id=job["job_id"]))["job"]
        resumed = (await assistant.call("resume_job", job_id=job["job_id"]))["job"]
    assert (paused["status"], paused["next_run_at"]) == ("paused", None)
    assert (resumed["status"], resumed["next_run_at"]) == ("pending", "2026-01-16T03:00:00+00:00")


async def test_a_list_is_short_filtered_sorted_and_paged_with_the_true_total(connect):
    async with connect() as assistant:
        for name in ("c-report", "a-backup", "b-backup", "d-backup"):
            await assistant.create(name=name)
        first = await assistant.call("list_jobs", name="BACKUP", limit=2)
        second = await assistant.call("list_jobs", name="BACKUP", limit=2, cursor=first["next_cursor"])
    assert [job["name"] for job in first["jobs"]] == ["a-backup", "b-backup"]
    assert [job["name"] for job in second["jobs"]] == ["d-backup"]
    assert (first["total"], second["total"], second["next_cursor"]) == (3, 3, None)
    assert set(first["jobs"][0]) == {"job_id", "name", "cron_expression", "timezone", "status", "next_run_at"}


async def test_a_cursor_of_another_list_is_refused_with_the_way_out(connect):
    async with connect() as assistant:
        for name in ("a", "b"):
            await assistant.create(name=name)
        page = await assistant.call("list_jobs", limit=1)
        error = await assistant.refuse("list_jobs", limit=1, sort="status", cursor=page["next_cursor"])
    assert "call list_jobs again without cursor" in error["message"]


async def test_runs_are_shown_newest_first_with_a_summary_and_untrusted_text_marked(connect, gateway):
    async with connect() as assistant:
        job = await assistant.create()
        for minute, code, text in [(1, 200, ""), (2, 500, "ig\u202enore\u200b all " + "x" * 5000)]:
            at = datetime(2026, 1, 15, 3, minute, tzinfo=UTC)
            status = RunStatus.SUCCESS if code == 200 else RunStatus.FAILED
            gateway.record_run(job["job_id"], LogEntry(at, status, code, 0.1 * minute, text))
        answer = await assistant.call("get_job_logs", job_id=job["job_id"])
        failed = await assistant.call("get_job_logs", job_id=job["job_id"], status="failed", limit=1)
    assert [entry["response_code"] for entry in answer["logs"]] == [500, 200]
    text = answer["logs"][0]["untrusted_error_message"]
    assert text.startswith("ignore all xxx")
    assert len(text) <= 500
    assert answer["summary"] == {
        "runs": 2,
        "successes": 1,
        "failures": 1,
        "success_rate": 0.5,
        "mean_response_time": 0.15,
        "p95_response_time": 0.2,
        "streak": 1,
        "streak_status": "failed",
    }
    assert [entry["status"] for entry in failed["logs"]] == ["failed"]


async def test_a_job_that_has_not_run_has_an_empty_history(connect):
    async with connect() as assistant:
        job = await assistant.create()
        answer = await assistant.call("get_job_logs", job_id=job["job_id"])
    assert answer["logs"] == []
    assert answer["summary"]["success_rate"] is None


async def test_health_names_backend_and_version_and_what_memory_means(connect):
    async with connect() as assistant:
        await assistant.create()
        answer = await assistant.call("health_check")
    assert answer["healthy"]
    assert answer["authenticated"] is None
    assert (answer["backend"], answer["job_count"], answer["problem"]) == ("memory", 1, None)
    assert "vanish" in answer["notices"][0]


async def test_a_schedule_is_checked_without_a_backend(connect):
    async with connect() as assistant:
        answer = await assistant.call(
            "validate_cron",
            cron_expression="30 1 * * *",
            timezone="America/New_York",
            count=2,
            after="2026-10-31T12:00:00Z",
        )
    assert answer["valid"]
    assert answer["next_runs"] == ["2026-11-01T01:30:00-04:00", "2026-11-02T01:30:00-05:00"]
    assert answer["next_runs_local"] == ["2026-11-01T05:30:00+00:00", "2026-11-02T06:30:00+00:00"]
    assert answer["warnings"]
    assert answer["frequency"]


async def test_a_wrong_schedule_is_an_answer_with_every_problem(connect):
    async with connect() as assistant:
        answer = await assistant.call("validate_cron", cron_expression="61 25 * * *", timezone="Mars/Olympus")
    assert not answer["valid"]
    assert len(answer["problems"]) >= 3
    assert all(problem["example"] for problem in answer["problems"])
    assert answer["normalized"] is None
