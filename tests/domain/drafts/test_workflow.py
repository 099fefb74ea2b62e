"""The times of a workflow become jobs that start it."""

from __future__ import annotations

import json

import pytest

from cronlytic_mcp.domain.drafts.workflow import read_workflow
from cronlytic_mcp.entrypoints.portability.yaml_text import read_yaml

WORKFLOW = b"""
name: Nightly build
on:
  workflow_dispatch:
  schedule:
    - cron: '30 5 * * 1,3'
    - cron: 0 12 * * *
      timezone: Europe/Berlin
    - cron: whenever
    - interval: 5
jobs: {}
"""


def test_each_time_becomes_a_call_that_starts_the_workflow():
    [workflow] = read_yaml(WORKFLOW)
    drafts = read_workflow(workflow, "nightly.yml", repository="me/mine", ref="release")

    assert [(d["name"], d["cron_expression"], d.get("timezone")) for d in drafts.documents] == [
        ("Nightly-build", "30 5 * * 1,3", None),
        ("Nightly-build-2", "0 12 * * *", "Europe/Berlin"),
    ]
    first = drafts.documents[0]
    assert first["method"] == "POST"
    assert first["url"] == "https://api.github.com/repos/me/mine/actions/workflows/nightly.yml/dispatches"
    assert first["headers"]["Authorization"] == "Bearer ${GITHUB_TOKEN}"
    assert json.loads(first["body"]) == {"ref": "release"}
    assert [str(each)[:6] for each in drafts.skipped] == ["Time 3", "Time 4"]
    assert not any("workflow_dispatch" in str(note) for note in drafts.notes)


def test_without_a_repository_the_url_refers_to_a_variable_and_a_missing_trigger_is_noted():
    [workflow] = read_yaml(WORKFLOW.replace(b"  workflow_dispatch:\n", b""))
    drafts = read_workflow(workflow, "nightly.yml")

    assert "/repos/${GITHUB_REPOSITORY}/" in drafts.documents[0]["url"]
    assert "workflow_dispatch" in str(drafts.notes[0])


@pytest.mark.parametrize(
    "text", [b"a", b"[]", b"on: push", b"on: [schedule]", b"on:\n  schedule:", b"on:\n  schedule: x"]
)
def test_a_workflow_without_times_says_so(text):
    [workflow] = read_yaml(text)

    drafts = read_workflow(workflow, "x.yml")

    assert not drafts.documents
    assert "no times" in str(drafts.skipped[0])
