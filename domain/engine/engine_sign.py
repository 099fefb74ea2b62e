"""Signs of life of engines, by which others know whether anything will run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from attrs import frozen

SIGN_PERIOD = timedelta(seconds=15)
"""How often an engine gives a sign."""

SIGN_LIFETIME = timedelta(seconds=60)
"""How old a sign may be: three may fail to be written, as while the store is locked."""


class EngineKind(StrEnum):
    """What an engine lives in: a worker stays, a server goes with the client that started it."""

    WORKER = "worker"
    SERVER = "server"


@frozen
class EngineSign:
    """An engine's last sign of life. Instants are aware UTC."""

    engine_id: str
    kind: EngineKind
    started_at: datetime
    seen_at: datetime

    def is_alive(self, now: datetime) -> bool:
        """Return whether the engine is taken to be at work; a sign from the future counts as well."""
        return now - self.seen_at <= SIGN_LIFETIME


def runs_without_client(engines: Sequence[EngineSign]) -> bool:
    """Return whether jobs run although no client is open, by the engines that are at work."""
    return any(engine.kind is EngineKind.WORKER for engine in engines)
