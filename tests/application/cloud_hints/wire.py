"""A way to the cloud on which things happen: answers are lost, and people change jobs at the worst moment."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from cronlytic_mcp.domain.errors import NotPermitted, ServiceUnavailable

WRITES = ("update", "pause", "resume")


class Wire:
    """A `JobGateway` around another one.

    down: no call gets through. refuse: no write is allowed. lose: each write is carried out (``after``) or not (``before``), and no answer
    comes. before_call: done before the call of a number, counted from 1 when it is set.
    """

    def __init__(self, inner) -> None:
        self._inner = inner
        self.refuse = False
        self.down, self.lose, self.calls, self.writes = False, "", 0, 0
        self.before_call: dict[int, Callable[[], Awaitable[object]]] = {}

    def __getattr__(self, name):
        call = getattr(self._inner, name)
        if name not in (*WRITES, "get"):
            return call

        async def watched(*arguments):
            self.calls += 1
            self.writes += name in WRITES
            if happens := self.before_call.get(self.calls):
                await happens()
            if self.refuse and name in WRITES:
                raise NotPermitted("change jobs")
            if self.down or (name in WRITES and self.lose == "before"):
                raise ServiceUnavailable("no answer")
            result = await call(*arguments)
            if name in WRITES and self.lose == "after":
                raise ServiceUnavailable("no answer")
            return result

        return watched
