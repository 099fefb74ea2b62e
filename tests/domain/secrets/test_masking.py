"""Secrets of a job are masked wherever it is shown, and nothing else is changed."""

from __future__ import annotations

import base64
import json
import re
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cronlytic_mcp.domain.execution_policy import ExecutionPolicy
from cronlytic_mcp.domain.job import JobSpec
from cronlytic_mcp.domain.schedule import CronSchedule
from cronlytic_mcp.domain.secrets.masking import (
    MASK,
    mask_body,
    mask_headers,
    mask_notify_url,
    mask_url,
    masked_fields,
    scrub,
    secrets_of,
)
from cronlytic_mcp.domain.secrets.secret_names import is_secret_name


@pytest.mark.parametrize(
    "name",
    [
        "Authorization", "proxy-authorization", "Cookie", "X-API-Key", "x_auth_token", "client_secret", "password",
        "X-Hub-Signature-256", "sig", "user[password]", "authToken", "AWSAccessKeyId", "X-Amz-Credential", "code",
        "db.pwd", "session_id", "jwt",
    ],
)  # fmt: skip
def test_names_of_secrets(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "Content-Type",
        "Accept",
        "User-Agent",
        "design",
        "zipcode",
        "author",
        "page",
        "compass",
        "X-Request-Id",
    ],
)
def test_names_of_other_things(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("https://example.com/a?b=c", "https://example.com/a?b=c"),
        ("https://example.com/a?", "https://example.com/a?"),
        ("https://u:p@example.com/a", f"https://{MASK}@example.com/a"),
        ("https://example.com/a?token=abc&page=2", f"https://example.com/a?token={MASK}&page=2"),
        ("https://example.com/a?api%5Fkey=abc", f"https://example.com/a?api%5Fkey={MASK}"),
        ("https://example.com/a?token=&token", "https://example.com/a?token=&token"),
        ("https://example.com/a#access_token=abc", f"https://example.com/a#access_token={MASK}"),
        ("https://hooks.slack.com/services/T0/B0/xyz", f"https://hooks.slack.com/services/{MASK}"),
        (
            "https://discord.com/api/webhooks/123/xyz?wait=1",
            f"https://discord.com/api/webhooks/123/{MASK}?wait=1",
        ),
        ("https://api.telegram.org/bot1:xyz/sendMessage", f"https://api.telegram.org/bot{MASK}/sendMessage"),
        ("https://[broken", MASK),
    ],
)
def test_urls_are_masked_part_by_part(url: str, masked: str) -> None:
    assert mask_url(url) == masked


def test_headers_are_masked_by_name() -> None:
    headers = {"Authorization": "Bearer abc", "Accept": "*/*", "X-Token": ""}
    assert mask_headers(headers) == {"Authorization": MASK, "Accept": "*/*", "X-Token": ""}


def test_json_bodies_are_masked_below_secret_keys() -> None:
    body = {"user": "u", "password": "p", "keys": ["a", {"b": 1}], "nested": [{"api_token": 7, "on": True}]}
    assert json.loads(mask_body(json.dumps(body))) == {
        "user": "u",
        "password": MASK,
        "keys": [MASK, {"b": MASK}],
        "nested": [{"api_token": MASK, "on": True}],
    }


@pytest.mark.parametrize(
    "body", ["", "plain words", '{"a":  1.0}', "[1,  2]", "null", "3", '"token"', "a=b&c=d", "<x>y</x>"]
)
def test_bodies_without_secrets_stay_to_the_letter(body: str) -> None:
    assert mask_body(body) == body


@pytest.mark.parametrize(
    ("body", "masked"),
    [
        ("user=u&password=p%20q", f"user=u&password={MASK}"),
        ("<user>u</user><password>p</password>", f"<user>u</user><password>{MASK}</password>"),
        ("login u, api_key: abc; done", f"login u, api_key: {MASK}; done"),
        ("Authorization: Bearer abc.def\nnext", f"Authorization: {MASK}\nnext"),
        ('{"broken": 1, "token": "abc"', f'{{"broken": 1, "token": "{MASK}"'),
        (f"{'x' * 100}_password=abc def", f"{'x' * 100}_password={MASK} def"),
        ("1st-token: abc", f"1st-token: {MASK}"),
    ],
)
def test_other_bodies_are_masked_after_secret_names(body: str, masked: str) -> None:
    assert mask_body(body) == masked


def test_deeply_nested_json_is_no_crash() -> None:
    assert mask_body("[" * 100_000) == "[" * 100_000


