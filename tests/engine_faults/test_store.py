"""The store cannot be written to for a while."""

from __future__ import annotations

import os
import resource
import subprocess
import sys

import pytest

from tests.adapters.sql.files import fill, writing
from tests.engine_faults.town import found

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(180)]

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="sets the limits of another process")


@pytest.fixture
def small_disk(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    # Beside the store it has room for its log, which is written back into the store once it has 4 MB.
    mount = ("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(disk))
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("may not mount a small disk")
    yield disk
    subprocess.run(("umount", "-l", str(disk)), check=True)


@pytest.mark.parametrize("times", [1, pytest.param(10, marks=[pytest.mark.soak, pytest.mark.timeout(300)])])
async def test_on_a_full_disk_an_engine_waits_and_then_goes_on(small_disk, times):
    async with found(small_disk / "jobs.db") as town:
        await town.add_many(20)
        host = await town.start()
        for _ in range(times):
            await town.sink.until_more(20)
            ballast = small_disk / "ballast"
            fill(ballast)
            await host.until_told("StoreFailed", host.told.count("StoreFailed") + 2)
            ballast.unlink()
            await town.sink.until_more(20)

        await town.close_books(host)


@linux_only
@pytest.mark.parametrize("times", [1, pytest.param(10, marks=[pytest.mark.soak, pytest.mark.timeout(300)])])
async def test_at_a_limit_on_the_size_of_files_an_engine_waits_and_then_goes_on(town, times):
    await town.add_many(20)
    host = await town.start()
    for _ in range(times):
        await town.sink.until_more(20)
        resource.prlimit(host.pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
        await host.until_told("StoreFailed", host.told.count("StoreFailed") + 2)
        unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        resource.prlimit(host.pid, resource.RLIMIT_FSIZE, unlimited)
        await town.sink.until_more(20)

    await town.close_books(host)


@pytest.mark.parametrize("times", [1, pytest.param(10, marks=[pytest.mark.soak, pytest.mark.timeout(300)])])
async def test_while_others_lock_the_store_an_engine_waits_and_then_goes_on(town, times):
    await town.add_many(20)
    host = await town.start()
    for _ in range(times):
        await town.sink.until_more(20)
        with writing(town.path, "BEGIN EXCLUSIVE"):
            await host.until_told("StoreFailed", host.told.count("StoreFailed") + 2)
        await town.sink.until_more(20)

    await town.close_books(host)
