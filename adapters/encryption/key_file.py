"""Keys in a file that only its owner reads."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from pathlib import Path

from .key_place import KeysUnusable, split_keys

_LIMIT = 8192  # bytes; so the wrong file is not read to its end


class KeyFile:
    """The `KeyPlace` of a path."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def exposure(self) -> str | None:
        """The file's mode where others than its owner may use it, else None."""
        try:
            mode = stat.S_IMODE(self._path.stat().st_mode)
        except OSError:
            return None
        return f"{mode:04o}" if os.name == "posix" and mode & 0o077 else None

    def read(self) -> Sequence[str]:
        """Return the keys."""
        try:
            with self._path.open("rb") as opened:
                content = opened.read(_LIMIT + 1)
        except (OSError, ValueError) as error:
            raise KeysUnusable(f"cannot be read ({_reason(error)})") from None
        if len(content) > _LIMIT:
            raise KeysUnusable(f"is longer than {_LIMIT} bytes, so no key file")
        return split_keys(content.decode("utf-8", "replace"))

    def create(self, key: str) -> None:
        """Make the file; one that exists is never written over."""
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise KeysUnusable(f"cannot be written ({_reason(error)})") from None
        _write_new(self._path, f"{key}\n")

    def add(self, key: str) -> None:
        """Write the file anew beside itself, and put it in its place."""
        keys = (key, *self.read())
        draft = self._path.with_name(f"{self._path.name}.new")
        _write_new(draft, "".join(f"{each}\n" for each in keys))
        draft.replace(self._path)

    def stamp(self) -> object:
        """Return what the file system tells of the file."""
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_ino, found.st_size


def _write_new(path: Path, text: str) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeysUnusable(f"is not written, because {path.name} exists") from None
    except (OSError, ValueError) as error:
        raise KeysUnusable(f"cannot be written ({_reason(error)})") from None
    with os.fdopen(descriptor, "w") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())


def _reason(error: OSError | ValueError) -> str:
    return getattr(error, "strerror", None) or "no such path can be"
