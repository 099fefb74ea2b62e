"""The wiring: the adapters that settings lead to, made late and closed at the end."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest

from cronlytic_mcp.entrypoints.logging import Log
from cronlytic_mcp.entrypoints.settings import Options, read_settings
from cronlytic_mcp.entrypoints.wiring import build_services
from tests.stub_api import StubApi

pytestmark = pytest.mark.anyio


def services_for(environment, backend=None):
    settings = read_settings(Options(backend=backend), environment, None)
    return build_services(settings, Log(io.StringIO(), "info"))


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
    }


async def test_without_credentials_jobs_are_kept_in_a_file_of_this_machine(tmp_path):
    services = services_for({"CRONLYTIC_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'jobs.db'}"})
    services.preload()
    assert services.gateway.capabilities.backend == services.backend == "local"
    assert services.gateway.capabilities.durable
    assert await services.gateway.list() == ()
    assert services.clock.now().utcoffset().total_seconds() == 0
    await services.close()


async def test_the_backend_in_memory_is_there_where_it_is_named():
    services = services_for({}, backend="memory")
    services.preload()
    assert services.gateway.capabilities.backend == services.backend == "memory"
    assert await services.gateway.list() == ()
    await services.close()


async def test_with_credentials_the_cloud_is_called_with_them_and_the_connection_is_closed(stub, environment):
    services = services_for(environment)
    services.preload()
    assert services.gateway.capabilities.backend == services.backend == "cronlytic"
    assert await services.gateway.list() == ()
    assert stub.seen[-1].headers["X-API-Key"] == stub.api_key
    await services.close()
    assert stub.connections == 1


async def test_credentials_are_not_used_by_a_backend_that_was_chosen_instead(stub, environment):
    services = services_for(environment, backend="memory")
    await services.gateway.list()
    assert not stub.seen


def test_a_confirmation_holds_for_the_process_that_gave_it():
    first, second = services_for({}), services_for({})
    assert first.confirmations is first.confirmations
    token = first.confirmations.issue("delete_job", "a")
    first.confirmations.check("delete_job", "a", token)
    with pytest.raises(Exception, match="was not issued for this"):
        second.confirmations.check("delete_job", "a", token)


def test_a_start_imports_nothing_heavy():
    """What is not needed for the first answer; the SDK brings some heavy packages itself."""
    program = (
        "import sys\n"
        "from cronlytic_mcp.entrypoints.mcp.process import run\n"
        "from cronlytic_mcp.entrypoints.command_line import main\n"
        "print(*{name.partition('.')[0] for name in sys.modules})\n"
        "print(*(name for name in sys.modules if name.startswith('cronlytic_mcp.')))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    packages, own = (set(line.split()) for line in run.stdout.splitlines())
    assert not packages & {
        "aiohttp",
        "cattrs",
        "croniter",
        "cron_descriptor",
        "jsonschema",
        "structlog",
        "tenacity",
    }
    assert not [name for name in own if name.split(".")[1] in ("domain", "application", "adapters")]
