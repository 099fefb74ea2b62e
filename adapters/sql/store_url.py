"""Where the store is: what `CRONLYTIC_DATABASE_URL` says, or a file among the user's own data."""

from __future__ import annotations

import os
import re
from pathlib import Path

from attrs import frozen

_URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<rest>.*)", re.DOTALL)
_SCHEMES = frozenset({"sqlite", "sqlite+aiosqlite"})
_EXAMPLE = "sqlite+aiosqlite:////var/lib/cronlytic/jobs.db"


class BadStoreUrl(ValueError):
    """A store's URL that cannot be used. The message repeats nothing of it but its scheme."""


@frozen
class SqliteFile:
    """A store in one file. `path` is absolute, with symbolic links followed."""

    path: Path


def read_store_url(text: str | None) -> SqliteFile:
    """Return the place that a URL names: ``sqlite+aiosqlite:///`` and a path, absolute or not.

    None stands for ``jobs.db`` in the directory that the platform gives this program for the user's data.

    Raises:
        BadStoreUrl: it names none.
    """
    if text is None:
        return SqliteFile(_default_path())
    parts = _URL.fullmatch(text)
    if parts is None:
        raise BadStoreUrl(f"must be a URL such as {_EXAMPLE}.")
    if parts["scheme"].lower() not in _SCHEMES:
        raise BadStoreUrl(
            f"begins with {parts['scheme']}://, which cannot be used; begin it as in {_EXAMPLE}."
        )
    return SqliteFile(_read_path(parts["rest"]))


def _read_path(rest: str) -> Path:
    if not rest.startswith("/"):
        raise BadStoreUrl(
            f"must have three slashes before the path, four before an absolute one: {_EXAMPLE}."
        )
    name = rest[1:]
    if name in ("", ":memory:") or name.startswith("file:"):
        raise BadStoreUrl(f"must name a file, as in {_EXAMPLE}; without one, set CRONLYTIC_BACKEND=memory.")
    if "?" in name or "\x00" in name:
        raise BadStoreUrl(f"must end with the path, without '?' and what follows it: {_EXAMPLE}.")
    return Path(os.path.realpath(Path(name).expanduser()))


def _default_path() -> Path:
    from platformdirs import user_data_path

    return Path(os.path.realpath(user_data_path("cronlytic-mcp", appauthor=False) / "jobs.db"))
