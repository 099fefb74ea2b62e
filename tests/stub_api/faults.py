"""Faults: what the stub does to a request instead of answering it as documented.

A fault says which requests it meets (`on`, `times`), how long it waits first (`after`), whether the
request is carried out all the same (`commit`), and how the exchange ends. Faults wait in a queue in
the order in which they were added; each request takes the first that matches it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any, Literal

Ending = Literal["answer", "hang", "reset", "truncate", "drip", "garble"]


@dataclass(frozen=True)
class Fault:
    """One kind of misbehaviour; its fields are also its JSON form in ``POST /_stub/faults``.

    ending: ``answer`` sends the answer; ``hang`` never does; ``reset`` aborts the connection with a
        RST; ``truncate`` stops in the middle of the answer's body and aborts; ``drip`` sends the body
        byte by byte with `delay` before each, headers at once; ``garble`` sends what is not HTTP.
    commit: the request is carried out before the ending; what it gave is the answer, unless `status`
        names another.
    status, headers, body: the answer to send instead; without `commit` an ending that needs an answer
        takes these, 200 and empty where not said.
    delay: seconds of waiting before anything else; for ``drip`` before each byte.
    method, path: which requests; the path is below the base URL, and ``*`` matches anything.
    times: how many requests; None means all, until the faults are cleared.
    """

    ending: Ending = "answer"
    commit: bool = False
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    delay: float = 0.0
    method: str = "*"
    path: str = "*"
    times: int | None = 1

    @classmethod
    def latency(cls, seconds: float) -> Fault:
        """Answer as documented, but later."""
        return cls(commit=True, delay=seconds)

    @classmethod
    def hang(cls, *, commit: bool = False) -> Fault:
        """Take the request and never answer."""
        return cls("hang", commit)

    @classmethod
    def reset(cls, *, commit: bool = False) -> Fault:
        """Abort the connection instead of answering."""
        return cls("reset", commit)

    @classmethod
    def answer(
        cls,
        status: int,
        body: Any = "",
        headers: Mapping[str, str] | None = None,
        *,
        commit: bool = False,
    ) -> Fault:
        """Answer this; a `body` that is no string is sent as JSON."""
        text = body if isinstance(body, str) else json.dumps(body)
        return cls(commit=commit, status=status, headers=dict(headers or {}), body=text)

    @classmethod
    def redirect(cls, location: str, status: int = 307) -> Fault:
        """Send the client elsewhere."""
        return cls.answer(status, headers={"Location": location})

    @classmethod
    def rate_limit(cls, retry_after: str | None = None) -> Fault:
        """Refuse with 429."""
        headers = {} if retry_after is None else {"Retry-After": retry_after}
        return cls.answer(429, {"message": "Too Many Requests"}, headers)

    @classmethod
    def truncate(cls, *, commit: bool = False) -> Fault:
        """Announce a whole answer, send half of it and abort."""
        return cls("truncate", commit, body='{"job_id": ')

    @classmethod
    def drip(cls, seconds: float, *, commit: bool = True) -> Fault:
        """Send the headers at once and then a byte each `seconds`."""
        return cls("drip", commit, delay=seconds)

    @classmethod
    def garble(cls, *, commit: bool = False) -> Fault:
        """Answer with bytes that are not HTTP."""
        return cls("garble", commit)

    def on(self, method: str = "*", path: str = "*") -> Fault:
        """Meet only such requests, e.g. ``on("POST", "/jobs/*/pause")``."""
        return replace(self, method=method, path=path)

    def after(self, seconds: float) -> Fault:
        """Wait so long first."""
        return replace(self, delay=seconds)

    def repeated(self, times: int) -> Fault:
        """Meet so many requests."""
        return replace(self, times=times)

    def permanent(self) -> Fault:
        """Meet every request until the faults are cleared."""
        return replace(self, times=None)

    def matches(self, method: str, path: str) -> bool:
        """Say whether this fault meets a request."""
        return self.method in ("*", method) and fnmatchcase(path, self.path)

    def to_json(self) -> dict[str, Any]:
        """Return the form that the control endpoint takes and shows."""
        return asdict(self)


class FaultQueue:
    """The faults that wait for requests."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, *faults: Fault) -> None:
        """Queue faults behind those that wait already."""
        self._waiting.extend(faults)

    def clear(self) -> None:
        """Answer everything as documented from now on."""
        self._waiting.clear()

    def waiting(self) -> list[Fault]:
        """Return what still waits, in order."""
        return list(self._waiting)

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault for a request, and count it."""
        for position, fault in enumerate(self._waiting):
            if fault.matches(method, path):
                if fault.times is not None:
                    left = [fault.repeated(fault.times - 1)] if fault.times > 1 else []
                    self._waiting[position : position + 1] = left
                return fault
        return None
