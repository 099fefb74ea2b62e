"""Signatures are those of Standard Webhooks: its own library takes them."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from cronlytic_mcp.domain.job_rules import find_job_problems
from cronlytic_mcp.domain.webhook.signature import SIGNATURE_HEADERS, SigningKey, read_secret, sign

NOW = datetime.now(UTC)
OLD, NEW, STRANGER = (SigningKey(bytes([n]) * 32, NOW) for n in range(3))
CONTENT = '{"text": "työ \U0001f680"}'.encode()


def test_a_request_is_signed_as_in_the_example_of_the_standard():
    """The vector of the reference libraries' own tests."""
    key = SigningKey(base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), NOW)

    assert sign(
        [key],
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        datetime.fromtimestamp(1614265330, UTC),
        b'{"test": 2432232314}',
    ) == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@pytest.mark.parametrize("content", [b"", CONTENT, b"a.b.c"])
def test_while_keys_change_receivers_with_either_are_content_and_others_are_not(content):
    headers = sign([OLD, NEW], "run-1", NOW, content)

    for key in (OLD, NEW):
        Webhook(key.reveal()).verify(content, headers, json_parse=False)
    with pytest.raises(WebhookVerificationError):
        Webhook(STRANGER.reveal()).verify(content, headers, json_parse=False)
    with pytest.raises(WebhookVerificationError):
        Webhook(OLD.reveal()).verify(content + b" ", headers, json_parse=False)
    with pytest.raises(WebhookVerificationError):
        Webhook(OLD.reveal()).verify(content, headers | {"webhook-id": "run-2"}, json_parse=False)


def test_a_key_shows_its_secret_only_where_it_is_asked_to():
    assert read_secret(OLD.reveal()) == OLD.secret
    assert OLD.reveal() not in repr(OLD)
    assert repr(OLD.secret) not in repr(OLD)
    assert len({key.key_id for key in (OLD, NEW, STRANGER)}) == 3
    assert len(OLD.key_id) == 12


@pytest.mark.parametrize("text", ["", "abcd", "whsec_%%%"])
def test_what_is_no_secret_is_refused(text):
    with pytest.raises(ValueError):
        read_secret(text)


@pytest.mark.parametrize("name", [*sorted(SIGNATURE_HEADERS), "Webhook-Signature"])
def test_no_job_sets_a_header_of_a_signature_itself(name):
    [problem] = find_job_problems({"headers": {name: "v1,abcd"}})

    assert (problem.field, problem.rule) == (f"headers.{name}", "reserved")
    assert "options.sign" in problem.message
