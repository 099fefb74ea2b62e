"""What a prompt knows of the server that it comes from, besides its jobs."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from attrs import frozen

FACT_SECONDS = 5.0


@frozen(kw_only=True)
class Surroundings:
    """The platform, the tools that are offered, and the time that facts may take.

    platform: ``macos``, ``windows`` or ``linux``; see `name_platform`.
    tools: names of the tools that this server lists; what a text names besides them, it calls missing.
    fact_seconds: after this time a prompt comes with the facts that there are by then.
    """

    platform: str
    tools: AbstractSet[str]
    fact_seconds: float = FACT_SECONDS


def name_platform(system: str) -> str:
    """Return the platform for a value of ``sys.platform``; what is neither of the others is like Linux."""
    return {"darwin": "macos", "win32": "windows", "cygwin": "windows"}.get(system, "linux")
