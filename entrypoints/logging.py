"""Log lines on stderr, because stdout belongs to the protocol; structlog comes with the first of them."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from structlog.typing import FilteringBoundLogger, Processor

_LEVELS: Mapping[str, int] = logging.getLevelNamesMapping()


class Log:
    """Writes events with facts: as text for a person at a terminal, as JSON lines for a program.

    `level` is the least that is written. `secrets` are replaced wherever they turn up in a line, also
    within a stack trace; they should not, but then a log is what people paste into a bug report. That
    nobody reads the stream any more harms nothing.
    """

    def __init__(self, stream: TextIO, level: str, secrets: Sequence[str] = ()) -> None:
        self._stream = stream
        self._least = _LEVELS[level.upper()]
        self._secrets = tuple(secrets)

    def say(self, sentence: str, level: str = "info") -> None:
        """Write a plain line, for the start, when nothing heavy may be imported yet."""
        if _LEVELS[level.upper()] >= self._least:
            with suppress(OSError):
                self._stream.write(f"cronlytic-mcp: {self._redact(sentence)}\n")
                self._stream.flush()

    def write(self, level: str, event: str, **facts: object) -> None:
        """Write an event; ``exc_info`` among the facts adds a stack trace."""
        if _LEVELS[level.upper()] >= self._least:
            with suppress(OSError):
                self._logger.log(_LEVELS[level.upper()], event, **facts)

    @cached_property
    def _logger(self) -> FilteringBoundLogger:
        import structlog

        processors: list[Processor] = [
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *self._renderers(),
            self._redact_line,
        ]
        logger: FilteringBoundLogger = structlog.wrap_logger(
            structlog.WriteLogger(self._stream),
            processors=processors,
            wrapper_class=structlog.make_filtering_bound_logger(self._least),
        )
        return logger

    def _renderers(self) -> list[Processor]:
        import structlog

        # Both write traces without local variables, which may hold what nobody should read.
        if self._stream.isatty():
            return [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]

    def _redact_line(self, _logger: object, _method: str, line: Any) -> str:
        return self._redact(str(line))

    def _redact(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***masked***")
        return text


class LibraryHandler(logging.Handler):
    """Carries what libraries log, from warnings upwards, into our log.

    What they say below that may hold whole messages, so it is never written.
    """

    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record of a library."""
        facts: dict[str, object] = {"library": record.name}
        if record.exc_info:
            facts["exc_info"] = record.exc_info
        self._log.write(record.levelname.lower(), record.getMessage(), **facts)
