"""The command ``cronlytic-mcp test-notification``."""

from __future__ import annotations

import asyncio
import sys

from .bad_configuration import BadConfiguration
from .engine_wiring import make_clock, make_webhook_sender
from .settings import Settings

NOT_DELIVERED = 1


def run_test_notification(settings: Settings) -> int:
    """Send a notification and say what became of it; return 0 where it arrived, else 1.

    Raises:
        BadConfiguration: there is nowhere to send it to.
    """
    from ..application.test_notification import test_notification

    url = settings.engine.notify_url
    if url is None:
        raise BadConfiguration(
            "CRONLYTIC_NOTIFY_URL is not set; set it to the URL of a chat's incoming webhook, such as "
            "https://hooks.example.com/services/..."
        )
    clock = make_clock()
    sender = make_webhook_sender(settings, clock)
    delivery = asyncio.run(test_notification(sender, clock, url.reveal()))
    if delivery.delivered:
        sys.stdout.write("The notification was taken by its target; look whether it shows.\n")
        return 0
    sys.stderr.write(f"cronlytic-mcp: The notification did not arrive. {delivery.problem}\n")
    return NOT_DELIVERED
