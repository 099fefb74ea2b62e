"""An engine with everything that belongs to it: signs of life, notifications and retention."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from attrs import field, frozen

from ..domain.engine.engine_sign import SIGN_PERIOD, EngineKind
from ..domain.engine.retention import Retention
from .analysis_ports import AnalysisStore
from .chores import Chore, run_engine
from .engine import Engine
from .engine_notices import Notice
from .engine_ports import EngineStore
from .engine_presence import Presence
from .engine_pulse import EnginePulse
from .engine_settings import EngineSettings
from .note_ports import NoteBoard
from .notify_person import Notifier, NotifySettings
from .ports import Clock
from .send_notification import Delivery
from .sweep_store import Swept, sweep_store
from .webhook_ports import WebhookSender

NOTIFY_PERIOD = timedelta(seconds=5)
SWEEP_PERIOD = timedelta(hours=1)
SWEEP_DELAY = timedelta(minutes=1)
"""Until the first sweep, so that a start is not slowed down, and one of a minute sweeps nothing."""


@frozen
class HostSettings:
    """What an engine lives in, how it works, what it keeps, and whom it tells."""

    kind: EngineKind
    engine: EngineSettings = field(factory=EngineSettings)
    retention: Retention = field(factory=Retention)
    notify: NotifySettings = field(factory=NotifySettings)


HostNotice = Notice | Delivery | Swept
"""What a host has to say: a notice of its engine, what became of a message, what a sweep forgot."""


class EngineHost:
    """Runs one engine over a store until it is told to stop. `engine_id` is its own, new for each."""

    def __init__(
        self,
        store: EngineStore,
        notes: NoteBoard,
        sender: WebhookSender,
        clock: Clock,
        settings: HostSettings,
        *,
        analyses: AnalysisStore,
        engine_id: str,
        observe: Callable[[HostNotice], None],
    ) -> None:
        self._store, self._notes, self._sender, self._clock = store, notes, sender, clock
        self._settings, self._engine_id, self._observe = settings, engine_id, observe
        self._analyses = analyses
        self._engine = Engine(store, sender, clock, settings.engine, observe=observe)

    @property
    def pulse(self) -> EnginePulse:
        """What the engine shows of itself."""
        return self._engine.pulse

    def wake(self) -> None:
        """Have the engine look at the store at once; for this event loop only."""
        self._engine.wake()

    def stop(self) -> None:
        """Claim nothing more, and let `run` return once the runs have ended or their grace is over."""
        self._engine.stop()

    async def run(self) -> None:
        """Work until `stop`."""
        await run_engine(self._engine, self._make_chores(), observe=self._observe)

    def _make_chores(self) -> list[Chore]:
        presence = Presence(self._notes, self._clock, self._engine_id, self._settings.kind)
        notifier = Notifier(
            self._store, self._notes, self._sender, self._clock, self._settings.notify, observe=self._observe
        )
        return [
            Chore("announce", SIGN_PERIOD, presence.announce, last=presence.withdraw),
            Chore("sweep", SWEEP_PERIOD, self._sweep, delay=SWEEP_DELAY),
            Chore("notify", NOTIFY_PERIOD, notifier.notify),
        ]

    async def _sweep(self) -> None:
        retention = self._settings.retention
        self._observe(await sweep_store(self._store, self._analyses, self._clock, retention))
