"""Changes to jobs as an SDK's bus."""

from __future__ import annotations

import pytest
from mcp.server.subscriptions import ResourcesListChanged, ResourceUpdated, ToolsListChanged

from cronlytic_mcp.adapters.memory.job_events import MemoryJobEvents
from cronlytic_mcp.application.job_events import AnalysisChanged, JobChanged, ListChanged, LogsChanged
from cronlytic_mcp.entrypoints.mcp.subscriptions.changes import ResourceChanges, translate

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("event", "changes"),
    [
        (JobChanged("a"), [ResourceUpdated("cronlytic://job/a")]),
        (
            LogsChanged("a"),
            [ResourceUpdated("cronlytic://job/a/logs"), ResourceUpdated("cronlytic://job/a/health")],
        ),
        (AnalysisChanged("a"), [ResourceUpdated("cronlytic://job/a/analysis")]),
        (ListChanged(entries=False), [ResourceUpdated("cronlytic://jobs")]),
        (ListChanged(entries=True), [ResourceUpdated("cronlytic://jobs"), ResourcesListChanged()]),
    ],
)
def test_each_event_changes_the_resources_that_show_it(event, changes):
    assert list(translate(event)) == changes


async def test_streams_hear_of_jobs_and_of_what_is_published_on_the_bus_itself_until_they_end():
    events, heard = MemoryJobEvents(), []
    bus = ResourceChanges(events)
    stop = bus.subscribe(heard.append)
    events.publish(JobChanged("a"))
    await bus.publish(ToolsListChanged())
    stop()
    stop()
    events.publish(JobChanged("b"))
    await bus.publish(ToolsListChanged())
    assert heard == [ResourceUpdated("cronlytic://job/a"), ToolsListChanged()]
