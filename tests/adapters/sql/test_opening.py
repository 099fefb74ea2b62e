"""Opening a store: what is made, what is refused in one sentence, and that nothing refused is touched."""

from __future__ import annotations

import os
import sqlite3
import stat
from datetime import UTC, datetime

import pytest

from cronlytic_mcp.adapters.sql.engine_store import SqlEngineStore
from cronlytic_mcp.adapters.sql.store_url import SqliteFile
from cronlytic_mcp.domain.engine.change import Change
from cronlytic_mcp.domain.engine.errors import StoreUnavailable
from cronlytic_mcp.domain.execution_policy import ExecutionPolicy
from tests.adapters.sql.files import contents, query, writing
from tests.adapters.sql.older import OLD_JOB, make_first_version
from tests.contract.engine_store import a_job

pytestmark = pytest.mark.anyio

IMPATIENT = 0.01


async def make_store(place, *job_ids: str):
    async with SqlEngineStore(place) as store:
        for job_id in job_ids:
            await store.add_job(Change(a_job(job_id)))


async def refusal(place) -> StoreUnavailable:
    store = SqlEngineStore(place, patience=IMPATIENT)
    try:
        with pytest.raises(StoreUnavailable) as refused:
            await store.list_jobs()
    finally:
        await store.close()
    assert str(place.path.parent) not in str(refused.value)
    return refused.value


