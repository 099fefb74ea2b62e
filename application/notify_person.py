"""Tell a person what happened to the jobs, driven by the events of the store, each thing once."""

from __future__ import annotations

import asyncio
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

URLS_LIMIT = 10
"""How many targets are told at once; the next ones come right after them."""

_EVENTS = 500


@frozen
class NotifySettings:
    """Where a person is told, and after how many failures in a row (0 for never); a job may differ in both.

    url: None for nowhere but where a job says so.
    """

    url: str | None = field(default=None, repr=False)
    after: int = DEFAULT_FAILURES


@frozen
class _Told:
    """A notification and where it goes."""

    url: str
    notification: Notification


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
            reached = events[-1].sequence
            if selected := await self._select(events):
                part = _take_first(selected, URLS_LIMIT)
                if len(part) < len(selected):
                    reached = part[-1].notification.sequence
                if not await self._tell(progress, part):
                    return  # another engine is at it, and this one looks again later
                progress = await self._read_progress()
            self._looked_until = reached
        if progress.held_until is None and self._looked_until > progress.sequence:
            # What gave nothing to tell is not looked at again, and no later setting makes news of it.
            await self._write_progress(evolve(progress, sequence=self._looked_until))

    async def _tell(self, progress: _Progress, told: Sequence[_Told]) -> bool:
        """Send and write down that it was; return whether this engine was the one to do it."""
        now = self._clock.now()
        # A hold that ends later than any can was taken before the clock was set back.
        if progress.held_until is not None and now < progress.held_until <= now + HOLD:
            return False
        held = evolve(progress, held_until=now + HOLD)
        if not await self._write_progress(held):
            return False
        by_url: dict[str, list[Notification]] = {}
        for each in told:
            by_url.setdefault(each.url, []).append(each.notification)
        # All at once, so that a slow target takes no time of the hold from another.
        await asyncio.gather(*(self._send(url, notifications) for url, notifications in by_url.items()))
        await self._write_progress(_Progress(told[-1].notification.sequence, None, held.version + 1))
        return True

    async def _send(self, url: str, notifications: Sequence[Notification]) -> None:
        key = f"notification-{notifications[0].sequence}-{notifications[-1].sequence}"
        self._observe(await send_notification(self._sender, url, write_message(notifications), key))

    async def _select(self, events: Sequence[Event]) -> list[_Told]:
        selected = [await self._consider(event) for event in events]
        return [told for told in selected if told is not None]

    async def _consider(self, event: Event) -> _Told | None:
        if not may_notify(event):
            return None
        try:
            spec = (await self._store.get_job(event.job_id)).spec
        except JobNotFound:
            return None  # whoever deleted it need not be told of it
        after = self._settings.after if spec.policy.notify_after is None else spec.policy.notify_after
        kind, url = kind_of(event, after), spec.policy.notify_url or self._settings.url
        if kind is None or url is None:
            return None
        run_id = event.data.get("run_id")
        run = await self._store.get_run(run_id) if isinstance(run_id, str) else None
        return _Told(url, make_notification(kind, event, spec.name, run))

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


def _take_first(selected: Sequence[_Told], limit: int) -> Sequence[_Told]:
    """Return the first of them that go to at most so many URLs."""
    urls: set[str] = set()
    for place, told in enumerate(selected):
        urls.add(told.url)
        if len(urls) > limit:
            return selected[:place]
    return selected


def _parse(note: Note) -> _Progress:
    content = json.loads(note.text)
    held_until = content["held_until"]
    return _Progress(
        content["sequence"], datetime.fromisoformat(held_until) if held_until else None, note.version
    )
