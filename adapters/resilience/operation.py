"""The calls of the gateway's port as values."""

from __future__ import annotations

from enum import StrEnum

from attrs import frozen


class Operation(StrEnum):
    """A method of `JobGateway`."""

    PING = "ping"
    CREATE = "create"
    LIST = "list"
    GET = "get"
    UPDATE = "update"
    DELETE = "delete"
    PAUSE = "pause"
    RESUME = "resume"
    LOGS = "logs"

    @property
    def writes(self) -> bool:
        """Whether it may change something."""
        return self not in (Operation.PING, Operation.LIST, Operation.GET, Operation.LOGS)


@frozen
class Call:
    """An operation and the id of its job; empty where it is about none, or about one that is to be."""

    operation: Operation
    job_id: str = ""
