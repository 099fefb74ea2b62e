"""One run with what its target answered: cleaned, cut, and without the job's secrets."""

from __future__ import annotations

import pytest

from cronlytic_mcp.adapters.memory.engine_store import MemoryEngineStore
from cronlytic_mcp.application.engine_ports import Result
from cronlytic_mcp.application.get_run import SHOWN_BODY_LIMIT, get_run
from cronlytic_mcp.domain.engine.change import Change
from cronlytic_mcp.domain.engine.errors import RunNotFound
from cronlytic_mcp.domain.engine.lifecycle import create
from cronlytic_mcp.domain.engine.run import Outcome, RunState
from cronlytic_mcp.domain.engine.settlement import settle
from cronlytic_mcp.domain.errors import InvalidArguments
from cronlytic_mcp.domain.job import JobSpec
from cronlytic_mcp.domain.schedule import CronSchedule
from tests.clock import NOON

pytestmark = pytest.mark.anyio

SECRET = "s3cret-424242"


@pytest.fixture
async def store() -> MemoryEngineStore:
    store = MemoryEngineStore()
    spec = JobSpec("one", "https://example.com/", CronSchedule("0 * * * *"), headers={"X-Api-Key": SECRET})
    await store.add_job(create("job-1", spec, NOON))
    return store


async def run_with(store, body: str | None) -> str:
    run = await store.add_manual_run("job-1", NOON)
    batch = await store.claim_due(NOON, 1, NOON, lambda view: Change(view.job))
    lease = batch.claims[0].lease
    await store.start([lease], NOON)
    outcome = Outcome(success=True, attempts=1, status=200, body=body)
    await store.finish([Result(lease, outcome, NOON)], settle)
    return run.run_id


async def test_a_run_is_returned_with_its_job(store):
    run_id = await run_with(store, "fine")

    report = await get_run(store, run_id)

    assert (report.run.run_id, report.run.state) == (run_id, RunState.SUCCESS)
    assert (report.job.spec.name, report.untrusted_body) == ("one", "fine")


async def test_secrets_and_hidden_characters_of_a_body_go(store):
    hidden = SECRET[:4] + "\u200b" + SECRET[4:]
    run_id = await run_with(store, f"key={SECRET} {hidden} \u202etxt.\x07")

    assert (await get_run(store, run_id)).untrusted_body == "key=***masked*** ***masked*** txt."


async def test_a_long_body_is_cut(store):
    body = (await get_run(store, await run_with(store, "x" * 60_000))).untrusted_body

    assert len(body) == SHOWN_BODY_LIMIT
    assert body.endswith("[cut]")


async def test_a_run_without_an_answer_has_no_body(store):
    assert (await get_run(store, await run_with(store, None))).untrusted_body is None
    waiting = await store.add_manual_run("job-1", NOON)
    assert (await get_run(store, waiting.run_id)).untrusted_body is None


async def test_an_id_that_is_unknown_or_none_is_refused(store):
    with pytest.raises(RunNotFound, match="get_job_logs") as unknown:
        await get_run(store, "0" * 32)
    assert (unknown.value.code, unknown.value.facts) == ("run_not_found", {"run_id": "0" * 32})
    with pytest.raises(InvalidArguments, match="run_id"):
        await get_run(store, "../jobs")
