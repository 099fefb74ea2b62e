"""Writes a service's files and has the system start it, stop it, or tell how it is."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, TextIO

from .service_plan import ServiceFile, ServicePlan, Words

DONE, FAILED = 0, 1


class Commands(Protocol):
    """Runs the system's programs."""

    def has(self, program: str) -> bool:
        """Return whether there is such a program."""

    def run(self, words: Words) -> tuple[int, str]:
        """Run a program to its end, and return its exit code and what it wrote."""


class ServiceControl:
    """Controls the service of one plan; what it does is written to `out`. Each call returns an exit code."""

    def __init__(self, plan: ServicePlan, commands: Commands, out: TextIO) -> None:
        self._plan, self._commands, self._out = plan, commands, out

    def install(self) -> int:
        """Write the files and start the service; where that cannot be, print how to do it by hand."""
        if not self._commands.has(self._plan.control):
            self._say(f"{self._plan.control} is not here, so nothing was installed. By hand it is done so:")
            return self._print_plan()
        self._attempt(self._plan.prepare)
        for file in self._plan.files:
            _write_private(file)
            self._say(f"Wrote {file.path}")
        if problem := self._require(self._plan.start):
            self._say(f"It could not be started: {problem}")
            self._say("Once that is mended, run these:")
            self._print_commands()
            return FAILED
        self._say("The worker is started, and starts again with every login.")
        if self._plan.advice:
            self._say(self._plan.advice)
        return DONE

    def uninstall(self) -> int:
        """Stop the service and remove its files; the jobs stay."""
        there = [file for file in self._plan.files if file.path.exists()]
        if not there:
            self._say("No service is installed.")
            return DONE
        self._attempt(self._plan.stop)
        for file in there:
            file.path.unlink()
            self._say(f"Removed {file.path}")
        self._attempt(self._plan.afterwards)
        self._say("The worker is stopped. The jobs stay, and run while a client is open.")
        return DONE

    def tell_status(self) -> int:
        """Say whether the service is installed and at work."""
        if not all(file.path.exists() for file in self._plan.files):
            self._say("No service is installed; cronlytic-mcp service install does that.")
            return FAILED
        code, _ = self._commands.run(self._plan.status) if self._has_control else (FAILED, "")
        if code:
            self._say("The service is installed, but does not run; cronlytic-mcp service install starts it.")
            return FAILED
        self._say("The service is installed and runs; cronlytic-mcp doctor tells whether jobs do.")
        return DONE

    @property
    def _has_control(self) -> bool:
        return self._commands.has(self._plan.control)

    def _attempt(self, lines: Sequence[Words]) -> None:
        for words in lines if self._has_control else ():
            self._commands.run(words)

    def _require(self, lines: Sequence[Words]) -> str | None:
        for words in lines:
            code, output = self._commands.run(words)
            if code:
                return f"{' '.join(words)} ended with {code}. {output.strip()}".strip()
        return None

    def _print_plan(self) -> int:
        for file in self._plan.files:
            self._say(f"\n# {file.path}\n{file.content}")
        self._print_commands()
        return FAILED

    def _print_commands(self) -> None:
        for words in self._plan.start:
            self._say("  " + " ".join(words))

    def _say(self, text: str) -> None:
        self._out.write(f"{text}\n")


def _write_private(file: ServiceFile) -> None:
    """Write a file that only this user may read: settings can be secrets."""
    _make_folders(file.path.parent)
    draft = file.path.with_name(f"{file.path.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        opened.write(file.content.encode(file.encoding))
    draft.replace(file.path)


def _make_folders(folder: Path) -> None:
    if not folder.exists():
        _make_folders(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
