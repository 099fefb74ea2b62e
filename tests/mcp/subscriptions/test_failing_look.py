"""A look at the jobs that fails: the subscription stands, and the log says why."""

from __future__ import annotations

import pytest

from cronlytic_mcp.domain.errors import NotAuthenticated
from tests.mcp.backends import BrokenGateway

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.filterwarnings("ignore::mcp.shared.exceptions.MCPDeprecationWarning"),
]

LOGGED = {
    "a bug": (RuntimeError("what happened"), '"level": "error"', "what happened"),
    "an error": (NotAuthenticated(), '"level": "info"', "not_authenticated"),
}


@pytest.fixture(params=LOGGED)
def logged(request):
    return LOGGED[request.param]


@pytest.fixture
def gateway(logged):
    return BrokenGateway(logged[0])


async def test_a_look_that_fails_is_logged_and_harms_no_subscription(connect, era, log_lines, logged):
    async with connect() as assistant:
        if era == "2025":
            await assistant.client.subscribe_resource("cronlytic://jobs")
        else:
            async with assistant.client.listen(resources_list_changed=True) as stream:
                assert stream.honored.resources_list_changed
    _, level, said = logged
    (line,) = [line for line in log_lines.getvalue().splitlines() if "look" in line]
    assert level in line
    assert said in line
