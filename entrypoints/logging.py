"""Log lines on stderr, because stdout belongs to the protocol; structlog comes with the first of them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from .request import current_request

if TYPE_CHECKING:
    from structlog.typing import EventDict, FilteringBoundLogger, Processor

_LEVELS: Mapping[str, int] = logging.getLevelNamesMapping()
_FACT_LIMIT = 300
_TRACE_LIMIT = 2500
# Texts are looked through for secrets up to here, then cut shorter, so that no half of one remains.
_SEARCH_LIMIT = 16_000
MASK = "***masked***"


class Stream(Protocol):
    """Where lines are written."""

    def isatty(self) -> bool:
        """Return whether a person watches."""

    def write(self, text: str, /) -> int:
        """Write text."""

    def flush(self) -> None:
        """Let it be read."""


class Log:
    """Writes events with facts: as text for a person at a terminal, as JSON lines for a program.

    `level` is the least that is written. `secrets`, and those of the jobs that the current request
    deals with, are replaced wherever they turn up, also within a stack trace; they should not, but then
    a log is what people paste into a bug report. A line has a bounded length, whatever a client sends.
    That nobody reads the stream any more harms nothing.
    """

    def __init__(self, stream: Stream, level: str, secrets: Sequence[str] = ()) -> None:
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

        # Traces are written without local variables, which may hold what nobody should read.
        processors: list[Processor] = [
            _add_request_id,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _Cleaning(self._redact),
            structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
            if self._stream.isatty()
            else structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
        logger: FilteringBoundLogger = structlog.wrap_logger(
            structlog.WriteLogger(self._stream),  # type: ignore[arg-type] # it only writes and flushes
            processors=processors,
            wrapper_class=structlog.make_filtering_bound_logger(self._least),
        )
        return logger.bind()  # bound once, because an unbound one binds itself anew for every line

    def _redact(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        return text


class _Cleaning:
    """A step of structlog's that makes facts short and visible, and takes secrets out of them."""

    def __init__(self, redact: Callable[[str], str]) -> None:
        from ..domain.secrets.masking import scrub
        from ..domain.untrusted import clean_text

        self._redact, self._scrub, self._clean_text = redact, scrub, clean_text

    def __call__(self, _logger: object, _method: str, facts: EventDict) -> EventDict:
        request = current_request()
        secrets = request.secrets if request else ()
        return {name: self._clean(name, value, secrets) for name, value in facts.items()}

    def _clean(self, name: str, value: object, secrets: Sequence[str]) -> object:
        if value is None or isinstance(value, bool | int | float):
            return value
        text = value if isinstance(value, str) else repr(value)
        if name == "exception":  # its last lines say most
            return self._hide(text[-_SEARCH_LIMIT:], secrets)[-_TRACE_LIMIT:]
        return self._clean_text(self._hide(text, secrets).replace("\n", " "), _FACT_LIMIT)

    def _hide(self, text: str, secrets: Sequence[str]) -> str:
        visible = self._clean_text(text, _SEARCH_LIMIT)
        return self._redact(self._scrub(visible, secrets) if secrets else visible)


def _add_request_id(_logger: object, _method: str, facts: EventDict) -> EventDict:
    if request := current_request():
        facts["request_id"] = request.id
    return facts


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
