"""Which file a URL names, and how one that names none is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from cronlytic_mcp.adapters.sql.store_url import BadStoreUrl, PostgresServer, SqliteFile, read_store_url


@pytest.mark.parametrize("scheme", ["sqlite", "sqlite+aiosqlite", "SQLite"])
def test_a_path_is_absolute_after_four_slashes_and_relative_after_three(scheme, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert read_store_url(f"{scheme}:////some/where/jobs.db") == SqliteFile(Path("/some/where/jobs.db"))
    assert read_store_url(f"{scheme}:///where/jobs.db").path == tmp_path.resolve() / "where" / "jobs.db"


def test_a_path_may_begin_at_home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))

    assert read_store_url("sqlite:///~/jobs.db").path == tmp_path.resolve() / "jobs.db"


def test_a_link_is_followed(tmp_path):
    (tmp_path / "link.db").symlink_to(tmp_path / "real.db")

    assert read_store_url(f"sqlite:///{tmp_path}/link.db").path == tmp_path.resolve() / "real.db"


def test_without_a_url_the_file_is_among_the_users_data(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))

    path = read_store_url(None).path

    assert path.parts[-2:] == ("cronlytic-mcp", "jobs.db")
    assert path.is_relative_to(tmp_path.resolve())


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "must be a URL"),
        ("jobs.db", "must be a URL"),
        ("sqlite:/jobs.db", "must be a URL"),
        ("mysql://scott:tiger@host/jobs", "begins with mysql://"),
        ("postgresql+psycopg://scott:tiger@host", "name of a database"),
        ("postgresql+psycopg://scott:tiger@host/", "name of a database"),
        ("postgresql+psycopg://scott:tiger@host:many/jobs", "port number"),
        ("postgresql+psycopg://scott:tiger#1@host/jobs", "%23"),
        ("postgresql+asyncpg://scott:tiger@host/jobs", "begins with postgresql+asyncpg://"),
        ("sqlite://jobs.db", "three slashes"),
        ("sqlite://scott:tiger@host/jobs.db", "three slashes"),
        ("sqlite://", "three slashes"),
        ("sqlite:///", "must name a file"),
        ("sqlite:///:memory:", "CRONLYTIC_BACKEND=memory"),
        ("sqlite:///file:jobs.db?password=tiger", "must name a file"),
        ("sqlite:////jobs.db?password=tiger", "without '?'"),
        ("sqlite:////jobs\x00.db", "without '?'"),
    ],
)
def test_a_url_that_cannot_be_used_is_told_without_what_may_be_secret(url, said):
    with pytest.raises(BadStoreUrl) as refused:
        read_store_url(url)

    assert said in str(refused.value)
    assert "tiger" not in str(refused.value)


@pytest.mark.parametrize("scheme", ["postgresql+psycopg", "postgresql", "postgres", "PostgreSQL"])
def test_a_url_of_a_postgresql_server_names_a_database(scheme):
    place = read_store_url(f"{scheme}://scott:ti%40ger@db.example.com:5433/jobs?sslmode=require")

    assert place == PostgresServer(
        "postgresql+psycopg://scott:ti%40ger@db.example.com:5433/jobs?sslmode=require"
    )
    assert place.password == "ti@ger"
    assert "ti%40ger" not in repr(place)
    assert "example" not in repr(place)


def test_a_url_may_leave_the_host_to_the_drivers_own_settings():
    assert read_store_url("postgresql:///jobs") == PostgresServer("postgresql+psycopg:///jobs")
