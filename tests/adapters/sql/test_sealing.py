"""Secrets in a store with a key: never in its files, and never lost for want of the right one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from cronlytic_mcp.adapters.encryption.fernet_vault import FernetVault, make_key
from cronlytic_mcp.adapters.encryption.key_file import KeyFile
from cronlytic_mcp.adapters.sql.engine_store import SqlEngineStore
from cronlytic_mcp.adapters.sql.store_url import PostgresServer
from cronlytic_mcp.application.engine_ports import Result
from cronlytic_mcp.domain.engine.claim import decide_due
from cronlytic_mcp.domain.engine.errors import StoreUnavailable
from cronlytic_mcp.domain.engine.lifecycle import create, redefine
from cronlytic_mcp.domain.engine.run import Outcome
from cronlytic_mcp.domain.engine.settlement import settle
from cronlytic_mcp.domain.execution_policy import ExecutionPolicy
from cronlytic_mcp.domain.job import JobSpec
from cronlytic_mcp.domain.schedule import IntervalSchedule
from cronlytic_mcp.domain.webhook.signature import SigningKey
from tests.adapters.sql.files import contents, query
from tests.adapters.sql.older import make_first_version

pytestmark = pytest.mark.anyio

NOW = datetime(2027, 1, 1, tzinfo=UTC)
SECRET = "s3cret-0123456789"
SPEC = JobSpec(
    "payments",
    f"https://example.com/hook?token={SECRET}",
    IntervalSchedule(60),
    "POST",
    {"Authorization": f"Bearer {SECRET}"},
    f'{{"password": "{SECRET}"}}',
    policy=ExecutionPolicy(notify_url=f"https://chat.example.com/{SECRET}"),
)
KEY = SigningKey(SECRET.encode().ljust(32, b"."), NOW)
TRACES = (SECRET.encode(), KEY.reveal().encode())


@pytest.fixture
def key_file(tmp_path):
    file = KeyFile(tmp_path / "keys" / "key")
    file.create(make_key())
    return file


@pytest.fixture
def other_file(tmp_path):
    file = KeyFile(tmp_path / "keys" / "other")
    file.create(make_key())
    return file


async def fill(store: SqlEngineStore) -> str:
    """Add a job and a signing key, run the job once, and return the run's id."""
    await store.add_job(create("job-1", SPEC, NOW))
    await store.signing_keys.add_key(KEY)
    return await run_once(store)


async def run_once(store: SqlEngineStore) -> str:
    at = (await store.get_job("job-1")).due_at
    batch = await store.claim_due(at, 10, at + timedelta(minutes=1), lambda view: decide_due(view, at))
    lease = batch.claims[0].lease
    await store.start([lease], at)
    await store.finish(
        [Result(lease, Outcome(success=True, attempts=1, body=f"you sent {SECRET}"), at)], settle
    )
    return lease.run_id


async def check(store: SqlEngineStore, run_id: str) -> None:
    """See that everything can be read as it was written."""
    assert (await store.get_job("job-1")).spec == SPEC
    assert [job.spec for job in await store.list_jobs()] == [SPEC]
    assert list(await store.signing_keys.list_keys()) == [KEY]
    assert (await store.get_run(run_id)).outcome.body == f"you sent {SECRET}"


def found_in_files(place) -> list[str]:
    return [
        name
        for name, content in contents(place.path.parent).items()
        if any(trace in content for trace in TRACES)
    ]


async def test_no_file_of_the_store_ever_holds_a_secret_while_it_is_used_and_after(place, key_file, tmp_path):
    async with SqlEngineStore(place, vault=FernetVault(key_file)) as store:
        run_id = await fill(store)
        await store.backup(tmp_path / "data" / "copy.db")

        assert set(contents(place.path.parent)) >= {"jobs.db", "jobs.db-wal", "copy.db"}
        assert found_in_files(place) == []
        await check(store, run_id)
    assert found_in_files(place) == []

    async with SqlEngineStore(place, vault=FernetVault(key_file)) as store:
        await check(store, run_id)


async def test_without_a_key_the_same_things_are_in_the_clear(place):
    """So that the other tests look in the right place."""
    async with SqlEngineStore(place) as store:
        await check(store, await fill(store))

    assert found_in_files(place) == ["jobs.db"]


async def test_a_key_may_come_later_and_then_all_is_sealed_by_one_call(place, key_file):
    async with SqlEngineStore(place) as store:
        run_id = await fill(store)
        assert not (await store.secrets.count()).encrypted
    async with SqlEngineStore(place, vault=FernetVault(key_file)) as store:
        await check(store, run_id)
        before = await store.secrets.count()
        rows, gone = await store.secrets.seal()
        after = await store.secrets.count()

        assert (before.encrypted, before.clear, before.total) == (True, 3, 3)
        assert (rows, gone) == (3, True)
        assert (after.encrypted, after.clear, after.total) == (True, 0, 3)
        assert found_in_files(place) == []
        await check(store, run_id)


async def test_a_change_seals_a_job_that_was_in_the_clear(place, key_file):
    async with SqlEngineStore(place) as store:
        await fill(store)
    async with SqlEngineStore(place, vault=FernetVault(key_file)) as store:
        await store.change_job("job-1", lambda view: redefine(view, SPEC, NOW))

        assert (await store.secrets.count()).clear == 2


