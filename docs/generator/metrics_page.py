"""The reference page of what a worker counts, written from the catalogue of its metrics."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cronlytic_mcp.adapters.prometheus.catalogue import METRICS
from cronlytic_mcp.domain.engine.run import UNFINISHED, RunSource, RunState
from docs.generator.markdown import cell, table

HEADING = """# Metrics

What a worker that [listens](../how-to/operate.md) answers at `/metrics`, in the text format of Prometheus.
Each worker tells its own account, from its start on; sums over workers are for Prometheus to make. On Linux
there are also the usual `process_` metrics. No label holds a job, a URL or a text from outside.
"""
ENDING = """A row of `missed` or `paused` runs counts as many as it stands for. Lateness and duration are
those of runs that have ended; one that hangs shows in `cronlytic_runs_in_flight`.
"""


def write_metrics_page() -> str:
    """Return the page."""
    states = [state.value for state in RunState if state not in UNFINISHED]
    sources = [source.value for source in RunSource if source is not RunSource.PAUSED]
    return "\n".join(
        [
            HEADING,
            table(("metric", "kind", "labels", "what"), _rows()),
            "## Values of labels\n",
            table(
                ("label", "values"),
                [
                    ("`state`", _list(states)),
                    ("`source`", _list(sources)),
                    ("`kind`", "the kinds of `events_since`, as far as runs lead to them"),
                    ("`outcome`", "`delivered`, `failed`"),
                    (
                        "`operation`",
                        "what the worker was about to do, such as `tick`, `start`, `finish`, `renew`",
                    ),
                ],
            ),
            ENDING,
        ]
    )


def _rows() -> Iterator[tuple[str, ...]]:
    for metric in METRICS:
        yield f"`{metric.name}`", metric.kind.value, _list(metric.labels), cell(metric.meaning)


def _list(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
