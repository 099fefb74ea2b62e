"""What happened to hints, pauses and analyses, in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..engine.event import Event, EventData, EventKind
from ..untrusted import clean_text

_REASON_LIMIT = 200

Data = Mapping[str, EventData]


def describe_adaptation(event: Event) -> str | None:
    """Return an event in a sentence of ours, with an analyst's reason in quotation marks.

    None where it is about none of these.
    """
    describe = _SENTENCES.get(event.kind)
    return None if describe is None else describe(event.data)


def _describe_proposal(data: Data) -> str:
    until = f"until {data.get('expires_at')}"
    if "interval_ms" in data:
        said = f"An interval of {data['interval_ms']} ms was proposed, in force {until}"
    else:
        said = f"The next run was proposed for {data.get('next_run_at')}, in force {until}"
    return _with_reason(said, data)


def _describe_consumed(_data: Data) -> str:
    return "The proposed next run has come, so its hint is gone; the baseline or an interval hint decides."


def _describe_expired(data: Data) -> str:
    kind = "interval" if data.get("hint") == "interval" else "next-run"
    return f"The {kind} hint has expired; the baseline, or another hint, decides again."


def _describe_cleared(data: Data) -> str:
    return _with_reason("All hints were taken back; the baseline decides again", data)


def _describe_pause(data: Data) -> str:
    return _with_reason(f"An analyst paused the job until {data.get('until')}", data)


def _describe_pause_end(data: Data) -> str:
    if data.get("reason"):
        return _with_reason("The pause was ended before its time", data)
    return "The pause has ended by itself; the job runs again."


def _describe_start(data: Data) -> str:
    watching = " It only watches." if data.get("shadow") else ""
    return f"An analysis by {data.get('analyst')} began: session {data.get('session_id')}.{watching}"


def _describe_end(data: Data) -> str:
    return (
        f"The analysis by {data.get('analyst')} ended ({data.get('state')}) after {data.get('calls')} calls: "
        f"get_analysis_session shows the session {data.get('session_id')}."
    )


def _with_reason(said: str, data: Data) -> str:
    reason = clean_text(str(data.get("reason") or ""), _REASON_LIMIT)
    return f"{said}: \u201c{reason}\u201d" if reason else f"{said}."


_SENTENCES: Mapping[EventKind, Callable[[Data], str]] = {
    EventKind.HINT_PROPOSED: _describe_proposal,
    EventKind.HINT_CONSUMED: _describe_consumed,
    EventKind.HINT_EXPIRED: _describe_expired,
    EventKind.HINTS_CLEARED: _describe_cleared,
    EventKind.JOB_PAUSED_UNTIL: _describe_pause,
    EventKind.JOB_PAUSE_ENDED: _describe_pause_end,
    EventKind.ANALYSIS_STARTED: _describe_start,
    EventKind.ANALYSIS_ENDED: _describe_end,
}
