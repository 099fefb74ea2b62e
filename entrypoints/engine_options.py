"""What an operator decides about the embedded engine: its store, what it keeps, and whom it tells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from attrs import field, frozen

from .bad_configuration import BadConfiguration
from .credentials import Secret
from .limits import Limit, read_limits
from .listen_address import ListenAddress, read_listen_address
from .sources import Given, Source, find

if TYPE_CHECKING:
    from ..domain.url.url import AllowedHosts

ENGINE_KEYS = ("database_url", "notify_url", "listen", "encryption_key_file", "encryption_keyring")
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
    listen: where a worker answers those who watch it. encryption_key_file, encryption_keyring: where the key
    is that secrets in the store are encrypted with.
    """

    database_url: Given | None = None
    notify_url: Secret | None = None
    listen: ListenAddress | None = None
    encryption_key_file: Given | None = None
    encryption_keyring: Given | None = None
    numbers: Mapping[str, float] = field(factory=dict)

    @property
    def database_password(self) -> str | None:
        """The password in the store's URL, if there is one."""
        try:
            password = urlsplit(self.database_url.text).password if self.database_url else None
        except ValueError:  # is told when the store is looked for
            return None
        return unquote(password) if password else None


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
        listen=read_listen_address(find(sources, "listen")),
        encryption_key_file=find(sources, "encryption_key_file"),
        encryption_keyring=find(sources, "encryption_keyring"),
        numbers=read_limits(sources, ENGINE_LIMITS),
    )


def _check_notify_url(given: Given, allowed: AllowedHosts | None) -> None:
    from ..domain.url.url import AllowedHosts, find_url_problems

    problems = find_url_problems(given.text, allowed or AllowedHosts())
    if problems:
        message = problems[0].message
        raise BadConfiguration(f"{given.place} must be the URL of a chat's incoming webhook: it {message}")