def test_what_was_masked_is_named() -> None:
    spec = JobSpec(
        name="n",
        url="https://u:p@example.com/?token=abc",
        schedule=CronSchedule("* * * * *"),
        headers={"Authorization": "Bearer abc"},
        body='{"password": "p"}',
    )
    assert masked_fields(spec) == ("url.userinfo", "url.token", "headers.Authorization", "body.password")
    assert secrets_of(spec)[0] == ("url.userinfo", "u:p")


def test_scrubbing_finds_each_spelling_of_a_secret() -> None:
    basic = base64.b64encode(b"user:pass phrase").decode()
    secrets = ["Bearer abcdef", f"Basic {basic}", "sp%20ace%2Fd", "me:passw0rd", "sid=c00kie; lang=en"]
    text = f"got abcdef, {basic}, user:pass phrase, pass phrase, sp ace/d, passw0rd, c00kie"
    assert scrub(text, secrets) == "got " + ", ".join([MASK] * 7)


@pytest.mark.parametrize("secret", ["s3/cr+t=", 'qu"o\\te/é', "plain-s3cret", "half \ud800"])
def test_scrubbing_finds_a_secret_however_it_is_written(secret: str) -> None:
    data = secret.encode(errors="surrogatepass")
    written = [
        secret, quote(data), quote(data, safe=""), quote_plus(data), re.sub("%..", lambda code: code[0].lower(), quote(data)),
        base64.b64encode(data).decode(), base64.urlsafe_b64encode(data).decode().rstrip("="),
        json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1].replace("/", "\\/"),
    ]  # fmt: skip
    for text in written:
        assert scrub(f"<{text}>", [secret]).strip("=<>") == MASK, text


@pytest.mark.parametrize("secret", ["sk_live_1234:", "Basic " + base64.b64encode(b"sk_live_1234:").decode()])
def test_a_user_name_without_a_password_is_a_key(secret: str) -> None:
    assert scrub("who is sk_live_1234?", [secret]) == f"who is {MASK}?"


def test_scrubbing_leaves_secrets_too_short_to_tell_apart() -> None:
    assert scrub("a 200 from 1", ["1", "200"]) == "a 200 from 1"


@given(st.text())
def test_masking_is_total_and_stable(text: str) -> None:
    assert mask_url(mask_url(text)) == mask_url(text)
    assert mask_body(mask_body(text)) == mask_body(text)


@given(st.dictionaries(st.text(alphabet="abc"), st.text(alphabet="xyz", min_size=8), min_size=1, max_size=4))
def test_no_value_under_a_secret_key_survives(values: dict[str, str]) -> None:
    body = json.dumps({f"{key}_secret": value for key, value in values.items()})
    assert not any(value in mask_body(body) for value in values.values())


def test_the_repr_of_a_job_shows_no_secret() -> None:
    spec = JobSpec(
        "n",
        "https://x.example/?token=s3cret",
        CronSchedule("* * * * *"),
        headers={"A": "s3cret"},
        body="s3cret",
    )
    assert "s3cret" not in repr(spec)


CHAT = "https://chat.example.com/hooks/0123456789abcdef"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (CHAT, "https://chat.example.com/***masked***"),
        ("https://chat.example.com:8443?key=1", "https://chat.example.com:8443/***masked***"),
        ("https://chat.example.com/", "https://chat.example.com/"),
        ("https://chat.example.com", "https://chat.example.com"),
    ],
)
def test_of_the_url_where_a_person_is_told_only_the_origin_is_shown(url, shown) -> None:
    assert mask_notify_url(url) == shown


def test_the_url_where_a_person_is_told_is_a_secret_of_the_job() -> None:
    policy = ExecutionPolicy(notify_url=CHAT)
    spec = JobSpec("job", "https://example.com/", CronSchedule("0 3 * * *"), policy=policy)
    secrets = [value for _, value in secrets_of(spec)]

    assert masked_fields(spec) == ("options.notify_url",)
    assert scrub(f"no answer of {CHAT}", secrets) == "no answer of ***masked***"
    assert "0123456789abcdef" not in scrub("POST /hooks/0123456789abcdef 404", secrets)


def test_a_short_path_is_no_secret_by_itself() -> None:
    policy = ExecutionPolicy(notify_url="https://chat.example.com/alerts")
    spec = JobSpec("job", "https://example.com/", CronSchedule("0 3 * * *"), policy=policy)

    assert scrub("no alerts today", [value for _, value in secrets_of(spec)]) == "no alerts today"
