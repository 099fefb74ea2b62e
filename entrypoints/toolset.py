"""The groups of tools that an operator can have the server offer."""

from __future__ import annotations

from enum import StrEnum


class Toolset(StrEnum):
    """Tools that belong together.

    ``core``: everything about single jobs. ``insight``: how jobs are doing, and when they run. ``bulk``:
    changes to many jobs at once. ``engine``: what the embedded engine does, where there is one.
    """

    CORE = "core"
    INSIGHT = "insight"
    BULK = "bulk"
    ENGINE = "engine"


DEFAULT_TOOLSETS = frozenset({Toolset.CORE, Toolset.INSIGHT, Toolset.ENGINE})
