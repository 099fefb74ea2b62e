"""The clock contract over every clock."""

from __future__ import annotations

import pytest

from cronlytic_mcp.adapters.system.clock import SystemClock
from tests.clock import FakeClock
from tests.contract.clock import ClockContract

CLOCKS = {"system": SystemClock, "fake": FakeClock}


class TestClock(ClockContract):
    @pytest.fixture(params=CLOCKS)
    def clock(self, request):
        return CLOCKS[request.param]()
