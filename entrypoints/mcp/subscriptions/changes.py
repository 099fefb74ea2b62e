"""Changes to jobs as the changes to resources that clients hear of."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mcp.server.subscriptions import ResourcesListChanged, ResourceUpdated, ServerEvent

from ....application.job_events import (
    AnalysisChanged,
    JobChanged,
    JobEvent,
    JobEvents,
    ListChanged,
    LogsChanged,
)
from ..resources.addresses import Address, Kind

ChangeListener = Callable[[ServerEvent], None]


def translate(event: JobEvent) -> Iterator[ServerEvent]:
    """Yield what changes for clients."""
    match event:
        case JobChanged(job_id):
            yield ResourceUpdated(Address(Kind.JOB, job_id).uri)
        case LogsChanged(job_id):
            yield ResourceUpdated(Address(Kind.LOGS, job_id).uri)
            yield ResourceUpdated(Address(Kind.HEALTH, job_id).uri)
        case AnalysisChanged(job_id):
            yield ResourceUpdated(Address(Kind.ANALYSIS, job_id).uri)
        case ListChanged(entries):
            yield ResourceUpdated(Address(Kind.JOBS).uri)
            if entries:
                yield ResourcesListChanged()


class ResourceChanges:
    """The SDK's `SubscriptionBus` over changes to jobs: each stream of the 2026 protocol is a listener."""

    def __init__(self, events: JobEvents) -> None:
        self._events = events
        self._listeners: dict[object, ChangeListener] = {}

    def subscribe(self, listener: ChangeListener) -> Callable[[], None]:
        """Tell `listener` of every change until the function that is returned is called."""

        def hear(event: JobEvent) -> None:
            for change in translate(event):
                listener(change)

        token = object()
        self._listeners[token] = listener
        stop_hearing = self._events.subscribe(hear)

        def unsubscribe() -> None:
            self._listeners.pop(token, None)
            stop_hearing()

        return unsubscribe

    async def publish(self, event: ServerEvent) -> None:
        """Tell every listener of a change that no event about jobs brought about."""
        for listener in tuple(self._listeners.values()):
            listener(event)
