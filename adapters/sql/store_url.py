"""Where the store is: what `CRONLYTIC_DATABASE_URL` says, or a file among the user's own data."""

from __future__ import annotations

import os
import re
import sys
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit

from attrs import field, frozen

_URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<rest>.*)", re.DOTALL)
_SCHEMES = frozenset({"sqlite", "sqlite+aiosqlite"})
_POSTGRES_SCHEMES = frozenset({"postgresql+psycopg", "postgresql", "postgres"})
_EXAMPLE = "sqlite+aiosqlite:////var/lib/cronlytic/jobs.db"
_POSTGRES_EXAMPLE = "postgresql+psycopg://cronlytic@db.example.com/cronlytic"


class BadStoreUrl(ValueError):
    """A store's URL that cannot be used. The message repeats nothing of it but its scheme."""


@frozen
class SqliteFile:
    """A store in one file. `path` is absolute, with symbolic links followed."""

    path: Path

    @property
    def exists(self) -> bool:
        """Whether there is something already."""
        return self.path.exists()

    @property
    def url(self) -> str:
        """The URL that names it, wherever a process is started."""
        return f"sqlite+aiosqlite:///{self.path}"

    @property
    def password(self) -> None:
        """A file has none."""
        return


@frozen
class PostgresServer:
    """A store in a database of a server. `url` may hold a password, so it is shown nowhere."""

    url: str = field(repr=False)

    @property
    def exists(self) -> bool:
        """True: only the server knows, and it is asked when the store is opened."""
        return True

    @property
    def password(self) -> str | None:
        """The password in the URL, as it is sent."""
        found = urlsplit(self.url).password
        return unquote(found) if found else None


StorePlace = SqliteFile | PostgresServer


def read_store_url(text: str | None) -> StorePlace:
    """Return the place that a URL names: a file (``sqlite+aiosqlite:///`` and a path) or a server.

    None stands for ``jobs.db`` in the directory that the platform gives this program for the user's data.

    Raises:
        BadStoreUrl: it names none.
    """
    if text is None:
        return SqliteFile(_default_path())
    parts = _URL.fullmatch(text)
    if parts is None:
        raise BadStoreUrl(f"must be a URL such as {_EXAMPLE}.")
    if parts["scheme"].lower() in _POSTGRES_SCHEMES:
        return _read_server(parts["rest"])
    if parts["scheme"].lower() not in _SCHEMES:
        raise BadStoreUrl(
            f"begins with {parts['scheme']}://, which cannot be used; begin it as in {_EXAMPLE} or "
            f"{_POSTGRES_EXAMPLE}."
        )
    return SqliteFile(_read_path(parts["rest"]))


def _read_server(rest: str) -> PostgresServer:
    url = f"postgresql+psycopg://{rest}"
    if "#" in rest or "\x00" in rest:
        raise BadStoreUrl("must have a '#' in a password written as %23, a '/' as %2F and a '@' as %40.")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise BadStoreUrl(f"must have a host and a port number, as in {_POSTGRES_EXAMPLE}.") from None
    if len(parts.path) < 2 or "/" in parts.path[1:]:
        raise BadStoreUrl(f"must end with the name of a database, as in {_POSTGRES_EXAMPLE}.")
    if sys.platform == "win32":
        raise BadStoreUrl("names a PostgreSQL server, which this program can use on Linux and macOS only.")
    if find_spec("psycopg") is None:
        raise BadStoreUrl(
            "names a PostgreSQL server, for which a package is missing; install 'cronlytic-mcp[postgres]'."
        )
    return PostgresServer(url)


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
