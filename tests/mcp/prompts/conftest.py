"""An account with a few jobs, and the function that renders a prompt over it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cronlytic_mcp.adapters.memory.gateway import MemoryGateway
from cronlytic_mcp.domain.log import LogEntry, RunStatus
from cronlytic_mcp.entrypoints.mcp.prompts.rendering import render_prompt
from cronlytic_mcp.entrypoints.mcp.prompts.surroundings import Surroundings
from tests.application.stories import spec
from tests.mcp.prompts.rendered import EVERY_TOOL, Rendered


@pytest.fixture
async def account(gateway: MemoryGateway, clock) -> dict[str, str]:
    """Five jobs, three of which start together; `nightly-backup` fails. Returns their ids by name."""
    ids = {}
    for name, expression in (
        ("nightly-backup", "0 3 * * *"),
        ("nightly-report", "0 3 * * *"),
        ("nightly-cleanup", "0 3 * * *"),
        ("shop-health", "*/5 * * * *"),
        ("resting", "30 6 * * 1"),
    ):
        job = await gateway.create(spec(name=name, cron_expression=expression))
        ids[name] = job.job_id
    for hours in range(6):
        failed = hours < 3
        run = LogEntry(
            timestamp=clock.now() - timedelta(hours=hours, minutes=1),
            status=RunStatus.FAILED if failed else RunStatus.SUCCESS,
            response_code=401 if failed else 200,
            response_time=0.25,
            error_message="token expired" if failed else "",
        )
        gateway.record_run(ids["nightly-backup"], run)
    await gateway.pause(ids["resting"])
    return ids


@pytest.fixture
def render(gateway, clock):
    """Render a prompt: ``await render(name, argument="value")``; `platform` and others are surroundings."""

    async def render_one(
        name: str, *, platform="linux", tools=EVERY_TOOL, fact_seconds=5.0, backend=None, **arguments: str
    ) -> Rendered:
        surroundings = Surroundings(platform=platform, tools=tools, fact_seconds=fact_seconds)
        return Rendered(await render_prompt(name, arguments, backend or gateway, clock, surroundings))

    return render_one