@pytest.mark.parametrize("with_other", [True, False])
async def test_without_the_right_key_the_store_is_refused_and_left_as_it_is(
    place, key_file, other_file, with_other
):
    async with SqlEngineStore(place, vault=FernetVault(key_file)) as store:
        run_id = await fill(store)
    rows = query(place.path, "SELECT * FROM jobs")
    wrong = SqlEngineStore(place, vault=FernetVault(other_file) if with_other else None)
    with pytest.raises(StoreUnavailable, match="another key" if with_other else "no key") as caught:
        await wrong.open()
    with pytest.raises(StoreUnavailable):
        await wrong.add_job(create("job-2", SPEC, NOW))
    await wrong.close()

    assert not caught.value.retryable
    assert SECRET not in str(caught.value)
    assert query(place.path, "SELECT * FROM jobs") == rows
    async with SqlEngineStore(place, vault=FernetVault(key_file)) as store:
        await check(store, run_id)


async def test_a_program_without_the_key_that_was_there_first_writes_no_secret_any_more(place, key_file):
    async with SqlEngineStore(place) as early:
        await early.add_job(create("job-1", SPEC, NOW))
        async with SqlEngineStore(place, vault=FernetVault(key_file)) as store:
            await store.add_job(create("job-2", SPEC, NOW))
            acts = (
                lambda: early.add_job(create("job-3", SPEC, NOW)),
                lambda: early.change_job("job-1", lambda view: redefine(view, SPEC, NOW)),
                lambda: early.signing_keys.add_key(KEY),
                lambda: early.get_job("job-2"),
                early.list_jobs,
            )
            for act in acts:
                with pytest.raises(StoreUnavailable, match="no key"):
                    await act()

            assert [job.job_id for job in await store.list_jobs()] == ["job-1", "job-2"]


async def test_after_a_rotation_the_old_key_is_needed_until_all_is_sealed_anew(place, key_file):
    async with SqlEngineStore(place, vault=FernetVault(key_file)) as store:
        run_id = await fill(store)
        key_file.add(make_key())
        await store.change_job("job-1", lambda view: redefine(view, SPEC, NOW))
        await check(store, run_id)
    async with SqlEngineStore(place, vault=FernetVault(key_file)) as store:
        await check(store, run_id)
        assert await store.secrets.seal() == (3, True)
    key_file._path.write_text(key_file.read()[0])
    async with SqlEngineStore(place, vault=FernetVault(key_file)) as store:
        await check(store, run_id)


async def test_a_row_whose_key_is_gone_is_told_and_not_lost(place, key_file, other_file):
    async with SqlEngineStore(place, vault=FernetVault(key_file)) as store:
        await fill(store)
        sealed = FernetVault(other_file).seal(SPEC.url)
        [(url,)] = query(place.path, "SELECT url FROM jobs")
        query(place.path, "UPDATE jobs SET url = ?", f"sealed:{sealed}")
        with pytest.raises(StoreUnavailable, match="another key"):
            await store.get_job("job-1")
        with pytest.raises(StoreUnavailable, match="another key"):
            await store.secrets.seal()
        assert query(place.path, "SELECT url FROM jobs") == [(f"sealed:{sealed}",)]
        query(place.path, "UPDATE jobs SET url = ?", url)

        assert (await store.get_job("job-1")).spec == SPEC


@pytest.mark.parametrize("body", ["sealed:", "sealed:abcd", "clear:", "clear:sealed:x", "Sealed:x", ""])
async def test_a_body_that_looks_like_something_sealed_stays_what_it_is(place, key_file, body):
    spec = JobSpec("job", "https://example.com/", IntervalSchedule(60), "POST", body=body)
    async with SqlEngineStore(place) as store:
        await store.add_job(create("job-1", spec, NOW))
        assert (await store.get_job("job-1")).spec.body == body
    async with SqlEngineStore(place, vault=FernetVault(key_file)) as store:
        assert (await store.get_job("job-1")).spec.body == body
        await store.add_job(create("job-2", spec, NOW))
        assert (await store.get_job("job-2")).spec.body == body
        await store.secrets.seal()
        assert (await store.get_job("job-1")).spec.body == body


@pytest.mark.parametrize("body", ["sealed:abcd", "clear:x"])
async def test_so_does_one_of_an_older_version(place, body):
    make_first_version(place.path)
    with closing(sqlite3.connect(place.path)) as connection, connection:
        connection.execute(
            "INSERT INTO jobs (job_id, version, name, name_key, description, method, url, headers, schedule, "
            "policy, body, status, created_at, accounted_until, failures, starts) VALUES ('old', 1, 'Old', 'old', "
            "'', 'GET', 'https://example.com/', '{}', '{\"kind\":\"interval\",\"seconds\":60}', '{}', ?, "
            "'pending', 0, 0, 0, 0)",
            (body,),
        )
    async with SqlEngineStore(place) as store:
        assert (await store.get_job("old")).spec.body == body


async def test_in_postgresql_it_is_the_same(postgres, key_file, other_file):
    with postgres.store() as database:
        place = PostgresServer(postgres.url(database))
        async with SqlEngineStore(place) as store:
            run_id = await fill(store)
        async with SqlEngineStore(place, vault=FernetVault(key_file)) as store:
            await check(store, run_id)
            assert await store.secrets.seal() == (3, False)
            assert (await store.secrets.count()).clear == 0
            await run_once(store)
            await check(store, run_id)
        for wrong in (FernetVault(other_file), None):
            refused = SqlEngineStore(place, vault=wrong)
            with pytest.raises(StoreUnavailable, match="key"):
                await refused.open()
            await refused.close()
