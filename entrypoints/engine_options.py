"""What an operator decides about the embedded engine: its store, what it keeps, and whom it tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from attrs import field, frozen

from .bad_configuration import BadConfiguration
from .credentials import Secret
from .limits import Limit, read_limits
from .sources import Given, Source, find

if TYPE_CHECKING:
    from ..domain.url.url import AllowedHosts

ENGINE_KEYS = ("database_url", "notify_url")
ENGINE_LIMITS: Mapping[str, Limit] = {
    "notify_after": Limit("failures in a row before a person is told, 0 for never", 0, 1000, whole=True),
    "keep_days": Limit("days for which runs and events are kept", 1, 3650),
    "keep_runs": Limit("runs of a job that are kept", 10, 1_000_000, whole=True),
    "keep_body_days": Limit("days for which the bodies of answers are kept", 0, 3650),
}


@frozen
class EngineOptions:
    """What was given, checked as far as that needs no database; None where nothing was.

    database_url: with the place where it was given. notify_url: whoever knows it can write into the chat.
    """

    database_url: Given | None = None
    notify_url: Secret | None = None
    numbers: Mapping[str, float] = field(factory=dict)


def read_engine_options(sources: Sequence[Source], allowed: AllowedHosts | None) -> EngineOptions:
    """Return the options.

    Raises:
        BadConfiguration: one of them is not what it must be.
    """
    notify = find(sources, "notify_url")
    if notify is not None:
        _check_notify_url(notify, allowed)
    return EngineOptions(
        database_url=find(sources, "database_url"),
        notify_url=None if notify is None else Secret(notify.text),
        numbers=read_limits(sources, ENGINE_LIMITS),
    )


def _check_notify_url(given: Given, allowed: AllowedHosts | None) -> None:
    from ..domain.url.url import AllowedHosts, find_url_problems

    problems = find_url_problems(given.text, allowed or AllowedHosts())
    if problems:
        message = problems[0].message
        raise BadConfiguration(f"{given.place} must be the URL of a chat's incoming webhook: it {message}")
