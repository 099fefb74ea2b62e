"""What a tool is: what a client sees of it, and the function that does it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from typing import Any

import mcp_types
from attrs import frozen

from ..services import Services
from ..toolset import Toolset
from .argument import Arguments
from .person import Person
from .progress import Report
from .schema import Schema

Payload = dict[str, Any]
"""A structured answer, JSON only."""


@frozen
class Call:
    """One call of a tool: checked arguments, the services, the person, and how to tell them of progress."""

    arguments: dict[str, Any]
    services: Services
    person: Person
    report: Report


Handler = Callable[[Call], Awaitable[Payload | mcp_types.InputRequiredResult]]


@frozen(kw_only=True)
class Tool:
    """One tool.

    writes: it changes something; a read-only server neither lists nor runs it.
    destructive: it may take away what cannot be had again.
    idempotent: calling it again with the same arguments changes nothing more.
    calls_backend: it needs the backend; the others work on their own.
    calls_target: it sends a request to a URL of the caller's choice.
    can_be_stale: while the backend is down it may answer what was known before, and says so.
    plain_arguments: what is listed and taken where the backend has no engine, if that is less. A call that
    gives more all the same is heard, so that the backend says what it can do instead.
    """

    name: str
    title: str
    description: str
    toolset: Toolset
    writes: bool
    destructive: bool
    idempotent: bool
    calls_backend: bool
    arguments: Arguments
    answer: Schema
    handle: Handler
    calls_target: bool = False
    can_be_stale: bool = False
    plain_arguments: Arguments | None = None

    def choose_arguments(self, given: Collection[str] = (), *, has_engine: bool = True) -> Arguments:
        """Return what it takes from a caller who gives arguments of these names."""
        if has_engine or self.plain_arguments is None:
            return self.arguments
        more = self.arguments.by_name.keys() - self.plain_arguments.by_name.keys()
        return self.plain_arguments if more.isdisjoint(given) else self.arguments

    def describe(self, *, has_engine: bool = True) -> mcp_types.Tool:
        """Return what ``tools/list`` says; the hints' defaults are wrong for us, so each is set."""
        return mcp_types.Tool(
            name=self.name,
            title=self.title,
            description=self.description,
            input_schema=self.choose_arguments(has_engine=has_engine).schema,
            output_schema=self.answer,
            annotations=mcp_types.ToolAnnotations(
                read_only_hint=not self.writes,
                destructive_hint=self.destructive,
                idempotent_hint=self.idempotent,
                open_world_hint=self.calls_backend or self.calls_target,
            ),
        )
