"""Every statement finds its rows by an index: SQLite is asked how it would carry out what the store sends."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta

import pytest
from attrs import evolve
from sqlalchemy import Engine, event

from cronlytic_mcp.application.engine_ports import Lease
from cronlytic_mcp.domain.adaptive.session import SessionPosition
from cronlytic_mcp.domain.engine.change import Change
from cronlytic_mcp.domain.engine.job_query import JobOrder, JobPosition, JobQuery
from cronlytic_mcp.domain.engine.run import RunPosition, RunSource, RunState, make_run_id
from cronlytic_mcp.domain.job import JobStatus
from tests.contract import analysis_store as analyses
from tests.contract.engine_store import (
    CALLS,
    HOURLY,
    LEASE,
    NOON,
    OK,
    Result,
    a_job,
    a_run,
    an_event,
    claim,
    count,
    keep,
    move_on,
    rows,
)

pytestmark = pytest.mark.anyio

RUN = make_run_id("job-1", NOON, RunSource.BASELINE_CRON)
BEFORE = RunPosition(NOON, "x")
STATEMENTS = re.compile(r"\s*(SELECT|UPDATE|DELETE)", re.IGNORECASE)

# What may read a whole index, and why: they are asked for all of it, or it holds only what is under way.
WHOLE = {
    "list_jobs": {"SCAN jobs USING INDEX jobs_by_age"},
    "claim_due": {"SCAN runs USING INDEX runs_waiting"},
    "forget_excess_runs": {"SCAN runs USING COVERING INDEX runs_of_job"},
}
# The total of a page counts an index of the jobs, and its first rows are the first of one.
OF_A_PAGE = re.compile(
    r"SCAN jobs USING (COVERING INDEX (jobs_by_name|sqlite_autoindex_jobs_1)|INDEX jobs_by_(name|status))"
)
MORE_CALLS = {
    "add_job": lambda store: store.add_job(Change(a_job("another"), events=(an_event(),))),
    "claim_due": lambda store: store.claim_due(NOON, 10, NOON + LEASE, move_on),
    "start": lambda store: store.start([Lease(RUN, 1)], NOON),
    "renew": lambda store: store.renew([Lease(RUN, 1)], NOON),
    "finish": lambda store: store.finish([Result(Lease(RUN, 1), OK, NOON)], count),
    "reclaim_lapsed": lambda store: store.reclaim_lapsed(NOON + LEASE, 10, NOON + 2 * LEASE, keep),
    "change_job": lambda store: store.change_job(
        "job-1", lambda view: Change(evolve(view.job, spec=evolve(HOURLY, name="other")))
    ),
    "list_runs": lambda store: store.list_runs("job-1", 10, before=BEFORE),
    "list_runs of states": lambda store: store.list_runs("job-1", 10, before=BEFORE, states=list(RunState)),
    "events_since of a job": lambda store: store.events_since(0, 10, job_id="job-1"),
}
ANALYSES = {
    name: call for name, call in analyses.CALLS.items() if name not in {"open_session", "list_sessions"}
} | {
    "list_sessions": lambda store: store.list_sessions(9),
    "list_sessions of a job": lambda store: store.list_sessions(9, job_id="job-1"),
    "list_sessions before": lambda store: store.list_sessions(9, before=SessionPosition(NOON, "s1")),
    "open_session": lambda store: store.open_session("job-2", analyses.starts("s2")),
}
PAGES = {
    f"{order} {status} {part} {after and after.value}": JobQuery(10, order, status, part, after)
    for order in JobOrder
    for status in (None, JobStatus.FAILED)
    for part in ("", "part")
    for after in (
        None,
        JobPosition("x" if order in {JobOrder.NAME, JobOrder.STATUS} else NOON, "job-1"),
        JobPosition(None, "job-1"),
    )
}


@contextmanager
def sent() -> Iterator[list[tuple[str, object]]]:
    """Every statement that SQLAlchemy sends meanwhile, with its first parameters."""
    statements: list[tuple[str, object]] = []

    def keep_it(_connection, _cursor, statement, parameters, _context, many):
        if STATEMENTS.match(statement):
            statements.append((statement, parameters[0] if many else parameters))

    event.listen(Engine, "before_cursor_execute", keep_it)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", keep_it)


async def plan_of(place, call) -> list[str]:
    """The steps in which SQLite carries out what a call sends."""
    with sent() as statements:
        await call
    assert statements
    with closing(sqlite3.connect(place.path)) as connection:
        return [
            step
            for statement, parameters in statements
            for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]


@pytest.fixture
async def filled(store):
    await store.add_job(Change(a_job(), events=(an_event(),)))
    await claim(store)
    await store.start([Lease(RUN, 1)], NOON)
    await store.add_job(Change(a_job("job-2")))
    waiting = a_run(NOON + timedelta(hours=1), RunState.QUEUED)
    ended = a_run(NOON - timedelta(hours=1), RunState.SUCCESS, finished_at=NOON, outcome=OK)
    await store.change_job("job-1", rows(waiting, ended))
    return store


@pytest.mark.parametrize("name", sorted({*CALLS, *MORE_CALLS} - {"page_jobs"}))
async def test_no_call_reads_more_than_it_has_to(place, filled, name):
    call = MORE_CALLS[name](filled) if name in MORE_CALLS else CALLS[name](filled, "job-1")

    steps = await plan_of(place, call)

    scans = {step for step in steps if re.match(r"SCAN (jobs|runs|bodies|events|counters|other)\b", step)}
    assert scans <= WHOLE.get(name, set())


@pytest.mark.parametrize("name", ANALYSES)
async def test_no_call_about_analyses_reads_more_than_it_has_to(place, filled, name):
    await filled.analyses.open_session("job-1", analyses.starts())
    await filled.analyses.change_session("s1", analyses.looks())

    steps = await plan_of(place, ANALYSES[name](filled.analyses))

    scans = [step for step in steps if re.match(r"SCAN (jobs|runs|bodies|events|analysis_\w+)\b", step)]
    # The newest sessions of all are the first rows of an index, and of the open ones there are few.
    assert not [
        step for step in scans if not step.endswith(("INDEX sessions_by_start", "INDEX sessions_idle"))
    ]


@pytest.mark.parametrize("name", PAGES)
async def test_a_page_is_read_along_an_index(place, filled, name):
    query = PAGES[name]

    steps = await plan_of(place, filled.page_jobs(query))

    assert not [step for step in steps if step.startswith("SCAN") and not OF_A_PAGE.fullmatch(step)]
    if query.status is None:  # of one status, few enough are left to be sorted
        assert not [step for step in steps if "TEMP B-TREE" in step]


async def test_the_runs_under_way_are_found_among_any_number_of_others(place, filled):
    for call in (
        filled.claim_due(NOON, 10, NOON + LEASE, move_on),
        filled.change_job("job-1", lambda view: Change(view.job)),
    ):
        steps = await plan_of(place, call)

        assert "SEARCH runs USING INDEX runs_under_way (job_id=?)" in steps
        assert not [step for step in steps if "runs_of_job" in step]


async def test_runs_in_a_rare_state_are_found_among_any_number_of_others(place, filled):
    steps = await plan_of(place, filled.list_runs("job-1", 10, states=[RunState.FAILED, RunState.QUEUED]))

    of_runs = [step for step in steps if " runs " in step]
    assert {step.split(" USING ")[1].split(" (")[0] for step in of_runs} == {
        "INDEX runs_by_state",
        "INDEX runs_under_way",
    }
