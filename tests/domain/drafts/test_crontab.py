"""Lines of a crontab that call a URL become jobs, and the others say why they do not."""

from __future__ import annotations

import pytest

from cronlytic_mcp.domain.drafts.crontab import read_crontab


def one(command: str, **options) -> dict:
    drafts = read_crontab(f"0 3 * * * {command}\n", **options)
    assert not drafts.skipped, drafts.skipped
    [document] = drafts.documents
    return document


def reason(line: str) -> str:
    drafts = read_crontab(f"# a comment\n{line}\n")
    assert not drafts.documents
    [skipped] = drafts.skipped
    assert skipped.line == 2
    return skipped.sentence


@pytest.mark.parametrize(
    ("command", "request_fields"),
    [
        ("curl https://e.com/a", {"method": "GET", "url": "https://e.com/a"}),
        ("/usr/bin/curl -fsS -o /dev/null 'https://e.com/?a=1&b=2' >/dev/null 2>&1", {"method": "GET", "url": "https://e.com/?a=1&b=2"}),
        ("curl -sXPUT e.com -H 'X-A: b c' # why", {"method": "PUT", "url": "http://e.com", "headers": {"X-A": "b c"}}),
        ("curl -I https://e.com &", {"method": "HEAD", "url": "https://e.com"}),
        ("curl -d a=1 -d b=2 https://e.com", {"method": "POST", "url": "https://e.com", "headers": {"Content-Type": "application/x-www-form-urlencoded"}, "body": "a=1&b=2"}),
        ("curl -G -d a=1 --data-urlencode 'q=x y' https://e.com", {"method": "GET", "url": "https://e.com?a=1&q=x%20y"}),
        ('curl --json "{\\"a\\": 1}" https://e.com', {"method": "POST", "url": "https://e.com", "headers": {"Content-Type": "application/json", "Accept": "application/json"}, "body": '{"a": 1}'}),
        ("curl -H content-type:text/plain --data-raw=@x https://e.com", {"method": "POST", "url": "https://e.com", "headers": {"content-type": "text/plain"}, "body": "@x"}),
        ("curl -H Content-Type: -d x https://e.com", {"method": "POST", "url": "https://e.com", "body": "x"}),
        ("curl -u me:pass --url https://e.com", {"method": "GET", "url": "https://e.com", "headers": {"Authorization": "Basic bWU6cGFzcw=="}}),
        ('curl -H "Authorization: Bearer $TOKEN" "https://$HOST_NAME/${A}"', {"method": "GET", "url": "https://${HOST_NAME}/${A}", "headers": {"Authorization": "Bearer ${TOKEN}"}}),
        ("curl -d '${A}' https://e.com", {"method": "POST", "url": "https://e.com", "headers": {"Content-Type": "application/x-www-form-urlencoded"}, "body": "$${A}"}),
        ("curl -H Content-Type:text/plain -d @- https://e.com%one%two \\% three", {"method": "POST", "url": "https://e.com", "headers": {"Content-Type": "text/plain"}, "body": "one\ntwo % three"}),
        ("wget -q -O - https://e.com", {"method": "GET", "url": "https://e.com"}),
        ("wget -nv --spider e.com", {"method": "HEAD", "url": "http://e.com"}),
        ("wget --method=PATCH --body-data=x --header='Content-Type: text/plain' e.com", {"method": "PATCH", "url": "http://e.com", "headers": {"Content-Type": "text/plain"}, "body": "x"}),
        ("wget --user=me --password=pass -T 5 -t3 e.com", {"method": "GET", "url": "http://e.com", "headers": {"Authorization": "Basic bWU6cGFzcw=="}}),
    ],
)  # fmt: skip
def test_a_request_is_read_as_its_command_would_send_it(command, request_fields):
    document = one(command)

    assert {
        key: value for key, value in document.items() if key not in {"name", "cron_expression"}
    } == request_fields


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("@reboot curl https://e.com", "@reboot is no time"),
        ("61 * * * * curl https://e.com", "schedule cannot be read"),
        ("0 3 * * * /opt/backup --password hush", "neither curl nor wget"),
        ("0 3 * * * cd /tmp && curl https://e.com", "more than one simple command"),
        ("0 3 * * * curl https://e.com | mail me", "more than one simple command"),
        ("0 3 * * * curl https://e.com/$(date)", "only known to a shell"),
        ("0 3 * * * curl https://e.com/`date`", "only known to a shell"),
        ("0 3 * * * curl https://e.com/${A:-b}", "only known to a shell"),
        ("0 3 * * * curl 'https://e.com", "a quote is not closed"),
        ("0 3 * * * curl -F a=b https://e.com", "-F is an option"),
        ("0 3 * * * curl --cacert f https://e.com", "--cacert is an option"),
        ("0 3 * * * curl -d @file https://e.com", "in a file"),
        ("0 3 * * * curl -b jar.txt https://e.com", "cookies are in a file"),
        ("0 3 * * * curl https://a.com https://b.com", "more than one URL"),
        ("0 3 * * * curl -s", "names no URL"),
        ("0 3 * * * curl -u $USER:$PASS https://e.com", "user or password is a variable"),
        ("what is this", "neither an assignment nor a schedule"),
    ],
)
def test_what_is_no_job_says_why_and_repeats_no_value(line, words):
    said = reason(line)

    assert words in said
    assert "hush" not in said


def test_zones_assignments_and_macros_hold_for_the_lines_after_them():
    drafts = read_crontab(
        'MAILTO=me@example.com\nTOKEN="s3cret"\n@daily curl https://e.com/$TOKEN\n'
        "CRON_TZ=Europe/Berlin\n0 4 * * mon curl https://e.com/b\n"
    )

    assert [(d["cron_expression"], d.get("timezone")) for d in drafts.documents] == [
        ("0 0 * * *", None),
        ("0 4 * * 1", "Europe/Berlin"),
    ]
    assert drafts.variables == {"TOKEN": "s3cret"}
    notes = [str(note) for note in drafts.notes]
    assert notes[0].startswith("without CRON_TZ, times are in the machine's zone")
    assert notes[1].startswith("line 1: MAILTO")


def test_a_zone_that_is_given_is_meant_where_the_crontab_names_none():
    assert one("curl https://e.com", timezone="Asia/Tokyo")["timezone"] == "Asia/Tokyo"
    assert not read_crontab("0 3 * * * curl https://e.com", timezone="Asia/Tokyo").notes


def test_the_systems_crontab_has_a_user_before_the_command():
    assert one("root  curl https://e.com", has_user=True)["url"] == "https://e.com"
    assert one("root\tcurl https://e.com", has_user=True)["url"] == "https://e.com"


def test_names_come_from_the_url_without_its_secrets_and_are_told_apart():
    line = "0 3 * * * curl https://hooks.slack.com/services/T0/B0/verysecret?token=x\n"
    names = [document["name"] for document in read_crontab(line * 2).documents]

    assert names == ["hooks-slack-com-services", "hooks-slack-com-services-2"]


def test_what_a_job_does_otherwise_is_noted():
    notes = read_crontab("0 3 * * * curl -kL --retry 3 -m 10 https://e.com", timezone="UTC").notes

    assert [note.line for note in notes] == [1, 1, 1, 1]
