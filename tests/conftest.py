"""Settings that every test shares: asyncio behind anyio's plugin, and hypothesis without deadlines."""

from __future__ import annotations

import pytest
from hypothesis import settings

# The contracts are modules that their tests import, so pytest must be told to explain their assertions.
pytest.register_assert_rewrite("tests.contract")

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture
def anyio_backend() -> str:
    """Run every async test on asyncio, the loop that the HTTP client needs."""
    return "asyncio"
