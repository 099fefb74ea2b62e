"""The clock of one process, set by the test."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

libfaketime = pytest.importorskip("libfaketime", reason="only there the clock of one process can be set")


class SetClock:
    """The clock of a process that is started with `environment`, and of whatever it starts."""

    def __init__(self, folder: Path) -> None:
        library = next(Path(libfaketime.__file__).parent.rglob("libfaketime.*.1*"))
        self._file, self.shift = folder / "clock", timedelta()
        self.set_by(timedelta())
        self.environment = {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def set_by(self, shift: timedelta) -> None:
        """Set it so that it differs by this from the machine's."""
        draft = self._file.with_suffix(".new")
        draft.write_text(f"{shift.total_seconds():+.0f}\n")
        draft.replace(self._file)
        self.shift = shift

    def now(self) -> datetime:
        return datetime.now(UTC) + self.shift
