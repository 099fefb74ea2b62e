"""Every port has a contract, every promise of it a test, and every contract somebody who runs it."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path
from typing import Protocol

import pytest

from cronlytic_mcp.application import (
    analysis_ports,
    engine_ports,
    job_events,
    note_ports,
    ports,
    signing_ports,
    vault_ports,
    webhook_ports,
)
from cronlytic_mcp.domain.errors import CronlyticError
from tests.contract.completeness import (
    documented_names,
    public_names,
    snake_case,
    subclassed_names,
    untested_names,
    used_names,
)

HERE = Path(__file__).parent
ADAPTERS = HERE.parents[1] / "adapters"


def is_port(member: object) -> bool:
    return inspect.isclass(member) and getattr(member, "_is_protocol", False) and member is not Protocol


PORTS = [
    port
    for module in (
        ports,
        webhook_ports,
        engine_ports,
        analysis_ports,
        note_ports,
        job_events,
        signing_ports,
        vault_ports,
    )
    for _, port in inspect.getmembers(module, is_port)
]


def subclasses_of(kind: type) -> set[type]:
    return {kind}.union(*(subclasses_of(child) for child in kind.__subclasses__()))


def contract_source(port: type) -> str:
    return (HERE / f"{snake_case(port.__name__)}.py").read_text()


def test_the_ports_are_found():
    assert {ports.Clock, ports.JobGateway, webhook_ports.WebhookSender, engine_ports.EngineStore} <= set(
        PORTS
    )


@pytest.mark.parametrize("port", PORTS)
def test_every_promise_of_a_port_has_a_contract_test(port):
    assert not untested_names(port, contract_source(port))


@pytest.mark.parametrize("port", PORTS)
def test_every_error_that_a_port_documents_is_provoked_in_its_contract(port):
    documented = documented_names(port) & {error.__name__ for error in subclasses_of(CronlyticError)}

    assert documented <= used_names(contract_source(port))


@pytest.mark.parametrize("port", PORTS)
def test_every_contract_is_run(port):
    runner = (HERE / f"test_{snake_case(port.__name__)}.py").read_text()

    assert f"{port.__name__}Contract" in subclassed_names(runner)


def test_every_gateway_is_held_to_the_contract():
    runner = (HERE / "test_job_gateway.py").read_text()
    gateways = {
        node.name
        for module in ADAPTERS.glob("*/gateway.py")
        for node in ast.parse(module.read_text()).body
        if isinstance(node, ast.ClassDef) and node.name.endswith("Gateway")
    }

    assert {"MemoryGateway", "CronlyticGateway"} <= gateways
    assert gateways <= used_names(runner)


class Lamp(Protocol):
    """Raises `FuseBlown`."""

    @property
    def colour(self) -> str:
        """Its colour."""

    async def switch_on(self) -> None:
        """Raises `BulbMissing`."""

    def dim(self) -> int:
        """Return how bright it is."""


GOOD = """
class LampContract:
    async def test_it(self, lamp):
        await lamp.switch_on()
        assert lamp.colour == lamp.dim()
"""

FOOLING = {
    "a comment": "async def test_it(self, lamp):\n        # await lamp.switch_on()\n        assert True",
    "a string": "async def test_it(self, lamp):\n        assert 'await lamp.switch_on()'",
    "a lambda": "async def test_it(self, lamp):\n        assert (lambda: lamp.switch_on())",
    "an inner function": "async def test_it(self, lamp):\n        async def idle():\n            await lamp.switch_on()\n        assert idle",
    "no await": "async def test_it(self, lamp):\n        assert lamp.switch_on()",
    "no call": "async def test_it(self, lamp):\n        assert lamp.switch_on",
    "no assertion": "async def test_it(self, lamp):\n        await lamp.switch_on()",
    "no test": "async def ready(self, lamp):\n        await lamp.switch_on()\n        assert True",
    "another object": "async def test_it(self, lamp, fan):\n        await fan.switch_on()\n        assert lamp",
    "its name only": "async def test_switch_on(self, lamp):\n        assert lamp",
}


def test_a_tested_port_is_complete():
    assert public_names(Lamp) == {"colour", "switch_on", "dim"}
    assert untested_names(Lamp, GOOD) == set()


@pytest.mark.parametrize("body", FOOLING.values(), ids=FOOLING)
def test_naming_a_promise_is_not_testing_it(body):
    assert "switch_on" in untested_names(Lamp, f"class LampContract:\n    {body}\n")


def test_a_contract_of_another_port_does_not_count():
    assert untested_names(Lamp, GOOD.replace("LampContract", "FanContract")) == public_names(Lamp)


def test_errors_are_found_in_the_docstrings_and_in_the_code_but_not_in_imports():
    assert {"FuseBlown", "BulbMissing"} <= documented_names(Lamp)
    assert used_names("from lamps import FuseBlown\nraises(BulbMissing)  # FuseBlown") == {
        "raises",
        "BulbMissing",
    }
