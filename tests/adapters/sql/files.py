"""The files of a store, looked at and tampered with from outside."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path


def contents(folder: Path) -> Mapping[str, bytes]:
    """Every file of a folder with its bytes."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def query(path: Path, statement: str, *values: object) -> list[tuple]:
    """Run one statement on a database of SQLite's and commit it."""
    with closing(sqlite3.connect(path)) as connection, connection:
        return connection.execute(statement, values).fetchall()


@contextmanager
def writing(path: Path, statement: str = "BEGIN IMMEDIATE") -> Iterator[None]:
    """Be in the midst of a transaction that writes."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(statement)
        yield


def fill(path: Path, keep_free: int = 0) -> None:
    """Write a file until its disk is full, but for some bytes."""
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 1024)
        except OSError:
            pass
        file.truncate(max(0, file.tell() - keep_free))
