"""The file beside a file of jobs that holds the secrets: one ``NAME='value'`` each, as a shell reads it."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

from ..bad_configuration import BadConfiguration

_HEAD = "# The secrets of jobs, for `cronlytic-mcp apply FILE --secrets` or a shell's `set -a; . ./FILE`.\n"


def write_secrets(path: Path, variables: Mapping[str, str]) -> None:
    """Write the file anew, so that only its owner can read it.

    Raises:
        BadConfiguration: it cannot be written.
    """
    lines = "".join(f"{name}={shlex.quote(value)}\n" for name, value in variables.items())
    write_private(path, f"{_HEAD}{lines}")


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all.

    Raises:
        BadConfiguration: it cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        file = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(file, "w", encoding="utf-8", errors="surrogatepass", newline="") as stream:
                stream.write(text)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise BadConfiguration(f"{path} cannot be written: {error.strerror}.") from None


def read_secrets(path: Path) -> dict[str, str]:
    """Return the values of a file, by name.

    Raises:
        BadConfiguration: it cannot be read, or a line is no ``NAME='value'``.
    """
    try:
        with path.open(encoding="utf-8", errors="surrogatepass", newline="") as stream:
            if os.name == "posix" and os.fstat(stream.fileno()).st_mode & 0o077:
                sys.stderr.write(f"cronlytic-mcp: {path} can be read by other users; run: chmod 600 {path}\n")
            words = shlex.split(stream.read(), comments=True)
    except OSError as error:
        raise BadConfiguration(f"{path} cannot be read: {error.strerror}.") from None
    except ValueError:
        raise BadConfiguration(f"{path} is no list of NAME='value' lines.") from None
    pairs = [word.partition("=") for word in words if word != "export"]
    if any(not name.isidentifier() or not equals for name, equals, _ in pairs):
        raise BadConfiguration(f"{path} is no list of NAME='value' lines.")
    return {name: value for name, _, value in pairs}
