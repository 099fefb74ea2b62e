"""Settings that every test shares: asyncio behind anyio's plugin, and hypothesis without deadlines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from tests.postgres_server import PostgresServer

# The contracts are modules that their tests import, so pytest must be told to explain their assertions.
pytest.register_assert_rewrite("tests.contract")

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture
def anyio_backend() -> str:
    """Run every async test on asyncio, the loop that the HTTP client needs."""
    return "asyncio"


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """Run a PostgreSQL server, one for each process of the tests; never skipped, a missing one is an error."""
    from tests.postgres_server import running_server

    with running_server() as server:
        yield server
