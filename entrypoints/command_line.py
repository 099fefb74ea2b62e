"""The command ``cronlytic-mcp``: options, settings, then the server on stdin and stdout."""

from __future__ import annotations

import argparse
import gc
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from .. import __version__
from .bad_configuration import BadConfiguration
from .commands import describe_commands, find_command
from .settings import Options, Settings, read_settings

BAD_CONFIGURATION = 2


class _Parser(argparse.ArgumentParser):
    """Reports a wrong command line as one sentence, and repeats no value that could be a secret."""

    def error(self, message: str) -> NoReturn:
        option = message.removeprefix("argument ").partition(":")[0]
        need = "needs a value" if "expected" in message else "takes no value"
        raise BadConfiguration(f"{option} {need}; cronlytic-mcp --help shows the options.")


def read_options(arguments: Sequence[str]) -> Options:
    """Return what the command line says; ``--help`` and ``--version`` end the process with code 0.

    Raises:
        BadConfiguration: an option is unknown or lacks its value.
    """
    parser = _Parser(
        prog="cronlytic-mcp",
        description="An MCP server on stdin and stdout that manages scheduled HTTP jobs.",
        epilog="Credentials come from CRONLYTIC_API_KEY and CRONLYTIC_USER_ID, or from the configuration "
        f"file, never from the command line.\n\ncommands:\n{describe_commands()}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    _add_options(parser)
    known, unknown = parser.parse_known_args(arguments)
    if unknown:
        raise BadConfiguration(_describe_unknown(unknown[0]))
    return Options(**vars(known))


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--config", metavar="FILE", help="configuration file (default: ~/.cronlytic/config.json)"
    )
    parser.add_argument(
        "--backend", help="cronlytic, local or memory (default: cronlytic with credentials, else local)"
    )
    parser.add_argument(
        "--base-url", metavar="URL", help="the Cronlytic API (default: https://api.cronlytic.com/prog)"
    )
    parser.add_argument(
        "--log-level", metavar="LEVEL", help="debug, info, warning, error or critical (default: info)"
    )
    parser.add_argument(
        "--read-only",
        action="store_const",
        const="true",
        help="offer and run no tool that changes something or sends a request to a job's target",
    )
    parser.add_argument(
        "--toolsets",
        metavar="NAMES",
        help="of core, insight, bulk, engine, adaptive, with commas (default: all but bulk and adaptive)",
    )
    parser.add_argument("--version", action="version", version=f"cronlytic-mcp {__version__}")


def _describe_unknown(argument: str) -> str:
    name = argument.partition("=")[0]
    if "key" in name.lower() or "user" in name.lower():
        return (
            "Credentials are not taken from the command line, where other users could read them; "
            "set CRONLYTIC_API_KEY and CRONLYTIC_USER_ID, or use the configuration file."
        )
    shown = name if name.startswith("--") and len(name) <= 24 else "An argument"
    return f"{shown} is not an option of cronlytic-mcp; cronlytic-mcp --help shows them."


def main() -> None:
    """Run the command; exit codes: 0, 2 bad configuration, 130 SIGINT, 143 SIGTERM."""
    # The server replaces these once it runs; until then there is nothing to clean up.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda received, _frame: os._exit(128 + received))
    try:
        sys.exit(_run(sys.argv[1:]))
    except BadConfiguration as error:
        sys.stderr.write(f"cronlytic-mcp: {error}\n")
        sys.exit(BAD_CONFIGURATION)


def _run(line: Sequence[str]) -> int:
    called = find_command(line)
    options = read_options(called.options if called else line)
    try:
        settings = read_settings(options, os.environ, _home())
    except BadConfiguration as error:
        if called and called.command.explain:
            return called.command.explain(error, called)
        raise
    return called.run(settings) if called else _serve(settings)


def _serve(settings: Settings) -> int:
    # The imports make many objects, and all of them stay: looking for garbage among them, again and
    # again, would take a tenth of the start. They come only now, so that a wrong configuration is told
    # at once.
    gc.disable()
    from .mcp.process import run

    gc.freeze()
    gc.enable()

    return run(settings)


def _home() -> Path | None:
    try:
        return Path.home()
    except RuntimeError:
        return None


if __name__ == "__main__":
    main()
