"""The reference page of the faults, written from the rules that the fault matrix in the tests checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from docs.generator.markdown import table
from tests.faults.rules import (
    ATTEMPT_SECONDS,
    ATTEMPTS,
    CALL_SECONDS,
    LOOK_SECONDS,
    Expectation,
    durations,
    expect,
)
from tests.faults.steps import STEPS, Kind, Step
from tests.faults.troubles import TROUBLES, Trouble

HEADING = f"""# Faults

What a client sees when the API fails, for every tool that calls it and every kind of failure. The tests play
each of these against a stub of the API and hold the server to it, so this page and the program cannot differ.

- A request that can be repeated is tried {ATTEMPTS} times at most, with a random wait before each retry. One
  attempt takes up to {ATTEMPT_SECONDS:g} s, and a call up to {CALL_SECONDS:g} s in all.
- A create is sent again only where it was turned away or never arrived. Where its outcome is unknown, one
  look at the jobs follows, and the error names the job that was found in `found_job_id`.
- The HTTP client itself sends GET, PUT and DELETE once more when a connection breaks before the answer, so
  such an attempt counts as two requests.
- A deletion whose answer was lost, and whose job is gone when it is sent again, has succeeded.
- A redirect is never followed, so the other origin gets nothing.

A *lasting* fault meets every request, a *passing* one only the first, and the call then succeeds. *Requests*
are those that arrive. *Within* is the longest time, with the default [settings](settings.md).
[Errors](errors.md) tells what the codes mean.
"""


@dataclass(frozen=True)
class Group:
    """A table: the steps that are much alike."""

    title: str
    about: str
    holds: Callable[[Step], bool]


GROUPS = (
    Group(
        "Reads",
        "The look at a job before it is updated or deleted is one of them: a fault then leaves it as it was.",
        lambda step: step.kind is Kind.READ and step.tool != "health_check",
    ),
    Group(
        "get_job_logs, learning what to mask",
        "A log's texts may repeat the job's secrets, so the job has to be known; else they are withheld.",
        lambda step: step.kind is Kind.MASK,
    ),
    Group(
        "Changes of a job",
        "Where the outcome is unknown the error says so. Doing them again does no harm.",
        lambda step: step.kind is Kind.CHANGE,
    ),
    Group(
        "create_job",
        "There is never more than one job, whatever happens.",
        lambda step: step.kind is Kind.CREATE,
    ),
    Group(
        "create_job, once the job is there",
        "The look for other jobs of that name cannot fail the call any more. Without its answer the job "
        f"comes with a warning, after {LOOK_SECONDS:g} s at most.",
        lambda step: step.kind is Kind.LOOK,
    ),
    Group(
        "health_check, its ping",
        "It answers what it found instead of failing, and says the rest in `problem`.",
        lambda step: step.kind is Kind.PING,
    ),
    Group(
        "health_check, its check of the credentials",
        "The ping has shown by then that the API can be reached.",
        lambda step: step.kind is Kind.READ and step.tool == "health_check",
    ),
)


def write_faults_page() -> str:
    """Return the page."""
    return "\n".join([HEADING, *(_describe(group) for group in GROUPS)])


def _describe(group: Group) -> str:
    steps = [step for step in STEPS if group.holds(step)]
    alike: dict[tuple[str, ...], dict[str, list[str]]] = {}
    for trouble in TROUBLES:
        for tools, cells in _outcomes(trouble, steps):
            alike.setdefault(cells, {}).setdefault(tools, []).append(trouble.name)
    headings = ("fault", "requests, lasting", "requests, passing", "what the client is told", "within")
    rows = [(_list_faults(by_tools), *cells) for cells, by_tools in alike.items()]
    return f"## {group.title}\n\n{group.about}\n\n{table(headings, rows)}"


def _list_faults(by_tools: Mapping[str, Sequence[str]]) -> str:
    return "; ".join(", ".join(faults) + tools for tools, faults in by_tools.items())


def _outcomes(trouble: Trouble, steps: Sequence[Step]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what becomes of a fault, once where it is the same for all steps, else for each part of them."""
    parts: dict[tuple[str, ...], list[Step]] = {}
    for step in steps:
        if trouble.meets(step):
            parts.setdefault(_cells(step, trouble), []).append(step)
    for cells, part in parts.items():
        tools = ", ".join(f"`{tool}`" for tool in dict.fromkeys(step.tool for step in part))
        yield ("" if part == steps else f" of {tools}"), cells


def _cells(step: Step, trouble: Trouble) -> tuple[str, ...]:
    lasting = expect(step, trouble, lasts=True)
    passing = expect(step, trouble, lasts=False) if False in durations(step, trouble) else None
    within = f"{lasting.longest:g} s" if lasting.longest else "at once"
    recovered = ""
    if passing and passing.facts.get("looked") is not False:
        recovered = str(passing.requests)
    return str(lasting.requests), recovered, _tell(lasting), within


def _tell(expected: Expectation) -> str:
    facts = expected.facts
    if "healthy" in facts:
        return _tell_health(expected)
    if expected.code is None:
        if facts.get("looked") is False:
            return "a warning beside the job"
        return "the answer without the texts" if facts.get("shown") is False else "the answer"
    parts = [f"`{expected.code}`"]
    if facts.get("status"):
        parts.append(f"`status` {facts['status']}")
    if facts.get("outcome_unknown"):
        parts.append("`outcome_unknown`")
    if "retry_after" in facts:
        parts.append(f"`retry_after` {facts['retry_after']}")
    if "limit" in facts:
        parts.append(f"`plan`, `used` {facts['used']}, `limit` {facts['limit']}")
    return ", ".join(parts)


def _tell_health(expected: Expectation) -> str:
    facts = expected.facts
    if facts["healthy"]:
        return "healthy"
    found = ["not healthy"] + ([] if facts["reachable"] else ["not reachable"])
    return ", ".join(found + (["not authenticated"] if facts["authenticated"] is False else []))
