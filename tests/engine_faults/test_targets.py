"""Targets that hang, hang up, lead elsewhere or never end, and jobs that change while they run."""

from __future__ import annotations

import socket
import struct
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from cronlytic_mcp.domain.engine.change import Change
from cronlytic_mcp.domain.engine.event import Event, EventKind
from cronlytic_mcp.domain.engine.run import RunState
from cronlytic_mcp.domain.schedule import OneShot
from cronlytic_mcp.domain.webhook.webhook import BODY_LIMIT
from tests.engine_faults.town import until

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(180)]

TEN_GIGABYTES = 10 * 1024**3


async def hang(reader, writer) -> None:
    await reader.read()


async def reset(reader, writer) -> None:
    linger = struct.pack("ii", 1, 0)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()


async def send_ten_gigabytes(reader, writer) -> None:
    writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {TEN_GIGABYTES}\r\n\r\n".encode())
    for _ in range(TEN_GIGABYTES // 65536):
        writer.write(b"x" * 65536)
        await writer.drain()


async def test_no_target_holds_up_the_others_whatever_it_does(town):
    async def lead_elsewhere(reader, writer) -> None:
        location = town.sink.url("secret")
        writer.write(f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode())
        await writer.drain()

    town.sink.answers = {
        "hang": hang,
        "reset": reset,
        "redirect": lead_elsewhere,
        "endless": send_ten_gigabytes,
    }
    for name in town.sink.answers:
        await town.add(name, OneShot(datetime.now(UTC) + timedelta(seconds=1)), timeout_seconds=2.0)
    await town.add("good")
    host = await town.start()
    await town.sink.until(lambda: town.sink.unanswered == 0 and len(town.sink.keys("good")) >= 4)
    await until(lambda: nothing_in_flight(town, town.sink.answers))

    account = await town.close_books(host)

    outcomes = {name: (await town.newest(name)).outcome for name in town.sink.answers}
    assert "deadline" in outcomes["hang"].error or "time" in outcomes["hang"].error
    assert "connection" in outcomes["reset"].error
    assert (outcomes["redirect"].success, outcomes["redirect"].status) == (False, 302)
    endless = outcomes["endless"]
    assert (endless.success, endless.body_whole, endless.body_size) == (True, False, TEN_GIGABYTES)
    assert len(endless.body) == BODY_LIMIT
    assert account[RunState.INTERRUPTED] == 0
    assert "secret" not in {arrival.job_id for arrival in town.sink.arrivals}
    assert "LeaseLost" not in host.told


async def nothing_in_flight(town, names) -> bool:
    return not {run.job_id for name in names if (run := await town.newest(name)).outcome is None}


async def test_a_run_goes_out_as_it_was_claimed_though_its_job_is_edited_or_deleted_meanwhile(town):
    town.lease = 1.0  # a third of it is the heartbeat by which an engine sees that a job is gone
    town.sink.hold()
    for name in ("edited", "deleted"):
        await town.add(name)
    host = await town.start()
    await town.sink.until(lambda: town.sink.unanswered == 2)
    new = town.sink.url("edited/new")
    await town.store.change_job(
        "edited", lambda view: Change(evolve(view.job, spec=evolve(view.job.spec, url=new)))
    )
    gone = Event(EventKind.JOB_DELETED, "deleted", datetime.now(UTC))
    await town.store.delete_job("deleted", gone)
    await host.until_told("LeaseLost")
    await town.sink.until(lambda: town.sink.unanswered == 1)
    town.sink.release()
    await town.sink.until(lambda: bool(town.sink.keys("edited/new")))

    assert await host.stop() == 0
    [first] = town.sink.keys("edited")
    assert (await town.store.get_run(first)).state is RunState.SUCCESS
    assert [job.job_id for job in await town.store.list_jobs()] == ["edited"]
    assert len(town.sink.keys("deleted")) == 1
