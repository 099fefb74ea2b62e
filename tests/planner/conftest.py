"""Every async test here runs in virtual time."""

from __future__ import annotations

import pytest

from tests.planner.scene import Scene
from tests.planner.steady_time import SteadyTimeLoop


@pytest.fixture
def anyio_backend():
    return "asyncio", {"loop_factory": SteadyTimeLoop}


@pytest.fixture
def scene() -> Scene:
    return Scene()
