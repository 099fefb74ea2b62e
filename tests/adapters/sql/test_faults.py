"""Disks, rights and locks that fail while the store is in use: one sentence each, and nothing is lost."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from attrs import evolve

from cronlytic_mcp.adapters.sql.engine_store import SqlEngineStore
from cronlytic_mcp.adapters.sql.store_url import SqliteFile
from cronlytic_mcp.domain.engine.change import Change
from cronlytic_mcp.domain.engine.errors import StoreUnavailable
from tests.adapters.sql.files import contents, fill, query, writing
from tests.adapters.sql.processes import child, told
from tests.contract.engine_store import HOURLY, a_job, an_event

pytestmark = pytest.mark.anyio

LARGE = evolve(HOURLY, body="x" * 5000)


@contextmanager
def mounted(disk: Path, size: str) -> Iterator[Path]:
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", disk]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no small disk can be had here: {error}")
    yield disk
    subprocess.run(["umount", disk], check=True)


@pytest.fixture
def small_disk(tmp_path):
    with mounted(tmp_path / "disk", "size=1m") as disk:
        yield disk


@pytest.fixture
def disk_without_room_for_files(tmp_path):
    with mounted(tmp_path / "disk", "nr_inodes=1") as disk:
        yield disk


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that every user may look into, unlike those of pytest's."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@asynccontextmanager
async def unopened(place) -> AsyncIterator[SqlEngineStore]:
    store = SqlEngineStore(place)
    try:
        yield store
    finally:
        await store.close()


async def find_refusal(store) -> StoreUnavailable | None:
    try:
        await store.list_jobs()
    except StoreUnavailable as error:
        return error
    return None


async def add_until_refused(store) -> tuple[list[str], StoreUnavailable]:
    added = []
    while True:
        try:
            job = await store.add_job(Change(a_job(f"job-{len(added)}", spec=LARGE)))
        except StoreUnavailable as error:
            return added, error
        added.append(job.job_id)


async def test_on_a_full_disk_nothing_is_lost_and_all_goes_on_once_there_is_room(small_disk):
    place = SqliteFile(small_disk / "jobs.db")
    async with SqlEngineStore(place) as store:
        fill(small_disk / "ballast", keep_free=100_000)

        added, refused = await add_until_refused(store)

        assert added
        assert "disk that it lies on is full" in str(refused)
        assert refused.retryable
        assert {job.job_id for job in await store.list_jobs()} == set(added)

        (small_disk / "ballast").unlink()
        await store.add_job(Change(a_job("one-more")))
    assert query(place.path, "PRAGMA integrity_check") == [("ok",)]
    assert query(place.path, "SELECT count(*) FROM jobs") == [(len(added) + 1,)]


@pytest.mark.parametrize("keep_free", [20_000, *range(100_000, 400_000, 20_000)])
async def test_on_a_full_disk_no_store_is_half_made(small_disk, keep_free):
    fill(small_disk / "ballast", keep_free=keep_free)
    async with unopened(SqliteFile(small_disk / "jobs.db")) as store:
        refusal = await find_refusal(store)
        assert refusal is None or "is full" in refusal.reason
        assert "jobs.db.new" not in contents(small_disk)

        (small_disk / "ballast").unlink()
        assert list(await store.list_jobs()) == []


async def test_on_a_disk_that_takes_no_more_files_no_store_is_made(disk_without_room_for_files):
    async with unopened(SqliteFile(disk_without_room_for_files / "jobs.db")) as store:
        with pytest.raises(StoreUnavailable, match="disk that it lies on is full"):
            await store.list_jobs()


async def test_a_limit_on_the_size_of_files_is_told_and_nothing_is_lost(place, store):
    with child("write_within", place.path, 200_000) as process:
        reason, added = told(process)

    assert "a limit on the size of files is reached" in reason
    assert int(added) > 0
    assert len(await store.list_jobs()) == int(added) + 1
    assert query(place.path, "PRAGMA integrity_check") == [("ok",)]


@pytest.mark.parametrize(
    ("file_mode", "folder_mode"),
    [(0o444, 0o777), (0o666, 0o555), (0o000, 0o777), (0o600, 0o000)],
    ids=["file", "folder", "unreadable file", "unreadable folder"],
)
async def test_without_the_right_to_write_nothing_is_opened(file_mode, folder_mode):
    with open_folder() as folder:
        path = folder / "jobs.db"
        async with SqlEngineStore(SqliteFile(path)):
            pass
        before = contents(folder)
        path.chmod(file_mode)
        folder.chmod(folder_mode)

        with child("open_as_nobody", path) as process:
            [answer] = told(process)

        folder.chmod(0o755)
        path.chmod(0o600)
        assert answer.startswith("False its file or the directory of that may not be read and written")
        assert contents(folder) == before


async def test_without_the_right_to_write_no_store_is_made():
    with open_folder() as folder:
        folder.chmod(0o555)

        with child("open_as_nobody", folder / "jobs.db") as process:
            [answer] = told(process)

        folder.chmod(0o755)
        assert answer.startswith("False its file or the directory of that may not be read and written")
        assert contents(folder) == {}


async def test_a_locked_store_is_read_and_a_write_is_refused_after_a_while(place, store):
    await store.add_job(Change(a_job()))
    async with SqlEngineStore(place, patience=0.01) as impatient:
        with writing(place.path):
            with pytest.raises(StoreUnavailable) as refused:
                await impatient.delete_job("job-1", an_event())
            assert [job.job_id for job in await impatient.list_jobs()] == ["job-1"]

        await impatient.add_job(Change(a_job("job-2")))

    assert "locked for the 0.01 s" in str(refused.value)
    assert refused.value.retryable
    assert len(await store.list_jobs()) == 2


async def test_a_write_waits_until_others_have_written(place, store):
    with writing(place.path):
        adding = asyncio.create_task(store.add_job(Change(a_job())))
        async with SqlEngineStore(place, patience=0.01) as impatient:
            with pytest.raises(StoreUnavailable):  # so the lock does hold
                await impatient.add_job(Change(a_job("job-2")))
        assert not adding.done()

    assert (await adding).job_id == "job-1"


async def test_a_file_that_vanishes_is_told_and_not_made_anew(place, store):
    await store.add_job(Change(a_job()))
    place.path.unlink()

    with pytest.raises(StoreUnavailable, match="moved, emptied, deleted or replaced"):
        await store.list_jobs()
    with pytest.raises(StoreUnavailable, match="moved, emptied, deleted or replaced"):
        await store.add_job(Change(a_job("job-2")))

    assert not place.path.exists()


async def test_a_file_that_is_replaced_is_told_and_not_written_to(place, store, tmp_path):
    await store.backup(tmp_path / "backup.db")
    (tmp_path / "backup.db").replace(place.path)
    before = place.path.read_bytes()

    with pytest.raises(StoreUnavailable, match="moved, emptied, deleted or replaced"):
        await store.add_job(Change(a_job()))

    assert place.path.read_bytes() == before


@pytest.mark.parametrize(
    ("damage", "call", "named"),
    [
        ("UPDATE jobs SET policy = '{'", lambda store: store.list_jobs(), "the job job-1"),
        ("UPDATE jobs SET schedule = '{}'", lambda store: store.get_job("job-1"), "the job job-1"),
        ("UPDATE jobs SET headers = '[1]'", lambda store: store.get_job("job-1"), "the job job-1"),
        ("UPDATE jobs SET status = 'odd'", lambda store: store.get_job("job-1"), "the job job-1"),
        ("UPDATE jobs SET body = CAST(x'ff' AS TEXT)", lambda store: store.get_job("job-1"), "a text in it"),
        ("UPDATE jobs SET created_at = 'then'", lambda store: store.get_job("job-1"), "an instant"),
        ("UPDATE jobs SET created_at = 9e18", lambda store: store.get_job("job-1"), "an instant"),
        ("UPDATE runs SET source = 'odd'", lambda store: store.list_runs("job-1", 1), "the run "),
        ("UPDATE events SET kind = 'odd'", lambda store: store.events_since(0, 1), "the event 1"),
    ],
)
async def test_a_row_that_nobody_could_have_written_is_told_without_what_is_in_it(
    place, store, damage, call, named
):
    spec = evolve(HOURLY, url="https://example.com/?token=hush", headers={"X-Key": "hush"}, body="hush")
    await store.delete_job((await store.add_job(Change(a_job("gone")))).job_id, an_event("gone"))
    await store.add_job(Change(a_job(spec=spec)))
    await store.add_manual_run("job-1", a_job().created_at)
    query(place.path, damage)

    with pytest.raises(StoreUnavailable) as refused:
        await call(store)

    assert f"damaged: {named}" in str(refused.value)
    assert "hush" not in str(refused.value)


async def test_pages_that_were_overwritten_are_told(place):
    async with SqlEngineStore(place) as store:
        for number in range(200):
            await store.add_job(Change(a_job(f"job-{number}", spec=LARGE)))
    with place.path.open("r+b") as file:
        file.seek(60 * 4096)  # behind the first pages of all tables
        file.write(os.urandom(100 * 4096))

    async with SqlEngineStore(place) as store:
        with pytest.raises(StoreUnavailable, match="its pages do not fit together"):
            await store.list_jobs()


async def test_no_log_holds_what_goes_in_and_out(place, caplog):
    spec = evolve(HOURLY, url="https://example.com/?token=hush", headers={"X-Key": "hush"}, body="hush")
    with caplog.at_level("DEBUG"):
        async with SqlEngineStore(place) as store:
            await store.add_job(Change(a_job(spec=spec)))
            await store.get_job("job-1")

    assert "hush" not in caplog.text


async def test_a_bug_is_no_fault_of_the_store_and_its_report_holds_no_secret(store):
    spec = evolve(HOURLY, url="https://example.com/?token=hush", headers={"X-Key": "hush"}, body="hush")
    await store.add_job(Change(a_job(spec=spec)))

    with pytest.raises(Exception, match="UNIQUE constraint failed") as bug:
        await store.add_job(Change(a_job(spec=spec)))

    assert not isinstance(bug.value, StoreUnavailable)
    assert "hush" not in f"{bug.value!r} {bug.value}"
