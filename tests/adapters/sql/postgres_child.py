"""A process that is stopped in the midst of a transaction on the store that its argument names.

It changes ``job-1``, and goes on with that when it is continued.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys

from attrs import evolve

from cronlytic_mcp.adapters.sql.engine_store import SqlEngineStore
from cronlytic_mcp.adapters.sql.store_url import PostgresServer
from cronlytic_mcp.domain.engine.change import Change
from cronlytic_mcp.domain.engine.planned_job import JobView


async def main(url: str) -> None:
    decided = 0

    def decide(view: JobView) -> Change:
        nonlocal decided
        decided += 1
        if decided == 1:
            os.kill(os.getpid(), signal.SIGSTOP)
        return Change(evolve(view.job, starts=view.job.starts + 1))

    async with SqlEngineStore(PostgresServer(url), patience=30) as store:
        await store.change_job("job-1", decide)
    print(decided)  # noqa: T201 - what it says to the test


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
