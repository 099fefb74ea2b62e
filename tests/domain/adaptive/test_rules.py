"""The rules: what they do, and what they keep to whatever the job looks like."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from cronlytic_mcp.domain.adaptive import acts
from cronlytic_mcp.domain.adaptive.hints import IntervalHint
from cronlytic_mcp.domain.adaptive.paces import read_paces
from cronlytic_mcp.domain.adaptive.pause import Pause
from cronlytic_mcp.domain.adaptive.rules import RULES, decide
from cronlytic_mcp.domain.adaptive.signals import NO_SIGNALS, Demand, Signals, is_queue_growing, read_signals
from cronlytic_mcp.domain.adaptive.situation import RULE_REASON, RunAt, RunEvery, Situation, TakeBack
from cronlytic_mcp.domain.engine.lifecycle import create
from cronlytic_mcp.domain.engine.planned_job import JobView
from cronlytic_mcp.domain.execution_policy import ExecutionPolicy
from cronlytic_mcp.domain.health.health import measure_health
from cronlytic_mcp.domain.job import JobSpec, JobStatus
from cronlytic_mcp.domain.log import LogEntry, RunStatus
from cronlytic_mcp.domain.schedule import CronSchedule, IntervalSchedule
from tests.clock import NOON

MINUTE = timedelta(minutes=1)


def situation(pattern="", schedule=None, *, gap=MINUTE, age=timedelta(days=3), signals=NO_SIGNALS, **policy):
    """A job whose runs ended as `pattern` says, ``.`` well and ``x`` not, the newest last and just now."""
    spec = JobSpec(
        "job", "https://example.com/", schedule or IntervalSchedule(60), policy=ExecutionPolicy(**policy)
    )
    job = create("job-1", spec, NOON - age).job
    entries = [
        LogEntry(NOON - gap * n, RunStatus.SUCCESS if sign == "." else RunStatus.FAILED, None, None)
        for n, sign in enumerate(reversed(pattern))
    ]
    health = measure_health(entries, NOON)
    job = evolve(
        job,
        failures=health.failure_streak,
        accounted_until=NOON,
        plan=evolve(job.plan, at=NOON + gap, due_at=NOON + gap),
        last_run_at=NOON if pattern else None,
    )
    return Situation(job, health, NOON, read_paces(job, NOON), signals, NOON if signals else None)


def with_hint(found: Situation, interval: timedelta, reason: str) -> Situation:
    hint = IntervalHint(interval, NOON - MINUTE, NOON + MINUTE * 12, reason)
    return evolve(found, job=evolve(found.job, hints=found.job.hints.with_hint(hint)))


HIGH, LOW, NORMAL = (Signals(demand=demand) for demand in (Demand.HIGH, Demand.LOW, Demand.NORMAL))


@pytest.mark.parametrize(
    ("found", "rule", "measure"),
    [
        (situation(), "no-data", None),
        (situation("." * 30), "calm", None),
        (situation("." * 30, age=timedelta(hours=1)), "stable", None),
        (situation("." * 8 + "x" + "." * 50), "stable", None),
        (situation("....xx...", age=timedelta(hours=1)), "recovering", None),
        (situation("...x"), "first-failures", None),
        (situation("...xx"), "first-failures", None),
        (situation("...xxx"), "incident", RunEvery(timedelta(minutes=5), timedelta(hours=2))),
        (situation(".x.xxx" * 3), "incident", RunEvery(timedelta(minutes=5), timedelta(hours=2))),
        (situation("x.xx"), "incident", RunEvery(timedelta(minutes=5), timedelta(hours=2))),
        (situation("x" * 70), "outage", RunEvery(timedelta(minutes=15), timedelta(hours=2))),
        (situation("x" * 1500), "lasting-outage", RunEvery(timedelta(hours=1), timedelta(hours=2))),
        (situation("." * 9, signals=HIGH), "high-demand", None),
        (situation("." * 9, signals=HIGH, min_interval_seconds=5), "high-demand", RunEvery(timedelta(seconds=6), MINUTE * 30)),
        (situation("." * 9, signals=LOW), "low-demand", RunEvery(MINUTE * 2, MINUTE * 30)),
        (situation("." * 9, signals=LOW, max_interval_seconds=90), "low-demand", RunEvery(timedelta(seconds=90), MINUTE * 30)),
        (situation("." * 9, signals=NORMAL), "reporting", None),
        (situation("." * 9, signals=Signals(wanted_interval=timedelta(seconds=1))), "wished-pace", None),
        (situation("." * 9, signals=Signals(wanted_interval=MINUTE * 7)), "wished-pace", RunEvery(MINUTE * 7, MINUTE * 30)),
        (situation("..x", signals=Signals(retry_after=MINUTE * 20)), "asked-to-wait", RunAt(NOON + MINUTE * 20, MINUTE * 30)),
        (situation("..x", signals=Signals(retry_after=timedelta(seconds=9))), "first-failures", None),
        (evolve(situation("." * 9), growing=True, signals=Signals(queue_depth=9)), "high-demand", None),
        (situation("....", CronSchedule("30 4 * * *"), gap=timedelta(days=1), age=timedelta(hours=1)), "calm", None),
        (evolve(situation("xxxx"), paces=None), "unreadable", None),
    ],
)  # fmt: skip
def test_the_first_rule_that_holds_decides(found, rule, measure):
    verdict = decide(found)

    assert (verdict.rule, verdict.measure) == (rule, measure)


def test_what_is_paused_is_left_alone():
    found = situation("xxxx")
    by_a_person = evolve(found, job=evolve(found.job, status=JobStatus.PAUSED))
    by_an_analyst = evolve(found, job=evolve(found.job, pause=Pause(NOON + MINUTE, NOON, "it is broken")))

    for paused in (by_a_person, by_an_analyst):
        assert (decide(paused).rule, decide(paused).measure) == ("paused", None)


def test_a_recovery_takes_the_rules_own_hint_back_and_no_other():
    found = situation("xxx.")

    assert decide(with_hint(found, MINUTE * 5, f"{RULE_REASON}incident: x")).measure == TakeBack()
    assert decide(with_hint(found, MINUTE * 5, "the assistant's own")).measure is None


def test_when_demand_is_normal_again_the_rules_own_hint_is_taken_back():
    found = situation("." * 9, signals=NORMAL)

    assert decide(with_hint(found, MINUTE * 5, f"{RULE_REASON}high-demand: x")).rule == "back-to-normal"
    assert decide(with_hint(found, MINUTE * 5, "the assistant's own")).rule == "reporting"


@pytest.mark.parametrize(("seconds", "replaced"), [(10, True), (299, True), (300, False), (3600, False)])
def test_the_hint_of_another_is_replaced_only_where_it_runs_a_broken_target_too_often(seconds, replaced):
    found = with_hint(situation("xxx"), timedelta(seconds=seconds), "the assistant's own")

    assert (decide(found).measure is not None) == replaced


def test_a_hint_that_already_does_it_is_not_proposed_again_until_it_is_about_to_end():
    found = with_hint(situation("xxx"), MINUTE * 5, f"{RULE_REASON}incident: x")
    assert decide(found).measure is not None  # 12 minutes are left, and 5 pass until the next look

    longer = evolve(found.job.hints.interval, expires_at=NOON + MINUTE * 20)
    assert (
        decide(evolve(found, job=evolve(found.job, hints=found.job.hints.with_hint(longer)))).measure is None
    )


@pytest.mark.parametrize("schedule", [IntervalSchedule(3600), CronSchedule("0 * * * *")])
def test_a_broken_job_is_tried_more_often_only_where_its_person_allows_it(schedule):
    usual = decide(situation("xxx", schedule, gap=timedelta(minutes=10)))
    allowed = decide(situation("xxx", schedule, gap=timedelta(minutes=10), min_interval_seconds=120))

    assert usual.measure is None or usual.measure.interval == timedelta(hours=1)
    assert allowed.measure.interval == timedelta(minutes=5)


@pytest.mark.parametrize(
    ("schedule", "fastest"),
    [
        (IntervalSchedule(3600), timedelta(minutes=5)),
        (CronSchedule("0 * * * *"), timedelta(minutes=5)),
        (CronSchedule("0 9-17 * * *"), timedelta(hours=1)),
    ],
)
def test_only_a_schedule_that_an_interval_can_stand_in_for_may_be_hastened(schedule, fastest):
    paces = situation("...", schedule, min_interval_seconds=300).paces

    assert (paces.usual, paces.fastest) == (timedelta(hours=1), fastest)


def test_hours_and_days_that_were_chosen_are_kept():
    """15 January 2026 is a Thursday, and it is noon."""
    found = situation("xxx", CronSchedule("*/2 9-16 * * 1-5"), gap=MINUTE * 2, min_interval_seconds=60)
    verdict = decide(found)

    assert isinstance(verdict.measure, RunAt)
    assert verdict.measure.at == NOON + MINUTE * 6  # the first of its own times after five minutes


SCHEDULES = st.one_of(
    st.integers(1, 200_000).map(IntervalSchedule),
    st.sampled_from(["* * * * *", "*/7 * * * *", "0 * * * *", "30 9-17 * * 1-5", "0 4 1 * *"]).map(
        CronSchedule
    ),
)
SIGNALS = st.builds(
    Signals,
    st.none() | st.sampled_from(Demand),
    st.none() | st.floats(0, 1e15),
    st.none() | st.integers(1, 86_400).map(lambda seconds: timedelta(seconds=seconds)),
    st.none() | st.integers(1, 82_800).map(lambda seconds: timedelta(seconds=seconds)),
)


@given(
    st.text("x.", max_size=40),
    SCHEDULES,
    SIGNALS,
    st.none() | st.integers(1, 100_000),
    st.none() | st.integers(1, 100_000),
    st.booleans(),
)
def test_a_rule_never_asks_for_more_than_the_person_allows_and_its_act_is_always_taken(
    pattern, schedule, signals, low, high, growing
):
    if low is not None and high is not None and low > high:
        low, high = high, low
    found = evolve(
        situation(pattern, schedule, signals=signals, min_interval_seconds=low, max_interval_seconds=high),
        growing=growing,
    )
    verdict, paces, view = decide(found), found.paces, JobView(found.job)

    match verdict.measure:
        case RunEvery(interval=interval, ttl=ttl):
            assert interval >= (paces.usual if low is None else timedelta(seconds=low))
            assert high is None or interval <= timedelta(seconds=high)
            assert paces.even
            acts.propose_interval(view, interval, ttl, verdict.reason, NOON)
        case RunAt(at=at, ttl=ttl):
            assert at > found.job.plan.at
            assert ttl <= timedelta(hours=24)


def test_every_rule_is_reached_by_a_name_of_its_own_and_the_last_one_always_holds():
    names = [rule.name for rule in RULES]

    assert len(set(names)) == len(names)
    assert RULES[-1].holds(situation())


@pytest.mark.parametrize(
    ("body", "signals"),
    [
        ('{"demand": "high", "orders": 3}', HIGH),
        ('{"queue_depth": 12}', Signals(queue_depth=12)),
        ('{"wanted_interval_seconds": 30}', Signals(wanted_interval=timedelta(seconds=30))),
        ('{"retry_after_seconds": 600}', Signals(retry_after=timedelta(minutes=10))),
        ('{"demand": "HIGH; DROP TABLE", "queue_depth": "many"}', NO_SIGNALS),
        ('{"wanted_interval_seconds": 0}', NO_SIGNALS),
        ('{"wanted_interval_seconds": 1e99}', NO_SIGNALS),
        ('{"wanted_interval_seconds": true}', NO_SIGNALS),
        ('{"retry_after_seconds": 86400}', NO_SIGNALS),
        ('{"queue_depth": -1}', NO_SIGNALS),
        ('{"queue_depth": NaN}', NO_SIGNALS),
        ('{"demand": ["high"]}', NO_SIGNALS),
        ('{"nested": {"demand": "high"}}', NO_SIGNALS),
        ('[{"demand": "high"}]', NO_SIGNALS),
        ("demand: high", NO_SIGNALS),
        ('{"demand": "high"', NO_SIGNALS),
        ('{"a":' * 3_000, NO_SIGNALS),
        ('{"queue_depth": ' + "9" * 3_900 + "}", NO_SIGNALS),
        ("", NO_SIGNALS),
        (None, NO_SIGNALS),
    ],
)
def test_a_body_is_read_as_a_few_numbers_and_words_within_bounds(body, signals):
    assert read_signals(body) == signals


@given(st.text())
def test_whatever_a_body_holds_reading_it_does_no_harm(text):
    read_signals(text)
    read_signals(f'{{"demand": {text}}}')


@pytest.mark.parametrize(
    ("depths", "growing"),
    [([9, 5, 1], True), ([9, 5, 5], False), ([1, 5, 9], False), ([9, 5], False), ([9, None, 1], False)],
)
def test_a_queue_grows_if_each_of_three_answers_tells_of_a_longer_one(depths, growing):
    assert is_queue_growing([Signals(queue_depth=depth) for depth in depths]) is growing