def mode(path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


async def test_a_store_is_made_where_there_is_none_and_only_its_owner_may_read_it(tmp_path):
    place = SqliteFile(tmp_path / "new" / "newer" / "jobs.db")

    async with SqlEngineStore(place) as store:
        await store.add_job(Change(a_job()))
        files = {path.name: mode(path) for path in place.path.parent.iterdir()}

    assert mode(place.path.parent) == 0o700
    assert {"jobs.db", "jobs.db-wal", "jobs.db-shm"} <= set(files)
    assert set(files.values()) == {0o600}


async def test_nothing_is_made_before_the_first_call(place):
    store = SqlEngineStore(place)
    await store.close()

    assert not place.path.parent.exists()


async def test_what_was_written_is_there_when_the_store_is_opened_again(place):
    await make_store(place, "job-1")

    async with SqlEngineStore(place) as store:
        assert [job.job_id for job in await store.list_jobs()] == ["job-1"]


async def test_an_empty_file_becomes_a_store(place):
    place.path.parent.mkdir()
    place.path.touch()

    await make_store(place, "job-1")

    assert query(place.path, "SELECT job_id FROM jobs") == [("job-1",)]


async def test_an_unusual_path_is_taken_as_it_is(tmp_path):
    place = SqliteFile(tmp_path / "50% of #1? ü" / "a b.db")

    await make_store(place, "job-1")

    assert [path.name for path in tmp_path.iterdir()] == ["50% of #1? ü"]
    assert "a b.db" in contents(place.path.parent)


async def test_what_a_killed_process_left_of_a_new_store_is_cleared_away(place):
    place.path.parent.mkdir()
    for suffix in (".new", ".new-wal", ".new-journal"):
        place.path.with_name(f"jobs.db{suffix}").write_bytes(b"half")

    await make_store(place, "job-1")

    assert set(contents(place.path.parent)) == {"jobs.db", "jobs.db.lock"}


@pytest.mark.parametrize("size", [1, 50, 99, 100, 4095, 4096, 5000, -4096, -1])
async def test_a_file_that_was_cut_off_is_damaged(place, size):
    await make_store(place, "job-1")
    os.truncate(place.path, size if size > 0 else place.path.stat().st_size + size)
    before = contents(place.path.parent)

    refused = await refusal(place)

    assert "damaged" in str(refused)
    assert not refused.retryable
    assert contents(place.path.parent) == before


@pytest.mark.parametrize(
    "start",
    [b"\x00" * 4096, b"not a database" * 400, os.urandom(64), b"x"],
    ids=["zeros", "text", "noise", "x"],
)
async def test_a_file_that_is_no_database_is_foreign(place, start):
    place.path.parent.mkdir()
    place.path.write_bytes(start)

    refused = await refusal(place)

    assert "no SQLite database" in str(refused)
    assert contents(place.path.parent) == {"jobs.db": start}


@pytest.mark.parametrize("journal", ["delete", "wal"])
async def test_a_database_of_another_program_is_foreign(place, journal):
    place.path.parent.mkdir()
    with writing(place.path, f"PRAGMA journal_mode = {journal}"):
        query(place.path, "CREATE TABLE jobs (job_id)")
        before = contents(place.path.parent)

        refused = await refusal(place)

        assert "another program" in str(refused)
        assert contents(place.path.parent) == before


async def test_a_store_whose_pages_were_overwritten_is_damaged(place):
    await make_store(place, "job-1")
    with place.path.open("r+b") as file:
        file.seek(100)
        file.write(b"\xff" * 8000)
    before = contents(place.path.parent)

    refused = await refusal(place)

    assert "damaged" in str(refused)
    assert contents(place.path.parent) == before


@pytest.mark.parametrize("loss", ["DROP TABLE alembic_version", "DELETE FROM alembic_version"])
async def test_a_store_without_a_version_is_damaged(place, loss):
    await make_store(place, "job-1")
    query(place.path, loss)
    before = contents(place.path.parent)

    refused = await refusal(place)

    assert "version of its schema is lost" in str(refused)
    assert contents(place.path.parent) == before


@pytest.mark.parametrize("suffix", ["-wal", "-journal"])
@pytest.mark.parametrize("loss", ["gone", "empty"])
async def test_a_log_without_its_store_is_not_mixed_into_a_new_one(place, loss, suffix):
    place.path.parent.mkdir()
    if loss == "empty":
        place.path.touch()
    place.path.with_name(f"jobs.db{suffix}").write_bytes(b"what was committed")
    before = contents(place.path.parent)

    refused = await refusal(place)

    assert "missing or empty" in str(refused)
    assert contents(place.path.parent) == before


async def test_an_older_store_is_brought_up_to_date_with_what_it_holds(place):
    make_first_version(place.path)
    query(place.path, OLD_JOB)

    async with SqlEngineStore(place) as store:
        [job] = await store.list_jobs()
        assert (job.job_id, job.spec.policy) == ("old", ExecutionPolicy())
        assert await store.last_sequence() == 0


async def test_the_jobs_of_an_older_store_are_due_for_an_analysis_unless_they_have_nothing_to_come(place):
    make_first_version(place.path)
    query(place.path, OLD_JOB)
    query(
        place.path,
        "UPDATE jobs SET plan_at = 60000000, plan_due_at = 60000000, plan_source = 'baseline-cron'",
    )
    query(place.path, OLD_JOB.replace("'old'", "'ended'"))
    query(place.path, OLD_JOB.replace("'old'", "'once'"))
    once = """schedule = '{"kind":"one_shot","at":"2030-01-01T00:00:00+00:00"}'"""
    query(
        place.path,
        f"UPDATE jobs SET plan_at = 1, plan_due_at = 1, plan_source = 'one-shot', {once} WHERE job_id = 'once'",
    )

    async with SqlEngineStore(place) as store:
        due = await store.analyses.list_due_analyses(datetime(2026, 1, 1, tzinfo=UTC), 9)

    assert [job.job_id for job in due] == ["old"]


async def test_an_older_store_that_is_being_written_is_waited_for(place):
    make_first_version(place.path)
    with writing(place.path):
        refused = await refusal(place)

    assert "locked" in str(refused)
    assert query(place.path, "SELECT * FROM alembic_version") == [("0001",)]


async def test_a_newer_schema_is_refused(place):
    await make_store(place, "job-1")
    query(place.path, "UPDATE alembic_version SET version_num = '9999'")
    before = contents(place.path.parent)

    refused = await refusal(place)

    assert "newer version of cronlytic-mcp" in str(refused)
    assert "update cronlytic-mcp" in str(refused)
    assert not refused.retryable
    assert contents(place.path.parent) == before


async def test_a_newer_schema_that_only_the_log_tells_of_is_refused_and_the_file_stays(place):
    await make_store(place, "job-1")
    connection = sqlite3.connect(place.path)
    with connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = contents(place.path.parent)
    copy = SqliteFile(place.path.parent.with_name("copy") / "jobs.db")
    copy.path.parent.mkdir()
    for name in ("jobs.db", "jobs.db-wal"):
        copy.path.with_name(name).write_bytes(before[name])
    connection.close()

    refused = await refusal(copy)

    assert "newer version of cronlytic-mcp" in str(refused)
    assert contents(copy.path.parent).items() >= {(name, before[name]) for name in ("jobs.db", "jobs.db-wal")}


async def test_a_directory_in_the_place_of_the_file_is_foreign(place):
    place.path.mkdir(parents=True)

    assert "not a file" in str(await refusal(place))


async def test_a_path_through_a_file_cannot_be_opened(tmp_path):
    (tmp_path / "file").touch()

    refused = await refusal(SqliteFile(tmp_path / "file" / "jobs.db"))

    assert "cannot be opened" in str(refused)


async def test_a_store_that_is_being_made_elsewhere_is_waited_for(place):
    place.path.parent.mkdir()
    with writing(place.path.with_name("jobs.db.lock"), "BEGIN EXCLUSIVE"):
        refused = await refusal(place)

    assert "locked" in str(refused)
    assert refused.retryable
    await make_store(place, "job-1")


async def test_a_store_without_its_log_gets_it_back_once_nobody_is_in_the_way(place):
    await make_store(place, "job-1")
    query(place.path, "PRAGMA journal_mode = DELETE")
    with writing(place.path):
        refused = await refusal(place)

    assert "locked" in str(refused)
    await make_store(place, "job-2")
    assert query(place.path, "PRAGMA journal_mode") == [("wal",)]


async def test_a_store_that_could_not_be_opened_can_be_once_the_reason_is_gone(place):
    await make_store(place, "job-1")
    whole = place.path.read_bytes()
    place.path.write_bytes(whole[:50])
    store = SqlEngineStore(place)
    with pytest.raises(StoreUnavailable):
        await store.list_jobs()

    place.path.write_bytes(whole)

    assert [job.job_id for job in await store.list_jobs()] == ["job-1"]
    await store.close()
