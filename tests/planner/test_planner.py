"""The planner: which jobs it has analysed, when, and what becomes of an analyst that does not do as it should."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from cronlytic_mcp.application.adaptive.analyst import AnalystFailed, AnalystUnavailable
from cronlytic_mcp.application.adaptive.planner_notices import (
    AnalysisBroken,
    AnalysisFailed,
    AnalystResting,
    PlannerFailed,
    QuotaReached,
)
from cronlytic_mcp.application.adaptive.start_analysis import start_analysis
from cronlytic_mcp.domain.adaptive.session import SessionState
from cronlytic_mcp.domain.engine.errors import StoreUnavailable
from tests.application.engine.world import HOURLY, at

pytestmark = pytest.mark.anyio

SUBMIT = {"reasoning": "seen", "next_analysis_in_ms": 3_600_000}


class Played:
    """An analyst that does as the test says, and submits where it says nothing. seen: when, and which job."""

    name, costs_tokens = "played", False

    def __init__(self, scene, play=None, *, tokens=0) -> None:
        self._scene, self._play, self._tokens = scene, play, tokens
        self.costs_tokens = tokens > 0
        self.seen, self.at_work, self.most_at_work = [], 0, 0

    async def analyse(self, task) -> None:
        self.seen.append((self._scene.clock.now(), task.job_id))
        self.at_work += 1
        self.most_at_work = max(self.most_at_work, self.at_work)
        try:
            if self._tokens:
                await task.tools.spend_tokens(self._tokens)
            if self._play is not None:
                await self._play(task)
            else:
                await task.tools.call("submit_analysis", SUBMIT)
        finally:
            self.at_work -= 1

    @property
    def jobs(self) -> list[str]:
        return [job_id for _, job_id in self.seen]

    @property
    def times(self) -> list:
        return [time for time, _ in self.seen]


def failing_with(error, only=None):
    async def play(task):
        if only is None or task.job_id == only:
            raise error
        await task.tools.call("submit_analysis", SUBMIT)

    return play


async def add_jobs(scene, count: int) -> None:
    for number in range(count):
        await scene.add(HOURLY, job_id=f"job-{number:02}")


async def states(scene, job_id="job-00") -> list[SessionState]:
    return [session.state for session in await scene.sessions(job_id)]


async def test_it_looks_every_five_minutes_for_what_is_due(scene):
    await add_jobs(scene, 1)
    analyst = Played(scene)
    async with scene.planning(scene.planner(analyst)):
        await asyncio.sleep(7_500)

    assert analyst.times == [at(), at(60), at(120)]
    assert await states(scene) == [SessionState.SUBMITTED] * 3


async def test_of_many_jobs_ten_are_seen_in_one_look_and_a_few_at_once(scene):
    await add_jobs(scene, 23)

    async def play(task):
        await asyncio.sleep(10)
        await task.tools.call("submit_analysis", SUBMIT)

    analyst = Played(scene, play)
    async with scene.planning(scene.planner(analyst, at_once=3)):
        await asyncio.sleep(299)
        first = len(analyst.seen)
        await asyncio.sleep(900)

    assert first == 10
    assert sorted(analyst.jobs) == [f"job-{number:02}" for number in range(23)]
    assert analyst.most_at_work == 3


async def test_a_look_that_takes_long_ends_before_the_next_one_begins(scene):
    await add_jobs(scene, 1)

    async def play(_task):
        await asyncio.sleep(500)

    analyst = Played(scene, play)
    async with scene.planning(scene.planner(analyst, deadline=timedelta(seconds=600))):
        await asyncio.sleep(3_000)

    assert analyst.most_at_work == 1
    assert analyst.times[0] == at()


@pytest.mark.parametrize(
    ("play", "warning"),
    [
        (failing_with(AnalystFailed("The model is silent.")), "The model is silent."),
        (failing_with(RuntimeError("a bug")), "internal error"),
        (failing_with(TimeoutError()), "internal error"),
        (lambda _: asyncio.sleep(3_600), "did not end within 120 s"),
        (lambda _: asyncio.sleep(0), "without submit_analysis"),
    ],
)
async def test_an_analysis_that_is_not_submitted_is_kept_with_a_warning_and_changes_no_plan(
    scene, play, warning
):
    await add_jobs(scene, 1)
    before = (await scene.store.get_job("job-00")).plan
    async with scene.planning(scene.planner(Played(scene, play))):
        await asyncio.sleep(200)

    (session,) = await scene.sessions("job-00")
    assert session.state is SessionState.FAILED
    assert warning in " ".join(session.warnings)
    assert (await scene.store.get_job("job-00")).plan == before
    assert any(isinstance(notice, AnalysisFailed) for notice in scene.told)


async def test_a_call_too_many_ends_the_session_and_is_no_trouble_of_the_planner(scene):
    await add_jobs(scene, 1)

    async def play(task):
        for _ in range(20):
            await task.tools.call("get_latest_response", {})

    async with scene.planning(scene.planner(Played(scene, play))):
        await asyncio.sleep(10)

    (session,) = await scene.sessions("job-00")
    assert (session.state, session.call_count) == (SessionState.LIMIT_REACHED, 15)
    assert [type(notice) for notice in scene.told] == [AnalysisFailed]


async def test_one_jobs_trouble_is_its_own(scene):
    await add_jobs(scene, 3)
    analyst = Played(scene, failing_with(RuntimeError("a bug"), only="job-01"))
    async with scene.planning(scene.planner(analyst)):
        await asyncio.sleep(10)

    assert [await states(scene, f"job-{number:02}") for number in range(3)] == [
        [SessionState.SUBMITTED],
        [SessionState.FAILED],
        [SessionState.SUBMITTED],
    ]
    assert AnalysisBroken in map(type, scene.told)


async def test_what_was_left_alone_is_ended_and_analysed_when_it_is_due(scene):
    await add_jobs(scene, 1)
    await start_analysis(scene.ports, "job-00")
    analyst = Played(scene)
    async with scene.planning(scene.planner(analyst)):
        await asyncio.sleep(3_900)

    assert await states(scene) == [SessionState.ABANDONED, SessionState.SUBMITTED]


async def test_a_job_that_somebody_is_analysing_is_left_to_them(scene):
    await add_jobs(scene, 2)
    await start_analysis(scene.ports, "job-00")
    analyst = Played(scene)
    async with scene.planning(scene.planner(analyst)):
        await asyncio.sleep(10)

    assert analyst.jobs == ["job-01"]
    assert scene.told == []


async def test_several_planners_never_analyse_one_job_at_the_same_time_nor_once_too_often(scene):
    await add_jobs(scene, 8)
    at_work, analysed = set(), []

    async def play(task):
        assert task.job_id not in at_work
        at_work.add(task.job_id)
        await asyncio.sleep(len(analysed) % 3)
        analysed.append(task.job_id)
        at_work.remove(task.job_id)
        await task.tools.call("submit_analysis", SUBMIT)

    planners = [scene.planner(Played(scene, play), at_once=4) for _ in range(4)]
    await asyncio.gather(*(planner.look() for planner in planners))

    assert sorted(analysed) == [f"job-{number:02}" for number in range(8)]
    assert scene.told == []


async def test_over_the_quota_no_more_analyses_start_this_is_told_once_and_jobs_run_on(scene):
    await add_jobs(scene, 4)
    analyst = Played(scene, tokens=600)
    async with scene.running(), scene.planning(scene.planner(analyst, quota=1_000, at_once=1)):
        await asyncio.sleep(7_300)

    assert len(analyst.seen) == 2
    assert [type(notice) for notice in scene.told] == [QuotaReached]
    assert len(await scene.runs("job-03")) == 2


async def test_a_new_month_has_a_new_quota_and_failed_sessions_count(scene):
    await add_jobs(scene, 1)
    analyst = Played(scene, failing_with(AnalystFailed("no")), tokens=600)
    async with scene.planning(scene.planner(analyst, quota=1_000)):
        await asyncio.sleep(86_400)
        spent = len(analyst.seen)
        scene.clock.step(timedelta(days=31))
        await asyncio.sleep(600)

    assert spent == 2
    assert len(analyst.seen) > spent


async def test_an_analyst_without_tokens_knows_no_quota(scene):
    await add_jobs(scene, 1)
    analyst = Played(scene)
    await scene.planner(analyst, quota=0).look()

    assert analyst.jobs == ["job-00"]


async def test_an_analyst_that_is_away_is_left_alone_for_as_long_as_it_says(scene):
    await add_jobs(scene, 5)
    analyst = Played(scene, failing_with(AnalystUnavailable("Busy.", 1_700.0)))
    async with scene.planning(scene.planner(analyst, at_once=1)):
        await asyncio.sleep(3_500)

    assert analyst.times == [at(), at(30)]
    assert [type(notice) for notice in scene.told] == [AnalysisFailed, AnalystResting] * 2
    assert scene.told[1].seconds == 1_700


async def test_a_stop_lets_an_analysis_end_within_its_grace(scene):
    await add_jobs(scene, 1)

    async def play(task):
        await asyncio.sleep(3)
        await task.tools.call("submit_analysis", SUBMIT)

    async with scene.planning(scene.planner(Played(scene, play))):
        await asyncio.sleep(1)

    assert await states(scene) == [SessionState.SUBMITTED]
    assert scene.clock.now() == at(seconds=3)


async def test_what_does_not_end_within_the_grace_is_kept_as_failed_and_no_other_begins(scene):
    await add_jobs(scene, 3)
    analyst = Played(scene, lambda _: asyncio.sleep(100))
    async with scene.planning(scene.planner(analyst, at_once=1)):
        await asyncio.sleep(1)

    (session,) = await scene.sessions("job-00")
    assert session.state is SessionState.FAILED
    assert "The planner was stopped." in session.warnings
    assert analyst.jobs == ["job-00"]
    assert scene.clock.now() == at(seconds=6)


async def test_a_stopped_planner_that_waits_for_its_next_look_ends_at_once(scene):
    async with scene.planning():
        await asyncio.sleep(1)

    assert scene.clock.now() == at(seconds=1)


class Away:
    """A store of analyses that is away for its first calls."""

    def __init__(self, analyses, failures: int) -> None:
        self._analyses, self._failures = analyses, failures

    def __getattr__(self, name):
        if self._failures:
            self._failures -= 1
            raise StoreUnavailable("It is away.")
        return getattr(self._analyses, name)


async def test_it_outlives_an_outage_of_the_store(scene):
    await add_jobs(scene, 1)
    analyst = Played(scene)
    scene.store.analyses = Away(scene.store.analyses, 1)
    async with scene.planning(scene.planner(analyst)):
        await asyncio.sleep(400)

    assert analyst.times == [at(5)]
    assert [type(notice) for notice in scene.told] == [PlannerFailed]
