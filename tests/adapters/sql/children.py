"""What other processes do in these tests: ``python -m tests.adapters.sql.children WHAT PATH ...``.

Each prints one line for what it did, as soon as it is done.
"""

from __future__ import annotations

import asyncio
import os
import resource
import sys
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from attrs import evolve

from cronlytic_mcp.adapters.sql.engine_store import SqlEngineStore
from cronlytic_mcp.adapters.sql.store_url import SqliteFile
from cronlytic_mcp.domain.engine.change import Change
from cronlytic_mcp.domain.engine.errors import StoreUnavailable
from cronlytic_mcp.domain.engine.run import RunState
from tests.contract.engine_store import HOURLY, LEASE, NOON, a_job, an_event, move_on

NOBODY = 65534


def tell(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


def wait_for_the_others() -> None:
    tell("ready")
    sys.stdin.readline()


async def claim(path: Path, rounds: str) -> None:
    """Claim everything that is due in each of so many hours, and take over what anybody has left."""
    async with SqlEngineStore(SqliteFile(path)) as store:
        for hours in range(int(rounds)):
            wait_for_the_others()
            now = NOON + timedelta(hours=hours)
            batch = await store.reclaim_lapsed(now, 7, now + LEASE, give_up_every_other)
            tell_claims(batch)
            while (batch := await store.claim_due(now, 7, now + LEASE, move_on)).examined:
                tell_claims(batch)


def give_up_every_other(job, run):
    if int(run.run_id, 16) % 2:
        run = evolve(run, state=RunState.INTERRUPTED)
    return Change(job, (run,))


def tell_claims(batch) -> None:
    for claimed in batch.claims:
        tell(claimed.lease.run_id, claimed.lease.token)


async def write(path: Path, prefix: str) -> None:
    """Add jobs with an event each until the process is killed."""
    async with SqlEngineStore(SqliteFile(path)) as store:
        number = 0
        while True:
            job = a_job(f"{prefix}-{number}", spec=evolve(HOURLY, body="x" * 5000))
            await store.add_job(Change(job, events=(an_event(job.job_id),)))
            tell(job.job_id)
            number += 1


async def begin(path: Path, job_id: str) -> None:
    """Open the store at the same time as others, and say whether the migrations were loaded for it."""
    wait_for_the_others()
    async with SqlEngineStore(SqliteFile(path)) as store:
        await store.add_job(Change(a_job(job_id)))
    tell("alembic" in sys.modules)


async def open_as_nobody(path: Path) -> None:
    """Say why a user without rights cannot open the store."""
    with TemporaryDirectory() as scratch:  # imports everything as long as this user may
        async with SqlEngineStore(SqliteFile(Path(scratch, "jobs.db"))):
            pass
    if os.getuid() == 0:
        os.setuid(NOBODY)
    try:
        async with SqlEngineStore(SqliteFile(path)):
            tell("opened")
    except StoreUnavailable as error:
        tell(error.retryable, error.reason)


async def write_within(path: Path, more_bytes: str) -> None:
    """Add jobs until no file may grow further, and one more after that."""
    async with SqlEngineStore(SqliteFile(path)) as store:
        await store.list_jobs()
        size = sum(file.stat().st_size for file in path.parent.iterdir())
        unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + int(more_bytes), unlimited[1]))
        number = 0
        try:
            while True:
                await store.add_job(Change(a_job(f"job-{number}", spec=evolve(HOURLY, body="x" * 5000))))
                number += 1
        except StoreUnavailable as error:
            tell(error.reason)
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
        await store.add_job(Change(a_job("one-more")))
        tell(number)


async def main(what: str, path: str, *rest: str) -> None:
    todo = {f.__name__: f for f in (claim, write, begin, open_as_nobody, write_within)}[what]
    await todo(Path(path), *rest)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
