"""What a person is told of by itself: a job that keeps failing, one that recovered, and missed runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from attrs import frozen

from .event import Event, EventKind
from .run import Run, RunSource

DEFAULT_FAILURES = 3
"""After how many failures in a row a person is told, where nothing else is set."""

LINES_LIMIT = 20
"""How many notifications a message spells out; a machine that wakes up may have hundreds."""


class NotificationKind(StrEnum):
    """What happened: the n-th failure in a row, the end of such a row, a stretch that nobody ran."""

    FAILING = "failing"
    RECOVERED = "recovered"
    MISSED = "missed"


@frozen
class Notification:
    """One thing to tell a person. Nothing of it is text of a target.

    count: failures in a row, or missed occurrences. reason: why, as far as the run tells. at: aware UTC.
    sequence: of the event that it is about, which is told once.
    """

    kind: NotificationKind
    job_id: str
    job_name: str
    count: int
    at: datetime
    sequence: int
    run_id: str | None = None
    reason: str = ""

    @property
    def text(self) -> str:
        """The notification as a line for a chat."""
        if self.kind is NotificationKind.FAILING:
            times = "once" if self.count == 1 else f"{self.count} times in a row"
            said = f"{self.job_name} has failed {times}."
        elif self.kind is NotificationKind.RECOVERED:
            failures = "a failure" if self.count == 1 else f"{self.count} failures"
            said = f"{self.job_name} works again, after {failures}."
        else:
            said = f"{self.job_name} missed {'1 run' if self.count == 1 else f'{self.count} runs'}."
        return f"{said} {self.reason}".strip()


def may_notify(event: Event) -> bool:
    """Return whether an event is of a kind that a person may be told of."""
    return event.kind in (EventKind.RUN_FAILED, EventKind.JOB_RECOVERED, EventKind.RUNS_MISSED)


def kind_of(event: Event, after: int) -> NotificationKind | None:
    """Return what an event gives a person to know, told after so many failures in a row; 0 for never.

    None where that is nothing. A run that was started by hand was watched by whoever started it.
    """
    failures = event.data.get("failures")
    by_hand = event.data.get("source") == RunSource.MANUAL
    if not after or by_hand:
        return None
    if event.kind is EventKind.RUN_FAILED and failures == after:
        return NotificationKind.FAILING
    if event.kind is EventKind.JOB_RECOVERED and isinstance(failures, int) and failures >= after:
        return NotificationKind.RECOVERED
    return NotificationKind.MISSED if event.kind is EventKind.RUNS_MISSED else None


def make_notification(kind: NotificationKind, event: Event, job_name: str, run: Run | None) -> Notification:
    """Return what is told about an event, by the run that it is about, as far as that is still there."""
    count = event.data.get("count" if kind is NotificationKind.MISSED else "failures")
    run_id = event.data.get("run_id")
    reason = "" if run is None or kind is NotificationKind.RECOVERED else _find_reason(run)
    return Notification(
        kind=kind,
        job_id=event.job_id,
        job_name=job_name,
        count=count if isinstance(count, int) else 1,
        at=event.at,
        sequence=event.sequence,
        run_id=run_id if isinstance(run_id, str) else None,
        reason=reason,
    )


def write_message(notifications: Sequence[Notification]) -> dict[str, object]:
    """Return the JSON that is sent: ``text`` and ``content`` for chats, ``notifications`` for programs.

    Slack, Mattermost, Rocket.Chat, Teams and Google Chat show ``text``, Discord ``content``.
    """
    told = notifications[:LINES_LIMIT]
    lines = [notification.text for notification in told]
    if len(notifications) > len(told):
        lines.append(f"And {len(notifications) - len(told)} more.")
    text = "\n".join(lines)
    return {"text": text, "content": text, "notifications": [_write(notification) for notification in told]}


def _find_reason(run: Run) -> str:
    return run.reason if run.outcome is None else run.outcome.error


def _write(notification: Notification) -> dict[str, object]:
    return {
        "kind": notification.kind.value,
        "job_id": notification.job_id,
        "job_name": notification.job_name,
        "count": notification.count,
        "at": notification.at.isoformat(),
        "run_id": notification.run_id,
        "reason": notification.reason,
    }
