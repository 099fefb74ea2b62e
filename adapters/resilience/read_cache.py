"""Answers to reads: shared while they are loaded, kept for some seconds, and remembered for bad times."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Generic, TypeVar, cast

from attrs import frozen

from ...application.call import Waiting, WaitListener, listening_to_waits, wait_listener
from ...application.ports import Clock
from .operation import Call

T = TypeVar("T")


@frozen
class Answer(Generic[T]):
    """What the backend said, and the instant of which it is true at the earliest."""

    value: T
    as_of: datetime


class ReadCache:
    """Holds the `limit` most recent answers, each of them immutable: all readers get the same object.

    Readers who make the same call share one load. It goes on while one of them waits, and tells each of them
    of its pauses; when the last one is cancelled, it is cancelled too.
    """

    def __init__(self, clock: Clock, seconds: float, limit: int) -> None:
        self._clock, self._seconds, self._limit = clock, seconds, limit
        self._shared: Any = None  # async-lru's wrapper of `_load`, made when it is first needed
        self._known: OrderedDict[Call, Answer[Any]] = OrderedDict()
        self._forgotten = 0
        self._listeners: dict[Call, list[WaitListener]] = {}

    async def read(self, call: Call, load: Callable[[], Awaitable[T]]) -> Answer[T]:
        """Return the answer that is kept or on its way, else what `load` answers; errors are not kept."""
        if self._shared is None:
            from async_lru import alru_cache

            wrap = alru_cache(maxsize=self._limit, ttl=self._seconds, key=lambda call, _load: call)
            self._shared = wrap(self._load)
        with self._listening(call):
            return cast("Answer[T]", await self._shared(call, load))

    @property
    def known_calls(self) -> tuple[Call, ...]:
        """The calls that `last_known` has an answer to."""
        return tuple(self._known)

    def last_known(self, call: Call) -> Answer[Any] | None:
        """Return the newest answer there was, however old, unless it was forgotten."""
        return self._known.get(call)

    def forget(self, *calls: Call) -> None:
        """Drop the answers, and those that are on their way: their readers get them, nobody later does."""
        self._forgotten += 1
        for call in calls:
            self._known.pop(call, None)
            if self._shared is not None:
                self._shared.cache_invalidate(call, None)

    async def _load(self, call: Call, load: Callable[[], Awaitable[T]]) -> Answer[T]:
        as_of, forgotten = self._clock.now(), self._forgotten
        with listening_to_waits(lambda waiting: self._tell(call, waiting)):
            answer = Answer(await load(), as_of)
        if forgotten == self._forgotten:
            self._known[call] = answer
            self._known.move_to_end(call)
            while len(self._known) > self._limit:
                self._known.popitem(last=False)
        return answer

    @contextmanager
    def _listening(self, call: Call) -> Iterator[None]:
        listener = wait_listener()
        if listener is None:
            yield
            return
        listeners = self._listeners.setdefault(call, [])
        listeners.append(listener)
        try:
            yield
        finally:
            listeners.remove(listener)
            if not listeners:
                del self._listeners[call]

    def _tell(self, call: Call, waiting: Waiting) -> None:
        for listener in self._listeners.get(call, ()):
            listener(waiting)
