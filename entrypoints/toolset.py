"""The groups of tools that an operator can have the server offer."""

from __future__ import annotations

from enum import StrEnum


class Toolset(StrEnum):
    """Tools that belong together.

    ``core``: everything about single jobs. ``insight``: how jobs are doing, and when they run. ``bulk``:
    what is about many jobs at once. ``engine``: what the embedded engine does, where there is one.
    ``adaptive``: analyses of its jobs, which change for a while when they run.
    """

    CORE = "core"
    INSIGHT = "insight"
    BULK = "bulk"
    ENGINE = "engine"
    ADAPTIVE = "adaptive"


ENGINE_TOOLSETS = frozenset({Toolset.ENGINE, Toolset.ADAPTIVE})
"""Those of which there is nothing to offer on a backend without an engine."""

DEFAULT_TOOLSETS = frozenset({Toolset.CORE, Toolset.INSIGHT, Toolset.ENGINE})
