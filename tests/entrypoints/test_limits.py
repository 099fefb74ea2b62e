"""Times and limits as settings: each reaches the part that it is for, and a wrong one is one sentence."""

from __future__ import annotations

import json
import re
from inspect import signature

import pytest
from attrs import fields

from cronlytic_mcp.adapters.resilience.policy import ResiliencePolicy
from cronlytic_mcp.application.webhook_limiter import WebhookLimiter
from cronlytic_mcp.entrypoints.bad_configuration import BadConfiguration
from cronlytic_mcp.entrypoints.limits import BACKEND_LIMITS, WEBHOOK_LIMITS
from cronlytic_mcp.entrypoints.settings import Options, read_settings

DEFAULTS = {field.name: field.default for field in fields(ResiliencePolicy)}


def read(environment=None, home=None):
    return read_settings(Options(), environment or {}, home)


def refusal(environment):
    with pytest.raises(BadConfiguration) as caught:
        read(environment)
    assert re.fullmatch(r"[^\n]+[^.]\.", str(caught.value)), "one sentence"
    return str(caught.value)


def test_every_number_of_the_policy_can_be_set():
    assert BACKEND_LIMITS.keys() == DEFAULTS.keys()


def test_every_number_of_the_webhook_limiter_can_be_set():
    of_limiter = {name for name in signature(WebhookLimiter).parameters if name != "clock"}
    assert {key.removeprefix("webhook_") for key in WEBHOOK_LIMITS} == of_limiter


@pytest.mark.parametrize("key", BACKEND_LIMITS)
def test_the_default_and_both_ends_of_a_range_are_what_the_policy_takes(key):
    limit = BACKEND_LIMITS[key]
    assert limit.least <= DEFAULTS[key] <= limit.most
    assert limit.whole == isinstance(DEFAULTS[key], int)
    for number in (limit.least, limit.most):
        ResiliencePolicy(**{key: number})


def test_what_is_not_given_is_left_to_the_policy():
    settings = read()
    assert settings.backend_limits == settings.webhook_limits == {}


@pytest.mark.parametrize(
    ("key", "text", "number"),
    [
        ("attempts", "5", 5),
        ("attempts", "5.0", 5),
        ("backoff", "0", 0),
        ("backoff", " 0.25 ", 0.25),
        ("breaker_share", "0.75", 0.75),
        ("cache_time", "60", 60),
    ],
)
def test_a_number_is_read_from_the_environment(key, text, number):
    given = read({f"CRONLYTIC_{key.upper()}": text}).backend_limits
    assert given == {key: number}
    assert isinstance(given[key], int) == BACKEND_LIMITS[key].whole
    assert getattr(ResiliencePolicy(**given), key) == number


def test_a_number_is_read_from_the_file_as_number_or_text(tmp_path):
    path = tmp_path / ".cronlytic" / "config.json"
    path.parent.mkdir()
    path.write_text(
        json.dumps({"attempts": 2, "backoff": 0.000001, "total_time": "12", "webhook_a_minute": 5})
    )
    settings = read(home=tmp_path)
    assert settings.backend_limits == {"attempts": 2, "backoff": 0.000001, "total_time": 12}
    assert settings.webhook_limits == {"webhook_a_minute": 5}


def test_the_environment_wins_over_the_file(tmp_path):
    path = tmp_path / ".cronlytic" / "config.json"
    path.parent.mkdir()
    path.write_text(json.dumps({"attempts": 2}))
    assert read({"CRONLYTIC_ATTEMPTS": "4"}, tmp_path).backend_limits == {"attempts": 4}


@pytest.mark.parametrize(
    ("key", "text", "said"),
    [
        ("attempts", "0", "must be a whole number from 1 to 10; it is '0'"),
        ("attempts", "11", "must be a whole number from 1 to 10; it is '11'"),
        ("attempts", "2.5", "must be a whole number from 1 to 10; it is '2.5'"),
        ("attempts", "three", "it is 'three'"),
        ("attempts", "\u0663", "it is '\u0663'"),
        ("attempts", "1_0", "it is '1_0'"),
        ("backoff", "-1", "must be a number from 0 to 60; it is '-1'"),
        ("backoff", "nan", "it is 'nan'"),
        ("backoff", "1e1", "it is '1e1'"),
        ("total_time", "inf", "it is 'inf'"),
        ("total_time", "9" * 400, "it is something else"),
        ("webhook_at_once", "0", "must be a whole number from 1 to 100"),
    ],
)
def test_a_wrong_number_is_told_by_its_name_with_the_range(key, text, said):
    sentence = refusal({f"CRONLYTIC_{key.upper()}": text})
    assert sentence.startswith(f"CRONLYTIC_{key.upper()} must be ")
    assert said in sentence


@pytest.mark.parametrize("value", [True, None, [3], {"a": 1}, "NaN", 1e300])
def test_what_is_no_number_in_the_file_is_told_with_its_path(tmp_path, value):
    path = tmp_path / ".cronlytic" / "config.json"
    path.parent.mkdir()
    path.write_text(json.dumps({"attempts": value}))
    with pytest.raises(BadConfiguration, match="must be a"):
        read(home=tmp_path)
