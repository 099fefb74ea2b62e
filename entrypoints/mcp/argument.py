"""The arguments of a tool: one place for an argument's schema and for a value that works."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from ...domain.errors import InvalidArguments
from .schema import Schema


@frozen
class Argument:
    """One argument: its name, its JSON Schema, and a value that passes, as it is shown in a problem.

    where_from: what is said where it is missing, besides that it is required.
    """

    name: str
    schema: Mapping[str, object]
    example: str
    where_from: str = ""

    @property
    def is_any_text(self) -> bool:
        """Whether every text passes, and nothing else."""
        return self.schema.get("type") == "string" and self.schema.keys() <= {"type", "description"}


class Arguments:
    """What a tool takes: some arguments always, others only where they are given.

    `describe_job` says that they are fields of a job, so that the job's rules hold for them too, `new_job`
    that it has to get a schedule, and `refuse_with` as what the problems are told.
    """

    def __init__(
        self,
        required: tuple[Argument, ...] = (),
        optional: tuple[Argument, ...] = (),
        *,
        describe_job: bool = False,
        new_job: bool = False,
        refuse_with: type[InvalidArguments] = InvalidArguments,
    ) -> None:
        self.by_name = {argument.name: argument for argument in (*required, *optional)}
        self.any_texts = frozenset(name for name, argument in self.by_name.items() if argument.is_any_text)
        self.required = tuple(argument.name for argument in required)
        self.describe_job, self.new_job = describe_job, new_job
        self.refuse_with = refuse_with

    @property
    def schema(self) -> Schema:
        """The JSON Schema of all of them together."""
        properties = {name: dict(argument.schema) for name, argument in self.by_name.items()}
        schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
        return {**schema, "required": list(self.required)} if self.required else schema
