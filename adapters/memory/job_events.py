"""Changes to jobs, carried within this process."""

from __future__ import annotations

import logging
from collections.abc import Callable

from ...application.job_events import JobEvent, Listener

_LOGGER = logging.getLogger(__name__)


class MemoryJobEvents:
    """Tells each event to those who listen, at once."""

    def __init__(self) -> None:
        self._listeners: dict[object, Listener] = {}

    def publish(self, event: JobEvent) -> None:
        """Tell every listener; one that raises is logged, and harms neither the others nor the caller."""
        for listener in tuple(self._listeners.values()):
            try:
                listener(event)
            except Exception:
                _LOGGER.exception("a listener to changes of jobs failed")

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Tell `listener` of every event until the function that is returned is called."""
        token = object()
        self._listeners[token] = listener

        def unsubscribe() -> None:
            self._listeners.pop(token, None)

        return unsubscribe
