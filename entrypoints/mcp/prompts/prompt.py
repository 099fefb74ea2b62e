"""A prompt as its file describes it: what it takes, which live facts it wants, and its text."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from attrs import frozen


class Kind(StrEnum):
    """What a value of a parameter is: one of a list, or something that only the person knows."""

    CHOICE = "choice"
    TEXT = "text"
    ERROR = "error"
    SERVICE = "service"
    URL = "url"
    JOB = "job"
    JOB_FILTER = "job_filter"


class Default(StrEnum):
    """Where a choice's value comes from when the person gave none and the file names none."""

    PLATFORM = "platform"


@frozen(kw_only=True)
class Parameter:
    """One argument of a prompt, always optional.

    sentences: what the text says for each value of a choice, in the order in which they are offered.
    default: the value of a choice that counts where none is given, or where it comes from then.
    given, absent: what the text says where a value of another kind is given, and where it is not.
    """

    name: str
    description: str
    kind: Kind
    sentences: Mapping[str, str]
    default: str | Default | None = None
    given: str = ""
    absent: str = ""

    @property
    def values(self) -> tuple[str, ...]:
        """The allowed values; none where any text will do."""
        return tuple(self.sentences)


@frozen(kw_only=True)
class Prompt:
    """One prompt.

    clients: the programs whose configuration files belong to its facts.
    connection: whether a check of the connection and the credentials belongs to them.
    engine: whether it is about what only a backend with the embedded engine has.
    body: the text, with a place ``{name}`` for each parameter's sentence.
    """

    name: str
    title: str
    description: str
    clients: tuple[str, ...]
    connection: bool
    engine: bool
    parameters: Mapping[str, Parameter]
    body: str

    def find_parameter(self, kind: Kind) -> Parameter | None:
        """Return the parameter of a kind that no prompt has twice, where there is one."""
        return next((each for each in self.parameters.values() if each.kind is kind), None)
