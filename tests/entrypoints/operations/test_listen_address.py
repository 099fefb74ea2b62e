"""Where a worker may be told to listen."""

from __future__ import annotations

import pytest

from cronlytic_mcp.entrypoints.bad_configuration import BadConfiguration
from cronlytic_mcp.entrypoints.listen_address import read_listen_address
from cronlytic_mcp.entrypoints.settings import Options, read_settings
from cronlytic_mcp.entrypoints.sources import Given


def read(text):
    return read_listen_address(Given(text, "--listen"))


@pytest.mark.parametrize(
    ("text", "place", "is_loopback"),
    [
        ("127.0.0.1:9464", "127.0.0.1:9464", True),
        ("9464", "127.0.0.1:9464", True),
        (":9464", "127.0.0.1:9464", True),
        ("localhost:9464", "127.0.0.1:9464", True),
        ("[::1]:9464", "[::1]:9464", True),
        ("0.0.0.0:9464", "0.0.0.0:9464", False),
        ("[::]:9464", "[::]:9464", False),
        ("10.1.2.3:0", "10.1.2.3:0", False),
    ],
)
def test_it_is_an_address_and_a_port_and_of_this_machine_where_nothing_else_is_written_out(
    text, place, is_loopback
):
    address = read(text)

    assert (address.write(), address.is_loopback) == (place, is_loopback)


@pytest.mark.parametrize(
    "text",
    [
        "metrics.example.com:80",
        "127.0.0.1",
        "127.0.0.1:",
        "127.0.0.1:65536",
        "127.0.0.1:-1",
        "::1:9464",
        "*:9464",
        "127.0.0.1:٤",
        "http://127.0.0.1:9464",
        "[127.0.0.1:9464",
        "127.0.0.1:9464/metrics",
    ],
)
def test_anything_else_is_refused_with_what_it_should_be(text):
    with pytest.raises(BadConfiguration, match=r"^--listen must be an IP address and a port, such as 127"):
        read(text)


def test_the_environment_and_the_file_may_say_it_too(tmp_path):
    settings = read_settings(Options(), {"CRONLYTIC_LISTEN": "9464"}, tmp_path)

    assert settings.engine.listen.write() == "127.0.0.1:9464"
    assert settings.engine.listen.place == "CRONLYTIC_LISTEN"
    assert read_settings(Options(), {}, tmp_path).engine.listen is None
