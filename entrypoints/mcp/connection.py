"""One connection with a client, for as long as it lasts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anyio.abc import TaskGroup

if TYPE_CHECKING:
    from .subscriptions.session import SessionSubscriptions


class Connection:
    """What outlives a single request of a client.

    tasks: end with the connection. subscriptions: those of the 2025 protocol, once there are some.
    """

    def __init__(self, tasks: TaskGroup) -> None:
        self.tasks = tasks
        self.subscriptions: SessionSubscriptions | None = None
