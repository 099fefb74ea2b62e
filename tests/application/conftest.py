"""The fake backend and a clock that stands still, for every use-case."""

from __future__ import annotations

import pytest

from cronlytic_mcp.adapters.memory.gateway import MemoryGateway
from tests.clock import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def gateway(clock: FakeClock) -> MemoryGateway:
    return MemoryGateway(clock)
