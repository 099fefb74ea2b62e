"""A gateway whose wire a test decides, and one that talks to the stub."""

from __future__ import annotations

import pytest
from aioresponses import aioresponses

from cronlytic_mcp.adapters.cronlytic.gateway import CronlyticGateway
from tests.adapters.cronlytic.documents import KEY, USER
from tests.stub_api import StubApi


@pytest.fixture
def wire():
    with aioresponses() as wire:
        yield wire


@pytest.fixture
async def cloud():
    """A gateway to the production address; only for tests with `wire`."""
    async with CronlyticGateway(KEY, USER) as gateway:
        yield gateway


@pytest.fixture
async def stub():
    async with StubApi() as stub:
        yield stub


@pytest.fixture
async def gateway(stub):
    async with CronlyticGateway(stub.api_key, stub.user_id, base_url=stub.base_url) as gateway:
        yield gateway
