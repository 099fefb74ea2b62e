"""The command as a process over a stub of the API: real time, so what fails waits little and what hangs much."""

from __future__ import annotations

import pytest

from tests.stub_api import StubApi

IMPATIENT = {"CRONLYTIC_BACKOFF": "0", "CRONLYTIC_ATTEMPT_TIME": "300", "CRONLYTIC_TOTAL_TIME": "900"}
"""Settings with which nothing that a test waits for can come from running out of time."""


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def stub():
    async with StubApi() as stub:
        yield stub


@pytest.fixture
def environment(stub):
    return {
        "CRONLYTIC_API_KEY": stub.api_key,
        "CRONLYTIC_USER_ID": stub.user_id,
        "CRONLYTIC_BASE_URL": stub.base_url,
        **IMPATIENT,
    }
