"""How long to wait is read from digits and from dates, and no value of the header does harm."""

from __future__ import annotations

import pytest

from cronlytic_mcp.domain.errors import RateLimited, ServiceUnavailable
from tests.adapters.cronlytic.documents import answer, make

pytestmark = pytest.mark.anyio

NOW = "Sun, 06 Nov 1994 08:49:37 GMT"


async def wait_of(cloud, wire, headers):
    answer(wire, "get", status=429, headers=headers)
    with pytest.raises(RateLimited) as limited:
        await make(cloud, "get")
    return limited.value.retry_after


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        (" 5 ", 5),
        ("007", 7),
        ("999999999", 999999999),
        ("9" * 10, None),
        ("9" * 5000, None),
        ("-1", None),
        ("+5", None),
        ("1.5", None),
        ("1e3", None),
        ("٣", None),
        ("²", None),
        ("", None),
        ("soon", None),
        ("inf", None),
    ],
)
async def test_seconds_are_plain_digits(cloud, wire, value, seconds):
    assert await wait_of(cloud, wire, {"Retry-After": value}) == seconds


@pytest.mark.parametrize(
    "value",
    [
        "Sun, 06 Nov 1994 08:51:37 GMT",
        "Sunday, 06-Nov-94 08:51:37 GMT",
        "Sun Nov  6 08:51:37 1994",
        "Sun, 06 Nov 1994 08:51:37",
        "Sun, 06 Nov 1994 09:51:37 +0100",
    ],
)
async def test_a_date_counts_from_the_answers_own_date_and_a_naive_one_is_gmt(cloud, wire, value):
    assert await wait_of(cloud, wire, {"Retry-After": value, "Date": NOW}) == 120


async def test_a_date_that_has_passed_means_now(cloud, wire):
    headers = {"Retry-After": "Sat, 05 Nov 1994 00:00:00 GMT", "Date": NOW}

    assert await wait_of(cloud, wire, headers) == 0


@pytest.mark.parametrize("date", [None, "", "yesterday"])
async def test_a_date_means_nothing_where_the_answer_has_none_of_its_own(cloud, wire, date):
    headers = {"Retry-After": NOW} | ({} if date is None else {"Date": date})

    assert await wait_of(cloud, wire, headers) is None


@pytest.mark.parametrize(
    "value",
    [
        "Sun, 06 Nov 99999 08:49:37 GMT",
        "Sun, 99 Nov 1994 08:49:37 GMT",
        "Fri, 31 Dec 9998 23:59:59 GMT",
        "Fri, 31 Dec 9999 23:59:59 -2359",
        "Sun, 06 Nov 1994 99:99:99 GMT",
        "Sun, 06 Nov 1994 08:49:37 +99999999999999999999",
        "Sun,,,",
        ",",
        "06 Nov",
        "\u0663 Nov 1994",
    ],
)
async def test_an_absurd_date_means_nothing(cloud, wire, value):
    assert await wait_of(cloud, wire, {"Retry-After": value, "Date": NOW}) is None


async def test_a_service_that_is_down_may_say_when_it_is_back(cloud, wire):
    headers = {"Retry-After": "Sun, 06 Nov 1994 08:50:07 GMT", "Date": NOW}
    answer(wire, "get", status=503, headers=headers)

    with pytest.raises(ServiceUnavailable) as down:
        await make(cloud, "get")

    assert down.value.retry_in == 30
