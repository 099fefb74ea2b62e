"""A mask that comes back keeps the secret; it is never stored, and never follows the URL elsewhere."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from cronlytic_mcp.domain.job import JobSpec
from cronlytic_mcp.domain.schedule import CronSchedule
from cronlytic_mcp.domain.secrets.masking import MASK, mask_body, mask_headers, mask_url
from cronlytic_mcp.domain.secrets.unmasking import find_mask_problems, find_moved_secrets, restore_masked

CURRENT = JobSpec(
    name="n",
    url="https://example.com/hook?token=t1&token=t2&page=1",
    schedule=CronSchedule("* * * * *"),
    headers={"Authorization": "Bearer abc", "Accept": "*/*"},
    body='{"user": "u", "password": "p"}',
)


def test_what_was_shown_comes_back_as_it_was() -> None:
    shown = {
        "url": mask_url(CURRENT.url),
        "headers": mask_headers(CURRENT.headers),
        "body": mask_body(CURRENT.body),
    }
    assert restore_masked(CURRENT, shown) == {
        "url": CURRENT.url,
        "headers": CURRENT.headers,
        "body": CURRENT.body,
    }


@pytest.mark.parametrize(
    ("given", "restored"),
    [
        (
            {"url": f"https://example.com/new?token={MASK}&token={MASK}&page=2"},
            {"url": "https://example.com/new?token=t1&token=t2&page=2"},
        ),
        (
            {"url": "https://example.com/new?token=%2A%2A%2Amasked%2A%2A%2A&token=own"},
            {"url": "https://example.com/new?token=t1&token=own"},
        ),
        ({"headers": {"authorization": MASK}}, {"headers": {"authorization": "Bearer abc"}}),
        (
            {"body": f'{{"password": "{MASK}", "user": "v"}}'},
            {"body": '{"password": "p", "user": "v"}'},
        ),
    ],
)
def test_masks_are_restored_inside_changed_values(given: Mapping[str, object], restored: object) -> None:
    assert restore_masked(CURRENT, given) == restored


@pytest.mark.parametrize(
    "given",
    [
        {"headers": {"X-New-Token": MASK}},
        {"headers": {"Accept": f"a {MASK}"}},
        {"url": f"https://example.com/?token={MASK}"},
        {"url": f"https://example.com/?token={MASK}&token={MASK}&token={MASK}"},
        {"url": f"https://example.com/?secret={MASK}"},
        {"body": f'{{"token": "{MASK}"}}'},
        {"body": f"note {MASK}"},
    ],
)
def test_a_mask_that_stands_for_nothing_is_refused(given: Mapping[str, object]) -> None:
    problems = find_mask_problems(restore_masked(CURRENT, given))
    assert [problem.rule for problem in problems] == ["mask"]


def test_values_of_other_types_are_left_to_the_rules() -> None:
    given = {"url": 1, "headers": [MASK], "body": None}
    assert restore_masked(CURRENT, given) == given
    assert find_mask_problems(given) == ()
    assert find_moved_secrets(CURRENT, given) == ()


MOVED = "https://other.example/hook"


def moved_labels(given: Mapping[str, object]) -> set[str]:
    return {problem.field for problem in find_moved_secrets(CURRENT, given)}


def test_hidden_values_do_not_follow_the_url_to_another_origin() -> None:
    assert moved_labels({"url": MOVED}) == {"headers.Authorization", "body.password"}
    assert moved_labels({"url": MOVED + f"?token={MASK}&token=x", "headers": {}, "body": ""}) == {"url.token"}
    assert moved_labels(
        {"url": MOVED, "headers": {"Authorization": MASK}, "body": mask_body(CURRENT.body)}
    ) == {
        "headers.Authorization",
        "body.password",
    }


def test_values_that_are_given_again_may_move() -> None:
    given = {"url": MOVED, "headers": {"Authorization": "Bearer abc"}, "body": '{"password": "p"}'}
    assert moved_labels(given) == set()


@pytest.mark.parametrize(
    "url", ["http://example.com/hook", "https://example.com:444/hook", "https://sub.example.com/"]
)
def test_scheme_host_and_port_make_the_origin(url: str) -> None:
    assert moved_labels({"url": url, "body": ""}) == {"headers.Authorization"}


@pytest.mark.parametrize("url", ["https://EXAMPLE.com:443/x", "https://example.com./hook?token=new"])
def test_other_spellings_are_the_same_origin(url: str) -> None:
    assert moved_labels({"url": url}) == set()
