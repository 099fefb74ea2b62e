"""The budget of retries."""

from __future__ import annotations

from cronlytic_mcp.adapters.resilience.budget import RetryBudget


def take_all(budget):
    taken = 0
    while budget.take():
        taken += 1
    return taken


def test_a_full_budget_allows_as_many_retries_as_it_has_tokens():
    assert take_all(RetryBudget(20, 0.1)) == 20


def test_ten_calls_that_succeed_at_once_are_worth_one_retry():
    budget = RetryBudget(20, 0.1)
    take_all(budget)

    for _ in range(9):
        budget.give_back()
    assert not budget.take()

    budget.give_back()
    assert take_all(budget) == 1


def test_what_is_given_back_never_exceeds_the_limit():
    budget = RetryBudget(2, 0.5)

    for _ in range(100):
        budget.give_back()

    assert take_all(budget) == 2
