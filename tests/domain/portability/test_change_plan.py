"""Which job a document means, and what would change about it."""

from __future__ import annotations

from attrs import evolve

from cronlytic_mcp.domain.job import Job, JobSpec, JobStatus
from cronlytic_mcp.domain.portability.change_plan import Action, make_change_plan
from cronlytic_mcp.domain.portability.document import PortableJob
from cronlytic_mcp.domain.portability.matching import match
from cronlytic_mcp.domain.schedule import CronSchedule


def spec(name: str, **fields) -> JobSpec:
    return JobSpec(
        **({"name": name, "url": "https://example.com/", "schedule": CronSchedule("0 3 * * *")} | fields)
    )


def job(job_id: str, name: str, **fields) -> Job:
    return Job(job_id, spec(name, **fields), JobStatus.PENDING)


def plan(wanted, jobs, *, prune=False):
    matches = match(wanted, jobs)
    assert not matches.faults
    return make_change_plan(wanted, matches, prune=prune)


def actions(made):
    return [(step.action, step.name) for step in made.steps]


def test_the_id_decides_where_the_backend_knows_it_else_the_name():
    jobs = [job("1", "old-name"), job("2", "b"), job("3", "c")]
    wanted = [
        PortableJob(spec("new-name"), job_id="1"),
        PortableJob(spec("b"), job_id="elsewhere"),
        PortableJob(spec("d")),
    ]

    made = plan(wanted, jobs)

    assert actions(made) == [(Action.CHANGE, "new-name"), (Action.NONE, "b"), (Action.CREATE, "d")]
    assert made.steps[0].fields == ("name",)
    assert [each.spec.name for each in made.left] == ["c"]


def test_a_name_that_a_renamed_job_had_is_free_for_a_new_one():
    made = plan([PortableJob(spec("b"), job_id="1"), PortableJob(spec("a"))], [job("1", "a")])

    assert actions(made) == [(Action.CHANGE, "b"), (Action.CREATE, "a")]


def test_only_prune_deletes_and_it_does_so_last():
    made = plan([PortableJob(spec("new"))], [job("1", "a"), job("2", "b")], prune=True)

    assert actions(made) == [(Action.CREATE, "new"), (Action.DELETE, "a"), (Action.DELETE, "b")]


def test_every_field_is_compared_and_spellings_of_the_same_schedule_are_not_changes():
    current = job("1", "a", schedule=CronSchedule("0 3 * * MON"), method="get", headers={"A": "1", "B": "2"})
    same = spec("a", schedule=CronSchedule("0 3 * * 1"), headers={"B": "2", "A": "1"})
    other = evolve(
        same, headers={"A": "1", "C": "3"}, body="x", schedule=CronSchedule("0 3 * * 1", "Asia/Tokyo")
    )

    assert plan([PortableJob(same)], [current]).steps[0].action is Action.NONE
    changed = plan([PortableJob(other, paused=True)], [current]).steps[0].fields
    assert set(changed) == {"headers.B", "headers.C", "body", "timezone", "paused"}


def test_what_could_mean_several_jobs_is_a_fault_of_its_document():
    jobs = [job("1", "twice"), job("2", "twice"), job("3", "c")]
    wanted = [
        PortableJob(spec("twice")),
        PortableJob(spec("new")),
        PortableJob(spec("new")),
        PortableJob(spec("c"), job_id="3"),
        PortableJob(spec("d"), job_id="3"),
    ]

    faults = match(wanted, jobs).faults

    assert sorted((fault.document, fault.field) for fault in faults) == [
        (1, "name"),
        (3, "name"),
        (5, "job_id"),
    ]
    assert "1, 2" in next(fault.message for fault in faults if fault.document == 1)


def test_two_jobs_of_one_name_can_be_meant_by_their_ids():
    jobs = [job("1", "twice"), job("2", "twice")]

    assert (
        actions(plan([PortableJob(spec("twice"), job_id="2"), PortableJob(spec("twice"), job_id="1")], jobs))
        == [(Action.NONE, "twice")] * 2
    )
