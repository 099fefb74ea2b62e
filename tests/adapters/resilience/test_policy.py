"""The documented defaults, and the ranges."""

from __future__ import annotations

import math

import pytest
from attrs import asdict, fields

from cronlytic_mcp.adapters.resilience.policy import ResiliencePolicy


def test_the_defaults_are_the_documented_ones():
    assert asdict(ResiliencePolicy()) == {
        "attempts": 3,
        "backoff": 0.5,
        "backoff_limit": 8.0,
        "attempt_time": 10.0,
        "total_time": 30.0,
        "retry_tokens": 20.0,
        "retry_refund": 0.1,
        "breaker_failures": 5,
        "breaker_calls": 10,
        "breaker_share": 0.5,
        "breaker_window": 30.0,
        "breaker_wait": 30.0,
        "breaker_wait_limit": 300.0,
        "breaker_jitter": 0.1,
        "cache_time": 5.0,
        "cache_answers": 256,
    }


@pytest.mark.parametrize("name", [field.name for field in fields(ResiliencePolicy)])
@pytest.mark.parametrize("value", [-1, math.nan, math.inf])
def test_a_number_out_of_its_range_is_refused_by_name(name, value):
    with pytest.raises(ValueError, match=name):
        ResiliencePolicy(**{name: value})


def test_every_number_is_explained():
    assert not [
        field.name for field in fields(ResiliencePolicy) if field.name not in ResiliencePolicy.__doc__
    ]
