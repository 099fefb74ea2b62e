"""The tools for hints on jobs of the cloud, which go by the job instead of an analysis of it."""

from __future__ import annotations

from . import clear_hints, list_hints, pause_until, propose_interval, propose_next_time

CLOUD_TOOLS = tuple(
    module.TOOL for module in (propose_interval, propose_next_time, pause_until, clear_hints, list_hints)
)
