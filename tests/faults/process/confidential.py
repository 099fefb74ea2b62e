"""Jobs full of secrets, an API that repeats them, and how a secret is found again however it is spelled."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

BEARER = "hdr/S3cr+3t==one"
API_KEY_HEADER = 'hdr"S3cr\\3t/two'
COOKIE = "ck-S3cr3t+three="
PASSWORD = "pw S3cr3t/five"
QUERY = "qry/S3cr3t six&seven"
SLACK = "T0SECRET8/B0SECRET9/pathS3cr3tTen"
BODY = 'bdy"S3cr3t\\eleven/ü'
NESTED = "nst+S3cr3t/twelve="

SENT = (BEARER, API_KEY_HEADER, COOKIE, BODY, NESTED)
"""What the first job's headers and body hold."""
JOB_SECRETS = (*SENT, PASSWORD, QUERY, SLACK)

WITH_USERINFO = {
    "name": "with-userinfo",
    "url": f"https://someone:{quote(PASSWORD, safe='')}@example.com/hook?token={quote_plus(QUERY)}&x=1",
    "method": "POST",
    "headers": {
        "Authorization": f"Bearer {BEARER}",
        "X-API-Key": API_KEY_HEADER,
        "Cookie": f"session={COOKIE}",
        "X-Plain": "visible",
    },
    "body": json.dumps({"password": BODY, "nested": {"api_key": NESTED}, "plain": "visible"}),
    "cron_expression": "0 3 * * *",
}
SLACK_JOB = {
    "name": "slack",
    "url": f"https://hooks.slack.com/services/{SLACK}",
    "method": "POST",
    "headers": {"Authorization": "Basic " + base64.b64encode(f"someone:{PASSWORD}".encode()).decode()},
    "body": f"password={quote_plus(BODY)}&api_key={quote_plus(NESTED)}&plain=visible",
    "cron_expression": "0 4 * * *",
}

JOBS = ((WITH_USERINFO, (*SENT, PASSWORD, QUERY)), (SLACK_JOB, (PASSWORD, SLACK, BODY, NESTED)))
"""Jobs, each with its secrets."""


def spellings(secret: str) -> Iterator[str]:
    """Yield the forms in which a secret can turn up: plain, percent-encoded, base64, and escaped for JSON."""
    yield secret
    encoded = (quote(secret, safe=""), quote(secret), quote_plus(secret))
    yield from encoded
    yield from (re.sub("%..", lambda code: code.group().lower(), text) for text in encoded)
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        yield encode(secret.encode()).decode().rstrip("=")
    escaped = json.dumps(secret, ensure_ascii=False)[1:-1]
    yield from {escaped, json.dumps(secret)[1:-1], escaped.replace("/", "\\/")}


def find_leaks(text: str, secrets: tuple[str, ...]) -> list[str]:
    """Return what of the secrets stands in a text, with what is around it."""
    found = []
    for secret in secrets:
        for form in set(spellings(secret)):
            at = text.find(form)
            if at >= 0:
                found.append(f"{secret!r} as {form!r}: ...{text[max(0, at - 200) : at + 200]}...")
    return found


def repeat(secrets: tuple[str, ...]) -> str:
    """Return a text that repeats every secret in every spelling, as an API or a target may."""
    return " | ".join(form for secret in secrets for form in spellings(secret))
