"""Starts the processes of `children` and ends them, whatever a test comes to."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.architecture.source_tree import ROOT


@contextmanager
def child(what: str, path: Path, *rest: object) -> Iterator[subprocess.Popen]:
    """A process that runs while the context does."""
    command = [sys.executable, "-m", "tests.adapters.sql.children", what, str(path), *map(str, rest)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, text=True, **pipes) as process:
        try:
            yield process
        finally:
            process.kill()


def told(process: subprocess.Popen) -> list[str]:
    """The rest of what a process says until it ends, and that it ends well."""
    out, err = process.communicate()
    assert process.returncode == 0, err
    return out.splitlines()


def release(*processes: subprocess.Popen) -> list[list[str]]:
    """Let processes go on together once all of them are ready, and return what each said before."""
    said = [_read_until_ready(process) for process in processes]
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    return said


def _read_until_ready(process: subprocess.Popen) -> list[str]:
    said = []
    while (line := process.stdout.readline()) != "ready\n":
        assert line, process.stderr.read()
        said.append(line.strip())
    return said
