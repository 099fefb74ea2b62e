"""A backend without an engine of ours: its tools are not listed, and say what to do instead."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.anyio


async def test_the_tools_of_the_engine_are_not_listed_and_name_the_alternative(connect):
    async with connect() as assistant:
        assert not {"run_job_now", "explain_job", "events_since", "get_run"} & set(assistant.tools)
        result = await assistant.client.call_tool("explain_job", {"job_id": "one"})

    error = result.structured_content["error"]
    assert error["code"] == "not_supported"
    assert "CRONLYTIC_BACKEND=local" in error["alternative"]
