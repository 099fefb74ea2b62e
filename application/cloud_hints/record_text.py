"""Hint records as the text of notes, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from ...domain.adaptive.hints import Hints, IntervalHint, NextRunHint
from ...domain.adaptive.pause import Pause
from ...domain.cloud_hints.aspect import Aspect, Sent, T
from ...domain.cloud_hints.record import HintRecord, Report

_FORMAT = 1


def write_record(record: HintRecord) -> dict[str, Any]:
    """Return a record as values that JSON can hold."""
    hints, pause, report = record.hints, record.pause, record.report
    return {
        "format": _FORMAT,
        "job_id": record.job_id,
        "name": record.name,
        "expression": _write_aspect(record.expression),
        "paused": _write_aspect(record.paused),
        "interval": hints.interval
        and {**_write_hint(hints.interval), "seconds": hints.interval.interval.total_seconds()},
        "next_run": hints.next_run and {**_write_hint(hints.next_run), "at": hints.next_run.at.isoformat()},
        "pause": pause
        and {"until": pause.until.isoformat(), "since": pause.since.isoformat(), "reason": pause.reason},
        "report": report and {"at": report.at.isoformat(), "text": report.text},
    }


def read_record(kept: Mapping[str, Any]) -> HintRecord:
    """Return the record that was written."""
    interval, next_run, pause, report = (kept[name] for name in ("interval", "next_run", "pause", "report"))
    return HintRecord(
        kept["job_id"],
        kept["name"],
        _read_aspect(kept["expression"]),
        _read_aspect(kept["paused"]),
        Hints(
            interval and IntervalHint(timedelta(seconds=interval["seconds"]), *_read_hint(interval)),
            next_run and NextRunHint(_read(next_run["at"]), *_read_hint(next_run)),
        ),
        pause and Pause(_read(pause["until"]), _read(pause["since"]), pause["reason"]),
        report and Report(_read(report["at"]), report["text"]),
    )


def parse_note(text: str) -> dict[str, Any]:
    """Return what a note holds.

    Raises:
        ValueError: it was not written here.
    """
    kept = json.loads(text)
    if not isinstance(kept, dict) or kept.get("record", {}).get("format") != _FORMAT:
        message = "this is no note of hints that can be read here"
        raise ValueError(message)
    return kept


def _write_hint(hint: IntervalHint | NextRunHint) -> dict[str, Any]:
    return {
        "proposed_at": hint.proposed_at.isoformat(),
        "expires_at": hint.expires_at.isoformat(),
        "reason": hint.reason,
    }


def _read_hint(kept: Mapping[str, Any]) -> tuple[datetime, datetime, str]:
    return _read(kept["proposed_at"]), _read(kept["expires_at"]), kept["reason"]


def _write_aspect(aspect: Aspect[T]) -> dict[str, Any]:
    return {
        "original": aspect.original,
        "asked": aspect.asked,
        "shown": aspect.shown,
        "sent": [[each.value, each.at.isoformat()] for each in aspect.sent],
    }


def _read_aspect(kept: Mapping[str, Any]) -> Aspect[Any]:
    sent = tuple(Sent(value, _read(at)) for value, at in kept["sent"])
    return Aspect(kept["original"], kept["asked"], kept["shown"], sent)


def _read(text: str) -> datetime:
    return datetime.fromisoformat(text)
