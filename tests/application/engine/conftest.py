"""Every async test here runs in virtual time."""

from __future__ import annotations

import pytest

from tests.adapters.resilience.virtual_time import VirtualTimeLoop
from tests.application.engine.world import World


@pytest.fixture
def anyio_backend():
    return "asyncio", {"loop_factory": VirtualTimeLoop}


@pytest.fixture
def world() -> World:
    return World()
