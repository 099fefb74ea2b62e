"""The contract of the jobs' events over every implementation."""

from __future__ import annotations

import pytest

from cronlytic_mcp.adapters.memory.job_events import MemoryJobEvents
from tests.contract.job_events import JobEventsContract


class TestJobEvents(JobEventsContract):
    @pytest.fixture
    def events(self):
        return MemoryJobEvents()
