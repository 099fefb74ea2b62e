"""The gate: what no client needs is refused, and what leaves is short."""

from __future__ import annotations

import anyio
import pytest
from mcp.shared.message import SessionMessage
from mcp_types import ErrorData, JSONRPCError, JSONRPCNotification, JSONRPCRequest, JSONRPCResponse

from cronlytic_mcp.entrypoints.mcp.gate import LONGEST_NAME, MOST_REQUESTS, MOST_VALUES, OVERLOADED, Gate

pytestmark = pytest.mark.anyio


def request(request_id=1, method="tools/call", params=None):
    return SessionMessage(JSONRPCRequest(jsonrpc="2.0", id=request_id, method=method, params=params))


def notification(method, **params):
    return SessionMessage(JSONRPCNotification(jsonrpc="2.0", method=method, params=params))


def answer(request_id):
    return SessionMessage(JSONRPCResponse(jsonrpc="2.0", id=request_id, result={}))


def failure(request_id, message="x", data=None):
    return SessionMessage(
        JSONRPCError(jsonrpc="2.0", id=request_id, error=ErrorData(code=-1, message=message, data=data))
    )


class Passage:
    """A gate with messages before it; `sent` is what went out."""

    def __init__(self, gate, outgoing) -> None:
        self.gate = gate
        self._outgoing = outgoing

    async def admit(self, *items):
        async def read():
            for item in items:
                yield item

        return [item async for item in self.gate.admit(read())]

    @property
    def sent(self):
        return [
            self._outgoing.receive_nowait().message
            for _ in range(self._outgoing.statistics().current_buffer_used)
        ]


@pytest.fixture
async def passage():
    write, outgoing = anyio.create_memory_object_stream(10_000)
    async with write, outgoing:
        yield Passage(Gate(write), outgoing)


async def test_what_is_usual_passes_as_it_is(passage):
    items = [
        request(1, params={"name": "list_jobs", "arguments": {"limit": 3}}),
        request("a"),
        request(10**100),
        notification("notifications/initialized"),
        answer(5),
        ValueError("no JSON"),
    ]
    assert await passage.admit(*items) == items
    assert passage.sent == []


async def test_a_long_id_is_refused_and_not_repeated(passage):
    assert await passage.admit(request("i" * (LONGEST_NAME + 1)), request("i" * LONGEST_NAME)) != []
    (refusal,) = passage.sent
    assert (refusal.id, refusal.error.code) == (None, -32600)
    assert "iii" not in refusal.error.message


async def test_a_long_method_is_refused_under_its_id_and_as_a_notification_dropped(passage):
    method = "m" * (LONGEST_NAME + 1)
    assert await passage.admit(request(7, method), notification(method)) == []
    (refusal,) = passage.sent
    assert (refusal.id, refusal.error.code) == (7, -32600)


@pytest.mark.parametrize(
    "params",
    [
        {"a": [[]] * (MOST_VALUES + 1)},
        {"a": [[1] * 200] * 100},
        {str(number): {"b": 1} for number in range(MOST_VALUES)},
    ],
    ids=["wide", "nested", "names"],
)
async def test_millions_of_values_are_refused_and_thousands_are_not(passage, params):
    assert await passage.admit(request(7, params=params)) == []
    (refusal,) = passage.sent
    assert (refusal.id, refusal.error.code) == (7, -32600)
    assert await passage.admit(request(7, params={"a": [1] * (MOST_VALUES - 10)})) != []


async def test_so_many_requests_are_let_in_until_some_are_answered(passage):
    requests = [request(number) for number in range(MOST_REQUESTS + 2)]
    assert await passage.admit(*requests) == requests[:MOST_REQUESTS]
    assert [(refusal.id, refusal.error.code) for refusal in passage.sent] == [
        (MOST_REQUESTS, OVERLOADED),
        (MOST_REQUESTS + 1, OVERLOADED),
    ]
    await passage.gate.send(answer(0))
    await passage.gate.send(failure(1))
    await passage.gate.send(answer("no such request"))
    assert len(await passage.admit(*(request(f"new-{number}") for number in range(5)))) == 2


@pytest.mark.parametrize("request_id", [7, "7", "a"])
async def test_a_request_that_was_cancelled_is_not_waited_for(passage, request_id):
    await passage.admit(*(request(number + 100) for number in range(MOST_REQUESTS - 1)), request(request_id))
    assert await passage.admit(request("one too many")) == []
    await passage.admit(notification("notifications/cancelled", requestId=request_id))
    assert len(await passage.admit(request("another"))) == 1


@pytest.mark.parametrize("params", [{}, {"requestId": None}, {"requestId": [1]}, {"requestId": "unknown"}])
async def test_a_cancellation_of_nothing_harms_nothing(passage, params):
    told = notification("notifications/cancelled", **params)
    assert await passage.admit(told) == [told]


async def test_an_error_that_repeats_what_a_client_sent_is_cut(passage):
    await passage.gate.send(failure(1, "m" * 100_000, {"requested": "v" * 100_000}))
    await passage.gate.send(failure(2, "short", {"supported": ["2026-07-28"]}))
    long, short = passage.sent
    assert len(long.model_dump_json()) < 1000
    assert (long.id, long.error.code) == (1, -1)
    assert short.error.data == {"supported": ["2026-07-28"]}


async def test_a_client_that_reads_nothing_is_not_read_either():
    write, outgoing = anyio.create_memory_object_stream(0)
    taken = []

    async def read():
        for number in range(MOST_REQUESTS + 10):
            taken.append(number)
            yield request(number)

    async with write, outgoing:
        gate = Gate(write)
        async with anyio.create_task_group() as tasks:

            async def admit():
                async for _ in gate.admit(read()):
                    pass

            tasks.start_soon(admit)
            await anyio.wait_all_tasks_blocked()
            assert len(taken) == MOST_REQUESTS + 1
            assert (await outgoing.receive()).message.error.code == OVERLOADED
            await anyio.wait_all_tasks_blocked()
            assert len(taken) == MOST_REQUESTS + 2
            tasks.cancel_scope.cancel()


async def test_the_gate_closes_the_way_out():
    write, outgoing = anyio.create_memory_object_stream(1)
    async with outgoing:
        async with Gate(write) as gate:
            await gate.send(answer(1))
        assert [item.message.id async for item in outgoing] == [1]
