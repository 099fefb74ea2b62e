"""What a PostgreSQL server says when a store is opened, each in one sentence without a secret."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager

import pytest

from cronlytic_mcp.adapters.sql.engine_store import SqlEngineStore
from cronlytic_mcp.adapters.sql.postgres_schema import SCHEMA_VERSION
from cronlytic_mcp.adapters.sql.store_url import PostgresServer
from cronlytic_mcp.domain.engine.change import Change
from cronlytic_mcp.domain.engine.errors import StoreUnavailable
from cronlytic_mcp.domain.errors import NotSupported
from tests.contract.engine_store import a_job
from tests.postgres_server import GUARDED_USER, free_port

pytestmark = pytest.mark.anyio

SECRETS = ("127.0.0.1", "hunter2", GUARDED_USER, "owner", "postgresql", "psycopg", "\n")


@pytest.fixture
def database(postgres):
    with postgres.database() as name:
        yield name


@contextmanager
def user(server, name, options="LOGIN"):
    server.execute(f"CREATE ROLE {name} {options}")
    yield
    server.execute(f"DROP ROLE {name}")


async def refusal(url: str) -> StoreUnavailable:
    store = SqlEngineStore(PostgresServer(url), patience=0.3)
    with pytest.raises(StoreUnavailable) as caught:
        await store.last_sequence()
    await store.close()
    said = str(caught.value).replace("CRONLYTIC_DATABASE_URL", "").replace("whether PostgreSQL is", "")
    assert not [secret for secret in SECRETS if secret in said], said
    return caught.value


async def test_an_empty_database_becomes_a_store(postgres, database):
    async with SqlEngineStore(PostgresServer(postgres.url(database))) as store:
        await store.add_job(Change(a_job()))
    async with SqlEngineStore(PostgresServer(postgres.url(database))) as store:
        assert [job.job_id for job in await store.list_jobs()] == ["job-1"]


async def test_several_that_start_at_once_make_one_store(postgres, database):
    stores = [SqlEngineStore(PostgresServer(postgres.url(database))) for _ in range(5)]

    await asyncio.gather(*(store.open() for store in stores))

    await stores[0].add_job(Change(a_job()))
    assert [job.job_id for job in await stores[-1].list_jobs()] == ["job-1"]
    await asyncio.gather(*(store.close() for store in stores))


async def test_a_store_lies_in_the_schema_that_the_search_path_names(postgres, database):
    postgres.execute('CREATE SCHEMA "My Jobs"; CREATE TABLE public.theirs (id int)', database)
    url = postgres.url(database, options='-csearch_path="My\\ Jobs"')

    async with SqlEngineStore(PostgresServer(url)) as store:
        await store.add_job(Change(a_job()))

    assert postgres.execute('SELECT count(*) FROM "My Jobs".jobs', database) == [(1,)]


async def test_extensions_are_no_foreign_tables(postgres, database):
    postgres.execute("CREATE EXTENSION pg_stat_statements", database)

    async with SqlEngineStore(PostgresServer(postgres.url(database))) as store:
        assert await store.last_sequence() == 0


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE theirs (id int)",
        "CREATE VIEW jobs AS SELECT 1",
        "CREATE TABLE alembic_version (version_num text); INSERT INTO alembic_version VALUES ('0001')",
    ],
)
async def test_the_tables_of_another_program_are_left_alone(postgres, database, statement):
    postgres.execute(statement, database)
    before = postgres.execute("SELECT relname FROM pg_class", database)

    refused = await refusal(postgres.url(database))

    assert "another program" in refused.reason
    assert not refused.retryable
    assert postgres.execute("SELECT relname FROM pg_class", database) == before


async def test_a_newer_schema_is_left_alone(postgres):
    with postgres.store() as database:
        postgres.execute("UPDATE alembic_version SET version_num = '9999'", database)

        refused = await refusal(postgres.url(database))

    assert f"its schema is 9999, this version knows {SCHEMA_VERSION}" in refused.reason


async def test_a_table_that_is_gone_is_told(postgres):
    with postgres.store() as database:
        postgres.execute("DROP TABLE notes", database)

        assert "a table is gone" in (await refusal(postgres.url(database))).reason


async def test_a_user_who_may_not_make_tables_is_told(postgres, database):
    with user(postgres, "visitor"):
        assert "may not make its tables" in (await refusal(postgres.url(database, "visitor"))).reason


async def test_a_user_who_may_not_write_is_told_at_once(postgres):
    with postgres.store() as database, user(postgres, "reader"):
        postgres.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader", database)

        refused = await refusal(postgres.url(database, "reader"))

        postgres.execute("DROP OWNED BY reader", database)
    assert "read and write them" in refused.reason
    assert not refused.retryable


async def test_a_wrong_password_is_told_without_it(postgres, database):
    with user(postgres, GUARDED_USER, "LOGIN PASSWORD 'right'"):
        refused = await refusal(postgres.url(database, GUARDED_USER, "hunter2"))

    assert "refuses the user or the password" in refused.reason
    assert not refused.retryable


async def test_a_user_who_does_not_exist_is_told(postgres, database):
    assert "refuses the user" in (await refusal(postgres.url(database, "stranger"))).reason


async def test_a_database_that_does_not_exist_is_told(postgres):
    refused = await refusal(postgres.url("nowhere"))

    assert "no such database" in refused.reason
    assert not refused.retryable


async def test_a_schema_that_does_not_exist_is_told(postgres, database):
    refused = await refusal(postgres.url(database, options="-csearch_path=nowhere"))

    assert "no such schema" in refused.reason


async def test_a_server_that_is_not_there_may_come_back():
    refused = await refusal(f"postgresql+psycopg://owner:hunter2@127.0.0.1:{free_port()}/jobs")

    assert "cannot be reached" in refused.reason
    assert refused.retryable


async def test_a_database_that_cannot_hold_every_character_is_refused(postgres):
    postgres.execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")

    refused = await refusal(postgres.url("latin"))

    postgres.execute("DROP DATABASE latin WITH (FORCE)")
    assert "the encoding LATIN1" in refused.reason


async def test_a_read_only_server_is_told_and_waited_for(postgres):
    with postgres.store() as database:
        url = postgres.url(database, options="-cdefault_transaction_read_only=on")
        store = SqlEngineStore(PostgresServer(url), patience=0.3)
        with pytest.raises(StoreUnavailable, match="read-only") as caught:
            await store.add_job(Change(a_job()))
        await store.close()

    assert caught.value.retryable


async def test_a_backup_names_the_tool_for_it(postgres, tmp_path):
    with postgres.store() as database:
        async with SqlEngineStore(PostgresServer(postgres.url(database))) as store:
            with pytest.raises(NotSupported, match="pg_dump"):
                await store.backup(tmp_path / "copy")
