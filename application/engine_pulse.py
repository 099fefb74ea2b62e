"""What an engine shows of itself to those who ask whether it lives."""

from __future__ import annotations

from attrs import frozen


@frozen
class EnginePulse:
    """One look at an engine.

    ticked_at: when its loop last came round or looked for work, whatever that found, on `Clock.monotonic`;
    None until it has.
    under_way: runs that it holds: in flight, waiting for a place, or resting between two attempts.
    """

    ticked_at: float | None
    under_way: int
