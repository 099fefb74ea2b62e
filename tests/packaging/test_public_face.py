"""What an embedding program sees of the package, and what it pays for looking."""

from __future__ import annotations

import subprocess
import sys

import pytest

import cronlytic_mcp
from cronlytic_mcp.domain import errors

USE_CASES = {
    "create_job",
    "delete_job",
    "get_job",
    "get_job_logs",
    "health_check",
    "list_jobs",
    "pause_job",
    "resume_job",
    "update_job",
    "validate_cron",
}
HEAVY = {
    "aiohttp",
    "async_lru",
    "attrs",
    "cattrs",
    "cron_descriptor",
    "croniter",
    "jsonschema",
    "mcp",
    "pydantic",
    "sqlalchemy",
    "structlog",
    "tenacity",
}


def modules_after(statement: str) -> set[str]:
    """The top-level modules that a fresh interpreter holds after a statement."""
    script = f"{statement}\nimport sys\nprint(*sys.modules)"
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in answer.stdout.split()}


@pytest.mark.parametrize("name", cronlytic_mcp.__all__)
def test_every_promised_name_is_there(name):
    assert getattr(cronlytic_mcp, name) is not None


def test_every_use_case_and_every_error_is_promised():
    of_the_domain = {
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and issubclass(value, errors.CronlyticError)
    }

    assert set(cronlytic_mcp.__all__) >= USE_CASES | of_the_domain


def test_an_unknown_name_is_an_attribute_error_like_any_other():
    with pytest.raises(AttributeError, match=r"cronlytic_mcp.*drop_job"):
        _ = cronlytic_mcp.drop_job


def test_a_use_case_is_the_function_and_not_its_module():
    assert all(callable(getattr(cronlytic_mcp, name)) for name in USE_CASES)


def test_dir_lists_the_promised_names():
    assert dir(cronlytic_mcp) == sorted(cronlytic_mcp.__all__)


def test_importing_the_package_imports_nothing_heavy():
    assert not modules_after("import cronlytic_mcp") & HEAVY


def test_the_fake_and_the_use_cases_need_no_http_client_and_no_protocol():
    statement = "from cronlytic_mcp import MemoryGateway, SystemClock, list_jobs"

    assert not modules_after(statement) & (HEAVY - {"attrs"})
