"""The reference page of the numbers that an operator may set, written from their rules and defaults."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import fields

from cronlytic_mcp.adapters.resilience.policy import ResiliencePolicy
from cronlytic_mcp.application.adaptive.planner_settings import PlannerSettings
from cronlytic_mcp.application.watch_jobs import POLL_SECONDS
from cronlytic_mcp.application.webhook_limiter import WebhookLimiter
from cronlytic_mcp.domain.engine.notification import DEFAULT_FAILURES
from cronlytic_mcp.domain.engine.retention import Retention
from cronlytic_mcp.entrypoints.engine_options import ENGINE_LIMITS
from cronlytic_mcp.entrypoints.limits import BACKEND_LIMITS, WATCH_LIMITS, WEBHOOK_LIMITS, Limit
from cronlytic_mcp.entrypoints.planner_options import DEFAULT_MONTH_TOKENS, PLANNER_LIMITS
from docs.generator.markdown import cell, table

HEADING = """# Times and limits

Numbers that rarely need a change. Each is a variable or, in lower case and without the prefix, a key of the
[configuration file](../how-to/configure.md#the-file); one that is out of its range ends the start.
"""


def write_settings_page() -> str:
    """Return the page."""
    retention = Retention()
    engine = {
        "notify_after": DEFAULT_FAILURES,
        "keep_days": retention.runs_for.days,
        "keep_runs": retention.runs_per_job,
        "keep_body_days": retention.bodies_for.days,
    }
    planner = PlannerSettings()
    planning = {
        "planner_seconds": planner.every.total_seconds(),
        "planner_batch": planner.batch,
        "planner_at_once": planner.at_once,
        "planner_deadline": planner.deadline.total_seconds(),
        "llm_month_tokens": DEFAULT_MONTH_TOKENS,
    }
    policy: dict[str, Any] = {field.name: field.default for field in fields(ResiliencePolicy)}
    parameters = inspect.signature(WebhookLimiter).parameters.items()
    webhook = {f"webhook_{name}": parameter.default for name, parameter in parameters}
    return "\n".join(
        [
            HEADING,
            _section("Calls to Cronlytic", BACKEND_LIMITS, policy),
            _section("Tests of webhooks", WEBHOOK_LIMITS, webhook),
            _section("Subscriptions", WATCH_LIMITS, {"poll_seconds": POLL_SECONDS}),
            _section("The embedded engine", ENGINE_LIMITS, engine),
            _section("The planner", PLANNER_LIMITS, planning),
        ]
    )


def _section(heading: str, limits: Mapping[str, Limit], defaults: Mapping[str, float]) -> str:
    """Return a table of limits.

    Raises:
        KeyError: one of them has no default.
    """

    def rows() -> Iterator[tuple[str, ...]]:
        for key, limit in limits.items():
            reach = f"{_write(limit.least)} to {_write(limit.most)}"
            yield f"`CRONLYTIC_{key.upper()}`", cell(limit.meaning), _write(defaults[key]), reach

    return f"## {heading}\n\n{table(('variable', 'what', 'default', 'range'), rows())}"


def _write(number: float) -> str:
    return f"{number:,.10g}"
