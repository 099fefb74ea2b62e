"""The page on what a job may have names every option with the bounds that the rules have."""

from __future__ import annotations

import json
import re

import pytest

from cronlytic_mcp.domain.field_rules import SCHEDULES, find_field_problems
from cronlytic_mcp.domain.policy_rules import OPTIONS, find_policy_problems
from tests.architecture.source_tree import ROOT

PAGE = (ROOT / "docs/how-to/job-options.md").read_text(encoding="utf-8")
ROWS = {
    row[0]: row
    for row in re.findall(r"^\| `(\w+)`[^|]*\| ([^|]+) \| ([^|]*) \|(?: ([^|]+) \|)?$", PAGE, re.MULTILINE)
}
BOUNDS = {
    name: (float(found[1]), float(found[2]))
    for name, row in ROWS.items()
    if (found := re.fullmatch(r"([\d.]+) to (\d+)", row[2].strip()))
}


def test_every_option_and_every_kind_of_schedule_has_its_row():
    assert list(ROWS) == [*SCHEDULES, *OPTIONS]


@pytest.mark.parametrize("name", BOUNDS)
def test_the_bounds_are_those_of_the_rules(name):
    low, high = BOUNDS[name]
    fitting, outside = (low, high), (low - 1, high + 1)
    assert len(BOUNDS) > 8
    assert not any(find_policy_problems({name: _whole(value)}) for value in fitting)
    assert all(find_policy_problems({name: _whole(value)}) for value in outside)


def test_the_example_is_a_good_job():
    (example,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    assert find_field_problems(json.loads(example)) == ()


def _whole(value: float) -> float:
    return int(value) if value.is_integer() else value
