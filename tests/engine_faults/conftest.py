"""One town for each test, around a store on the disk."""

from __future__ import annotations

import pytest

from tests.engine_faults.town import found


@pytest.fixture
async def town(tmp_path, anyio_backend):
    async with found(tmp_path / "jobs.db") as town:
        yield town
