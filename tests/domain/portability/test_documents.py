"""A job becomes a document without secrets, and is the same job when it is read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cronlytic_mcp.domain.errors import InvalidJob
from cronlytic_mcp.domain.job import JobSpec
from cronlytic_mcp.domain.portability.concealment import conceal
from cronlytic_mcp.domain.portability.document import PortableJob, read_document, write_document
from cronlytic_mcp.domain.portability.fault import FaultyFile
from cronlytic_mcp.domain.portability.job_file import read_job_file
from cronlytic_mcp.domain.portability.references import escape, find_references, map_texts, resolve
from cronlytic_mcp.domain.schedule import CronSchedule
from cronlytic_mcp.domain.secrets.masking import secrets_of
from cronlytic_mcp.entrypoints.portability.yaml_text import read_yaml, write_yaml
from tests.domain.portability.portable_jobs import jobs, texts

GOOD = {"name": "nightly", "url": "https://example.com/hook", "cron_expression": "0 3 * * *"}


def written(job: PortableJob) -> dict:
    return map_texts(write_document(job), escape)


@given(jobs)
def test_a_job_is_the_same_after_a_document(job):
    assert read_document(write_document(job)) == job


@given(texts)
def test_a_written_text_refers_to_nothing_and_is_read_as_it_was(text):
    assert find_references(escape(text)) == ()
    assert resolve(escape(text), {"A": "wrong"}) == text


@given(st.lists(jobs, min_size=1, max_size=4))
def test_jobs_are_the_same_after_a_file_and_its_variables(given_jobs):
    concealed = conceal(map(written, given_jobs))
    text = write_yaml(concealed.documents, ["head"])

    read = read_job_file(read_yaml(text.encode("utf-8", "surrogatepass")), concealed.variables)

    assert list(read.jobs) == given_jobs


@given(jobs)
def test_no_secret_of_four_characters_is_in_a_document(job):
    concealed = conceal([written(job)])
    [document] = concealed.documents
    kept = {
        name: value for name, value in document.items() if name in {"url", "headers", "body", "description"}
    }
    resolved_to_nothing = str(
        map_texts(kept, lambda text: resolve(text, dict.fromkeys(concealed.variables, "")))
    )

    assert [
        value for _, value in secrets_of(job.spec) if len(value) >= 4 and value in resolved_to_nothing
    ] == []


def test_the_names_of_variables_say_the_job_and_the_place_and_never_change():
    spec = JobSpec(
        "nightly-backup",
        "https://example.com/hook?token=abc&key=def&key=ghi",
        CronSchedule("0 3 * * *"),
        headers={"Authorization": "Bearer x1234", "Accept": "text/plain"},
        body='{ "password": "p\\"w", "pin": 1234,  "note": "x" }',
        description="calls with Bearer x1234",
    )
    first, second = (conceal([written(PortableJob(spec))] * 1) for _ in range(2))

    assert first == second
    [document] = first.documents
    assert document["url"] == (
        "https://example.com/hook?token=${NIGHTLY_BACKUP_URL_TOKEN}"
        "&key=${NIGHTLY_BACKUP_URL_KEY}&key=${NIGHTLY_BACKUP_URL_KEY_2}"
    )
    assert document["headers"] == {"Authorization": "${NIGHTLY_BACKUP_AUTHORIZATION}", "Accept": "text/plain"}
    assert document["body"] == (
        '{ "password": "${NIGHTLY_BACKUP_BODY_PASSWORD}", "pin": ${NIGHTLY_BACKUP_BODY_PIN},  "note": "x" }'
    )
    assert document["description"] == "${NIGHTLY_BACKUP_DESCRIPTION}"


def test_variables_never_look_like_settings_of_this_program():
    spec = JobSpec("cronlytic", "https://example.com/?api_key=abcd", CronSchedule("0 3 * * *"))

    assert list(conceal([written(PortableJob(spec))]).variables) == ["JOB_CRONLYTIC_URL_API_KEY"]


@pytest.mark.parametrize(
    ("document", "fields"),
    [
        ([], [("document", "type")]),
        ({}, [("name", "missing"), ("url", "missing"), ("cron_expression", "one_schedule")]),
        (GOOD | {"colour": "red"}, [("colour", "unknown")]),
        (GOOD | {"interval_seconds": 5}, [("cron_expression", "one_schedule")]),
        ({"name": "a", "url": GOOD["url"], "interval_seconds": True}, [("interval_seconds", "range")]),
        ({"name": "a", "url": GOOD["url"], "run_at": "tomorrow", "timezone": "UTC"}, [("timezone", "without_cron"), ("run_at", "format")]),
        (GOOD | {"paused": "yes", "job_id": "../x"}, [("paused", "type"), ("job_id", "format")]),
        (GOOD | {"options": {"retries": 99}}, [("options.retries", "range")]),
        (GOOD | {"headers": {"Authorization": "***masked***"}}, [("headers.Authorization", "mask")]),
        (GOOD | {"name": "a b", "url": "ftp://example.com", "headers": 3}, [("name", "format"), ("headers", "type"), ("url", "scheme")]),
    ],
)  # fmt: skip
def test_every_broken_rule_of_a_document_is_told(document, fields):
    with pytest.raises(InvalidJob) as refused:
        read_document(document)

    assert [(each.field, each.rule) for each in refused.value.problems] == fields
    assert all(each.message and each.example for each in refused.value.problems)


def test_all_faults_of_all_documents_are_told_at_once_with_their_places_and_no_secret():
    documents = [
        GOOD | {"headers": {"X-Key": "${KEY}"}, "body": "${BODY}"},
        GOOD | {"name": "${SECRET} x", "cron_expression": "61 * * * *"},
        GOOD | {"url": "https://${HOST}/", "body": "${CRONLYTIC_API_KEY}"},
    ]
    with pytest.raises(FaultyFile) as refused:
        read_job_file(documents, {"BODY": "", "SECRET": "hunter2hunter2", "CRONLYTIC_API_KEY": "sk-1"})

    told = [(fault.document, fault.rule) for fault in refused.value.faults]
    assert told == [
        (1, "missing_variable"),
        (1, "missing_variable"),
        (2, "format"),
        (2, "range"),
        (3, "missing_variable"),
        (3, "reserved_variable"),
    ]
    said = str(refused.value)
    assert "document 1 (nightly): the variable KEY" in said
    assert "hunter2" not in said


def test_a_file_without_jobs_is_refused_so_that_nothing_is_pruned_by_mistake():
    with pytest.raises(FaultyFile, match="holds no job"):
        read_job_file([], {})
