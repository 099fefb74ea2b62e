"""The planner as a process, beside a worker or alone, and what the doctor says of it."""

from __future__ import annotations

import asyncio
import json
import signal

import pytest

from cronlytic_mcp.domain.adaptive.session import SessionState
from tests.adapters.openai.endpoint import playing, response, submit
from tests.entrypoints.engine.command import add_job, command, opened
from tests.webhook_target import closed_port, listening

pytestmark = pytest.mark.anyio

KEY = "sk-Very-Secret-0123456789"


async def first_session(store):
    """Wait for an analysis that has ended."""
    async with asyncio.timeout(20):
        while True:
            for session in await store.analyses.list_sessions(1):
                if not session.is_open:
                    return session
            await asyncio.sleep(0.05)


async def test_alone_it_analyses_jobs_by_the_rules_and_ends_on_a_signal(tmp_path):
    async with opened(tmp_path) as store:
        await add_job(store, "https://example.com/", seconds=3600)
        async with command(tmp_path, "planner") as planner:
            started = await planner.line_with("planner started")
            session = await first_session(store)
            planner.process.send_signal(signal.SIGTERM)
            code = await planner.end()
        runs = await store.list_runs("job-1", 10)

    assert "the analyst is rules;" in started
    assert (session.analyst, session.state, session.shadow) == ("rules", SessionState.SUBMITTED, False)
    assert not runs
    assert code == 143
    assert planner.lines[-1] == "cronlytic-mcp: planner stopped."


async def test_beside_a_worker_a_model_only_watches_unless_told_otherwise(tmp_path):
    async with listening() as target, opened(tmp_path) as store, playing(submit()) as endpoint:
        await add_job(store, f"http://127.0.0.1:{target.port}/")
        settings = {
            "CRONLYTIC_PLANNER": "llm",
            "CRONLYTIC_LLM_URL": endpoint.url,
            "CRONLYTIC_LLM_MODEL": "played",
            "CRONLYTIC_LLM_API_KEY": KEY,
            "CRONLYTIC_LOG_LEVEL": "debug",
        }
        async with command(tmp_path, "worker", **settings) as worker:
            await worker.line_with("worker started")
            session = await first_session(store)
            await asyncio.wait_for(target.heard.wait(), 20)
            worker.process.send_signal(signal.SIGTERM)
            code = await worker.end()

    assert (session.analyst, session.state, session.shadow) == ("llm", SessionState.SUBMITTED, True)
    assert code == 143
    assert "the planner is on: the analyst is llm, in shadow mode" in " ".join(worker.lines)
    assert KEY not in " ".join(worker.lines)


async def test_a_worker_whose_planner_cannot_work_says_so_and_runs_jobs(tmp_path):
    async with listening() as target, opened(tmp_path) as store:
        await add_job(store, f"http://127.0.0.1:{target.port}/")
        async with command(tmp_path, "worker", CRONLYTIC_PLANNER="llm") as worker:
            await worker.line_with("jobs run, but the planner does not: CRONLYTIC_LLM_URL is not set")
            await asyncio.wait_for(target.heard.wait(), 20)
            worker.process.send_signal(signal.SIGTERM)
            assert await worker.end() == 143


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"CRONLYTIC_BACKEND": "memory"}, "the backend is memory"),
        ({"CRONLYTIC_PLANNER": "off"}, "CRONLYTIC_PLANNER is off"),
        ({"CRONLYTIC_PLANNER": "oracle"}, "must be one of off, rules, llm"),
        ({"CRONLYTIC_PLANNER": "llm"}, "CRONLYTIC_LLM_URL is not set"),
        (
            {"CRONLYTIC_PLANNER": "llm", "CRONLYTIC_LLM_URL": "https://x.example/v1"},
            "CRONLYTIC_LLM_MODEL is not set",
        ),
        ({"CRONLYTIC_LLM_URL": "http://models.example/v1"}, "must start with https://"),
        ({"CRONLYTIC_PLANNER_SHADOW": "perhaps"}, "must be true or false"),
        ({"CRONLYTIC_PLANNER_SECONDS": "1"}, "CRONLYTIC_PLANNER_SECONDS must be"),
        ({"CRONLYTIC_LLM_API_KEY": f"{KEY}\t", "CRONLYTIC_LLM_API_KEY_FILE": "x"}, "are both set"),
        ({"CRONLYTIC_LLM_API_KEY": f"{KEY} x"}, "must be visible ASCII"),
    ],
)
async def test_a_wrong_configuration_ends_the_start_with_one_sentence_and_code_2(tmp_path, environment, said):
    async with command(tmp_path, "planner", **environment) as planner:
        assert await planner.end() == 2
    (line,) = planner.lines
    assert said in line
    assert KEY not in line


async def test_a_store_that_cannot_be_used_ends_the_start_with_code_1(tmp_path):
    (tmp_path / "jobs.db").write_text("not a database, but somebody's text" * 10)
    async with command(tmp_path, "planner") as planner:
        assert await planner.end() == 1


async def findings(tmp_path, **environment) -> list[tuple[str, str, str]]:
    async with command(tmp_path, "doctor", "--json", **environment) as doctor:
        await doctor.end()
    found = json.loads(doctor.output)["findings"]
    return [(each["level"], each["finding"], each["advice"]) for each in found if each["topic"] == "planner"]


async def test_the_doctor_tells_whether_the_configured_planner_could_work(tmp_path):
    endpoint_at = {"CRONLYTIC_PLANNER": "llm", "CRONLYTIC_LLM_MODEL": "played"}

    assert await findings(tmp_path) == []
    assert await findings(tmp_path, CRONLYTIC_PLANNER="rules") == [("ok", "The analyst rules can work.", "")]
    ((level, _, advice),) = await findings(tmp_path, CRONLYTIC_PLANNER="rules", CRONLYTIC_BACKEND="memory")
    assert (level, "the backend is memory" in advice) == ("warning", True)
    ((level, _, advice),) = await findings(
        tmp_path, **endpoint_at, CRONLYTIC_LLM_URL=f"http://127.0.0.1:{closed_port()}/v1"
    )
    assert (level, "could not be reached" in advice) == ("warning", True)
    async with playing(response("{}", 401)) as endpoint:
        ((level, _, advice),) = await findings(tmp_path, **endpoint_at, CRONLYTIC_LLM_URL=endpoint.url)
    assert (level, "refused the key" in advice) == ("warning", True)
    async with playing(response("{}", 404)) as endpoint:
        ((level, said, _),) = await findings(tmp_path, **endpoint_at, CRONLYTIC_LLM_URL=endpoint.url)
    assert (level, said) == ("ok", "The analyst llm can work in shadow mode, which changes nothing.")


async def test_the_doctor_tells_that_the_months_tokens_are_used_up(tmp_path):
    async with opened(tmp_path), playing(response("{}", 404)) as endpoint:
        ((level, _, advice),) = await findings(
            tmp_path,
            CRONLYTIC_PLANNER="llm",
            CRONLYTIC_LLM_URL=endpoint.url,
            CRONLYTIC_LLM_MODEL="played",
            CRONLYTIC_LLM_MONTH_TOKENS="0",
        )
    assert (level, "quota of tokens is used up" in advice) == ("warning", True)
