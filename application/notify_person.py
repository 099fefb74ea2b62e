"""Tell a person what happened to the jobs, driven by the events of the store, each thing once."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from attrs import evolve, field, frozen

from ..domain.engine.event import Event
from ..domain.engine.notification import (
    DEFAULT_FAILURES,
    Notification,
    kind_of,
    make_notification,
    may_notify,
    write_message,
)
from ..domain.errors import JobNotFound
from .engine_ports import EngineStore
from .note_ports import Note, NoteBoard
from .ports import Clock
from .send_notification import LONGEST, Delivery, send_notification
from .webhook_ports import WebhookSender

TOPIC, KEY = "notifications", "progress"
HOLD = timedelta(seconds=2 * LONGEST)
"""For how long an engine has the sending to itself: longer than it can take."""

_EVENTS = 500


@frozen
class NotifySettings:
    """Where a person is told, and after how many failures in a row (0 for never); a job may differ."""

    url: str = field(repr=False)
    after: int = DEFAULT_FAILURES


@frozen
class _Progress:
    """Up to which event everything is told, and who is about to tell more, until when."""

    sequence: int
    held_until: datetime | None
    version: int


class Notifier:
    """Tells a person of what an engine's store holds; any number of engines may have one over a store.

    What is to be told is sent by whoever takes the hold first. Where that one dies in between, another one
    sends it when the hold has ended, so that it may arrive twice, under one key, but never not at all;
    only what the target refuses, or does not take in four attempts, is given up and observed.
    """

    def __init__(
        self,
        store: EngineStore,
        notes: NoteBoard,
        sender: WebhookSender,
        clock: Clock,
        settings: NotifySettings,
        *,
        observe: Callable[[Delivery], None],
    ) -> None:
        self._store, self._notes, self._sender, self._clock = store, notes, sender, clock
        self._settings, self._observe = settings, observe
        self._looked_until = 0

    async def notify(self) -> None:
        """Tell everything that is to be told now.

        Raises:
            StoreUnavailable: the store cannot be read or written.
        """
        progress = await self._read_progress()
        self._looked_until = max(self._looked_until, progress.sequence)
        while events := await self._store.events_since(self._looked_until, _EVENTS):
            if notifications := await self._select(events):
                if not await self._tell(progress, notifications):
                    return  # another engine is at it, and this one looks again later
                progress = await self._read_progress()
            self._looked_until = events[-1].sequence

    async def _tell(self, progress: _Progress, notifications: list[Notification]) -> bool:
        """Send and write down that it was; return whether this engine was the one to do it."""
        now = self._clock.now()
        # A hold that ends later than any can was taken before the clock was set back.
        if progress.held_until is not None and now < progress.held_until <= now + HOLD:
            return False
        held = evolve(progress, held_until=now + HOLD)
        if not await self._write_progress(held):
            return False
        last = notifications[-1].sequence
        message = write_message(notifications)
        key = f"notification-{notifications[0].sequence}-{last}"
        delivery = await send_notification(self._sender, self._settings.url, message, key)
        self._observe(delivery)
        await self._write_progress(_Progress(last, None, held.version + 1))
        return True

    async def _select(self, events: Sequence[Event]) -> list[Notification]:
        selected = [await self._consider(event) for event in events]
        return [notification for notification in selected if notification is not None]

    async def _consider(self, event: Event) -> Notification | None:
        if not may_notify(event):
            return None
        try:
            spec = (await self._store.get_job(event.job_id)).spec
        except JobNotFound:
            return None  # whoever deleted it need not be told of it
        after = self._settings.after if spec.policy.notify_after is None else spec.policy.notify_after
        kind = kind_of(event, after)
        if kind is None:
            return None
        run_id = event.data.get("run_id")
        run = await self._store.get_run(run_id) if isinstance(run_id, str) else None
        return make_notification(kind, event, spec.name, run)

    async def _read_progress(self) -> _Progress:
        notes = [note for note in await self._notes.read_notes(TOPIC) if note.key == KEY]
        if notes:
            return _parse(notes[0])
        # What happened before anybody was to be told is no news.
        first = _Progress(await self._store.last_sequence(), None, 0)
        await self._write_progress(first)
        return await self._read_progress()

    async def _write_progress(self, progress: _Progress) -> bool:
        held_until = progress.held_until and progress.held_until.isoformat()
        text = json.dumps({"sequence": progress.sequence, "held_until": held_until})
        return await self._notes.write_note(Note(TOPIC, KEY, text, progress.version))


def _parse(note: Note) -> _Progress:
    content = json.loads(note.text)
    held_until = content["held_until"]
    return _Progress(
        content["sequence"], datetime.fromisoformat(held_until) if held_until else None, note.version
    )
