"""What the use-cases of analyses work with, as one value."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen

from ..analysis_ports import AnalysisStore
from ..engine_ports import EngineStore
from ..note_ports import NoteBoard
from ..ports import Clock


def _wake_nobody() -> None:
    """Do nothing: no engine of this process waits for what is written."""


@frozen
class AnalysisPorts:
    """The store of jobs and that of analyses, which are one; the descriptions of groups; the time.

    wake: called after each write that may make something due, so that a hint is felt within seconds.
    """

    store: EngineStore
    analyses: AnalysisStore
    notes: NoteBoard
    clock: Clock
    wake: Callable[[], None] = _wake_nobody
