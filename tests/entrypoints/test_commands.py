"""Which command a command line calls, with which arguments."""

from __future__ import annotations

import pytest

from cronlytic_mcp.entrypoints.bad_configuration import BadConfiguration
from cronlytic_mcp.entrypoints.commands import COMMANDS, describe_commands, find_command


@pytest.mark.parametrize("line", [[], ["--backend", "memory"], ["--version"]])
def test_without_a_command_the_server_is_meant(line):
    assert find_command(line) is None


def test_own_arguments_come_first_flags_and_options_after_them():
    called = find_command(["doctor", "--config", "c.json", "--json"])
    assert (called.command.name, called.flags, called.options) == (
        "doctor",
        ("--json",),
        ("--config", "c.json"),
    )

    called = find_command(["backup", "copy.db", "--log-level", "debug"])
    assert (called.arguments, called.options) == (("copy.db",), ("--log-level", "debug"))


@pytest.mark.parametrize("line", [["backup"], ["backup", "a", "b"], ["worker", "x"], ["service"]])
def test_a_wrong_number_of_arguments_is_refused_with_the_right_way_to_write_it(line):
    with pytest.raises(BadConfiguration, match=f"Write it as: cronlytic-mcp {line[0]}"):
        find_command(line)


def test_help_needs_no_arguments():
    assert find_command(["backup", "--help"]).options == ("--help",)


def test_an_unknown_command_is_not_repeated_where_it_could_be_a_secret():
    with pytest.raises(BadConfiguration, match="worked is no command; the commands are worker"):
        find_command(["worked"])
    with pytest.raises(BadConfiguration) as refused:
        find_command(["s3cret" * 10])
    assert "s3cret" not in str(refused.value)


def test_the_help_names_every_command():
    lines = describe_commands().splitlines()
    assert [line.split()[0] for line in lines] == list(COMMANDS)
