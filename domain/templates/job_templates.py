"""Ready jobs for common needs: complete but for the URL, which the person replaces."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from attrs import field, frozen


def _frozen_mapping(value: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType(dict(value))


@frozen
class JobTemplate:
    """A job that can be created once its URL is replaced.

    purpose: what it is for. to_replace: what a person changes before it is created.
    """

    template_id: str
    title: str
    purpose: str
    to_replace: str
    name: str
    url: str
    cron_expression: str
    method: str = "GET"
    headers: Mapping[str, str] = field(factory=dict, converter=_frozen_mapping, hash=False)
    body: str = ""

    @property
    def fields(self) -> Mapping[str, object]:
        """The job's fields by their JSON names, as create_job takes them."""
        return {
            "name": self.name,
            "url": self.url,
            "method": self.method,
            "headers": dict(self.headers),
            "body": self.body,
            "cron_expression": self.cron_expression,
        }


_JSON = {"Content-Type": "application/json"}

JOB_TEMPLATES = (
    JobTemplate(
        template_id="health-check",
        title="Health check",
        purpose="Calls a health endpoint every 5 minutes, so that its failures show in the job's log.",
        to_replace="The URL by your service's health endpoint, which answers 200 only if the service works.",
        name="health-check",
        url="https://example.com/replace-me/health",
        cron_expression="*/5 * * * *",
        headers={"Accept": "application/json"},
    ),
    JobTemplate(
        template_id="heartbeat",
        title="Heartbeat",
        purpose="Tells a monitor every 10 minutes that schedules run; it raises the alarm when this stops.",
        to_replace="The URL by the address that your monitor gave you for this heartbeat.",
        name="heartbeat",
        url="https://example.com/replace-me/heartbeat",
        cron_expression="*/10 * * * *",
        method="HEAD",
    ),
    JobTemplate(
        template_id="nightly-backup",
        title="Nightly backup",
        purpose="Triggers a backup every night at 02:17 UTC, away from the full hour.",
        to_replace="The URL by the endpoint that starts your backup, and the body by what it expects.",
        name="nightly-backup",
        url="https://example.com/replace-me/backups",
        cron_expression="17 2 * * *",
        method="POST",
        headers=_JSON,
        body='{"kind": "full"}',
    ),
    JobTemplate(
        template_id="weekly-report",
        title="Weekly report",
        purpose="Has a report made and sent every Monday at 07:00 UTC.",
        to_replace="The URL by the endpoint that makes your report, and the body by what it expects.",
        name="weekly-report",
        url="https://example.com/replace-me/reports",
        cron_expression="0 7 * * 1",
        method="POST",
        headers=_JSON,
        body='{"period": "last-week"}',
    ),
    JobTemplate(
        template_id="cleanup",
        title="Cleanup",
        purpose="Has old data removed every Sunday at 03:43 UTC.",
        to_replace="The URL by the endpoint that removes old data, and the age in the body. "
        "Try the endpoint on data that may be lost first.",
        name="weekly-cleanup",
        url="https://example.com/replace-me/cleanup",
        cron_expression="43 3 * * 0",
        method="POST",
        headers=_JSON,
        body='{"older_than_days": 30}',
    ),
    JobTemplate(
        template_id="data-sync",
        title="Data synchronisation",
        purpose="Has changes fetched from another system every hour at 23 minutes past.",
        to_replace="The URL by the endpoint that starts your synchronisation.",
        name="hourly-sync",
        url="https://example.com/replace-me/sync",
        cron_expression="23 * * * *",
        method="POST",
        headers=_JSON,
        body='{"mode": "changes"}',
    ),
    JobTemplate(
        template_id="cache-warmup",
        title="Cache warm-up",
        purpose="Opens a page on weekdays at 05:40 UTC, so that the first visitors find it fast.",
        to_replace="The URL by the page to open, and the hour by one before your visitors come.",
        name="cache-warmup",
        url="https://example.com/replace-me/",
        cron_expression="40 5 * * 1-5",
    ),
)
