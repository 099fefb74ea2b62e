"""Copies of a store that is in use."""

from __future__ import annotations

import asyncio
import os
import stat
import subprocess
from pathlib import Path

import pytest
from attrs import evolve

from cronlytic_mcp.adapters.sql.engine_store import SqlEngineStore
from cronlytic_mcp.adapters.sql.store_url import SqliteFile
from cronlytic_mcp.domain.engine.change import Change
from cronlytic_mcp.domain.engine.errors import StoreUnavailable
from cronlytic_mcp.domain.engine.run import RunState
from cronlytic_mcp.domain.errors import InvalidArguments
from tests.adapters.sql.files import query, writing
from tests.adapters.sql.processes import child
from tests.architecture.source_tree import ROOT
from tests.contract.engine_store import HOURLY, OK, a_job, a_run, an_event, look, rows

pytestmark = pytest.mark.anyio


def _overwrite(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"\xff" * 4096)


async def test_a_backup_is_a_store_with_everything_that_only_its_owner_may_read(store, tmp_path):
    await store.add_job(Change(a_job(), events=(an_event(),)))
    await store.change_job(
        "job-1", rows(a_run(state=RunState.SUCCESS, finished_at=a_job().created_at, outcome=OK))
    )
    target = tmp_path / "backup.db"

    await store.backup(target)

    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert query(target, "PRAGMA integrity_check") == [("ok",)]
    async with SqlEngineStore(SqliteFile(target)) as copy:
        assert await look(copy) == await look(store)
        await copy.add_job(Change(a_job("job-2")))
    assert query(target, "PRAGMA journal_mode") == [("wal",)]


async def test_a_backup_is_made_while_others_write_and_is_as_of_one_moment(store, tmp_path):
    async def add_jobs() -> None:
        for number in range(100):
            await store.add_job(Change(a_job(f"job-{number}"), events=(an_event(),)))

    adding = asyncio.create_task(add_jobs())
    backups = []
    while not adding.done():
        backups.append(tmp_path / f"backup-{len(backups)}.db")
        await store.backup(backups[-1])
    await adding

    assert len(backups) > 1
    for backup in backups:
        [(jobs,)] = query(backup, "SELECT count(*) FROM jobs")
        assert query(backup, "SELECT count(*), max(sequence) FROM events") == [(jobs, jobs or None)]


async def test_a_backup_is_made_while_another_process_holds_the_lock(place, store, tmp_path):
    await store.add_job(Change(a_job()))

    with writing(place.path):
        await store.backup(tmp_path / "backup.db")

    assert query(tmp_path / "backup.db", "SELECT count(*) FROM jobs") == [(1,)]


async def test_no_file_is_written_over(store, tmp_path):
    target = tmp_path / "precious"
    target.write_text("precious")

    with pytest.raises(InvalidArguments, match="exists already"):
        await store.backup(target)

    assert target.read_text() == "precious"


async def test_a_place_where_no_file_can_be_is_refused(store, tmp_path):
    with pytest.raises(InvalidArguments, match="cannot be made: no such file or directory"):
        await store.backup(tmp_path / "nowhere" / "backup.db")


@pytest.mark.parametrize("damage", [lambda path: os.truncate(path, 0), Path.unlink, _overwrite])
async def test_of_a_store_that_is_none_any_more_no_backup_is_made(place, store, tmp_path, damage):
    await store.add_job(Change(a_job()))
    damage(place.path)

    with pytest.raises(StoreUnavailable):
        await store.backup(tmp_path / "backup.db")

    assert not (tmp_path / "backup.db").exists()


async def test_no_part_of_a_backup_that_failed_stays(place, tmp_path):
    async with SqlEngineStore(place) as store:
        for number in range(200):
            await store.add_job(Change(a_job(f"job-{number}", spec=evolve(HOURLY, body="x" * 5000))))
    async with SqlEngineStore(place) as store:
        with place.path.open("r+b") as file:
            file.seek(40 * 4096)
            file.write(b"\xff" * 100 * 4096)

        with pytest.raises(StoreUnavailable, match="damaged"):
            await store.backup(tmp_path / "backup.db")

    assert not [path for path in tmp_path.iterdir() if "backup" in path.name]


async def test_a_backup_is_restored_over_a_damaged_store_as_the_page_about_it_says(place, tmp_path):
    page = (ROOT / "docs/how-to/back-up.md").read_text(encoding="utf-8")
    restore = [
        line.removeprefix("$ ") for line in page.split("## Restore")[1].splitlines() if line[:2] == "$ "
    ]
    folder = place.path.parent
    async with SqlEngineStore(place) as store:
        await store.add_job(Change(a_job(), events=(an_event(),)))
        await store.backup(folder / "jobs-backup.db")
        kept = await look(store)
    with child("write", place.path, "lost") as process:
        for _ in range(20):
            process.stdout.readline()
    assert (folder / "jobs.db-wal").stat().st_size > 0  # what a killed process leaves
    _overwrite(place.path)

    await asyncio.to_thread(subprocess.run, ["sh", "-ec", "\n".join(restore)], cwd=folder, check=True)

    async with SqlEngineStore(place) as store:
        assert await look(store) == kept
        await store.add_job(Change(a_job("job-2")))
    assert query(place.path, "PRAGMA integrity_check") == [("ok",)]
