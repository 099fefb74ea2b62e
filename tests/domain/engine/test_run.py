"""Runs: their ids, their lateness, their places."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from cronlytic_mcp.domain.engine.run import Outcome, Run, RunPosition, RunSource, RunState, make_run_id

NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
INSTANTS = st.integers(0, 230 * 366 * 86400 * 10**6).map(lambda n: EPOCH + timedelta(microseconds=n))
RUN = Run("1", "job-1", NOON, RunSource.BASELINE_CRON, RunState.CLAIMED, NOON)


@given(st.text(max_size=64), INSTANTS)
def test_an_id_is_a_header_value_that_follows_from_job_and_time(job_id, fire_at):
    run_id = make_run_id(job_id, fire_at, RunSource.BASELINE_CRON)

    assert re.fullmatch("[0-9a-f]{32}", run_id)
    local = fire_at.astimezone(datetime.now().astimezone().tzinfo)
    assert make_run_id(job_id, local, RunSource.BASELINE_CRON) == run_id


@given(INSTANTS, INSTANTS)
def test_ids_are_ordered_by_time(first, second):
    ids = [make_run_id("job", instant, RunSource.ONE_SHOT) for instant in sorted([first, second])]

    assert ids == sorted(ids)
    assert (ids[0] == ids[1]) == (first == second)


def test_an_occurrence_has_one_id_whatever_planned_it_and_a_run_by_hand_another():
    planned = {make_run_id("job", NOON, source) for source in RunSource if source is not RunSource.MANUAL}

    assert len(planned) == 1
    assert make_run_id("job", NOON, RunSource.MANUAL) not in planned


def test_other_jobs_and_other_times_have_other_ids():
    ids = {
        make_run_id(job_id, NOON + timedelta(microseconds=n), RunSource.BASELINE_CRON)
        for job_id in ("a", "b", "a ", "A")
        for n in range(3)
    }

    assert len(ids) == 12


def test_lateness_is_known_once_a_run_has_started():
    assert RUN.lateness is None
    assert evolve(RUN, started_at=NOON + timedelta(seconds=2)).lateness == timedelta(seconds=2)


def test_a_run_is_a_stretch_of_one():
    assert (RUN.last_at, RUN.count) == (NOON, 1)
    assert RUN.position == RunPosition(NOON, "1")


def test_the_body_of_an_answer_is_not_in_the_repr():
    assert "s3cret" not in repr(evolve(RUN, outcome=Outcome(True, 1, 200, body="s3cret")))
