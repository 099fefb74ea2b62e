"""The command's options, and how a wrong one is told."""

from __future__ import annotations

import pytest

from cronlytic_mcp import __version__
from cronlytic_mcp.entrypoints.bad_configuration import BadConfiguration
from cronlytic_mcp.entrypoints.command_line import read_options
from cronlytic_mcp.entrypoints.settings import Options


def test_no_option_is_needed():
    assert read_options([]) == Options()


def test_each_option_is_read():
    arguments = [
        "--config",
        "a.json",
        "--backend=memory",
        "--base-url",
        "https://x.example",
        "--log-level",
        "debug",
    ]
    assert read_options(arguments) == Options("a.json", "memory", "https://x.example", "debug")


@pytest.mark.parametrize(
    ("option", "said"), [("--version", f"cronlytic-mcp {__version__}"), ("--help", "CRONLYTIC_API_KEY")]
)
def test_version_and_help_are_printed_and_end_with_code_0(capsys, option, said):
    with pytest.raises(SystemExit) as caught:
        read_options([option])
    assert caught.value.code == 0
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--backend"], "--backend needs a value"),
        (["--version=3"], "--version takes no value"),
        (["--verbose"], "--verbose is not an option"),
        (["--back", "memory"], "--back is not an option"),
        (["serve"], "An argument is not an option"),
        (["--" + "x" * 100], "An argument is not an option"),
        (["--api-key", "s3cret"], "Credentials are not taken from the command line"),
        (["--api-key=s3cret"], "Credentials are not taken from the command line"),
        (["--user-id=s3cret"], "Credentials are not taken from the command line"),
    ],
)
def test_a_wrong_command_line_is_one_sentence_that_repeats_no_value(arguments, said):
    with pytest.raises(BadConfiguration) as caught:
        read_options(arguments)
    assert str(caught.value).startswith(said)
    assert "s3cret" not in str(caught.value)
