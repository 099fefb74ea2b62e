"""The reference page of the planner's rules, written from the rules themselves."""

from __future__ import annotations

from datetime import timedelta

from cronlytic_mcp.domain.adaptive.rule_verdicts import PROBE_TTL, SIGNAL_TTL
from cronlytic_mcp.domain.adaptive.rules import RULES
from cronlytic_mcp.domain.adaptive.signals import VOCABULARY
from docs.generator.markdown import cell, table

HEADING = """# The rules of the planner

What the analyst `rules` does when nobody is there ([how to switch it on](../how-to/planner.md)). The rules
are tried from the top, and the first one that holds decides. "Look again" is the least: a job is not looked
at before it has run again, and at once when its failures grow, it recovers, or a hint or a pause ends.
"""

BOUNDS = """## What they keep to

- **Never more often than a person has set.** A job may have effects, so a rule tightens only where the
  job's `min_interval_seconds` is shorter than its baseline: that is how often its person lets it run.
  Without it the baseline is the fastest.
- **A broken target is not hammered**, and not left alone either. An interval doubles with each failure in a
  row; the rules bound that, so that a recovery is seen, and space out cron jobs and short intervals, which
  nothing else does.
- **No rule pauses.** What does not run cannot be seen to recover; a long interval tries again by itself.
- **Cron expressions with hours or days of their own keep these.** An interval would run at night what was
  set for the day, so such a job only skips times of its baseline, and is never tightened.
- **Hints of others stand.** A rule replaces one only where it runs a broken target more often than the rule
  would.
- `max_interval_seconds`, else a day, is the slowest. At most ten calls are made; four are usual.

Hints of rules last {probe} minutes after failures and {signal} after an answer's wish, or twice their
interval, and are proposed again while their condition holds. Their reasons begin with "Rule".
"""

VOCABULARY_HEADING = """## What an answer may say

These names at the top of a JSON object, in an answer of at most 4,000 characters, are read as numbers and
words with bounds, and nothing else is. An answer older than two runs of the baseline, or 15 minutes if that
is more, says nothing. `queue_depth` must be within the first 1,000 characters for its trend.
"""


def write_rules_page() -> str:
    """Return the page."""
    rules = [
        (f"`{rule.name}`", cell(rule.condition), cell(rule.action), _write(rule.review)) for rule in RULES
    ]
    words = [(f"`{name}`", cell(meaning)) for name, meaning in VOCABULARY.items()]
    minute = timedelta(minutes=1)
    return "\n".join(
        [
            HEADING,
            table(("rule", "condition", "action", "look again"), rules),
            BOUNDS.format(probe=PROBE_TTL // minute, signal=SIGNAL_TTL // minute),
            VOCABULARY_HEADING,
            table(("name", "what it may be"), words),
        ]
    )


def _write(review: timedelta | None) -> str:
    if review is None:
        return "with the next run of the baseline"
    minutes = review // timedelta(minutes=1)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h"
