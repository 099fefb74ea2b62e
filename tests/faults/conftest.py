"""Async tests here run in virtual time, over real sockets on loopback."""

from __future__ import annotations

import pytest

from tests.faults.virtual_sockets import LoopbackTimeLoop


@pytest.fixture
def anyio_backend():
    return "asyncio", {"loop_factory": LoopbackTimeLoop}
