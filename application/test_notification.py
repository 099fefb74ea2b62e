"""Send a person one notification, to see whether it arrives."""

from __future__ import annotations

from .ports import Clock
from .send_notification import Delivery, send_notification
from .webhook_ports import WebhookSender


async def test_notification(sender: WebhookSender, clock: Clock, url: str) -> Delivery:
    """Send a message that says it is a test, once, and return what became of it."""
    now = clock.now()
    text = (
        f"This is a test of cronlytic-mcp, sent at {now.isoformat(timespec='seconds')}. "
        "Failing jobs, recoveries and missed runs are told here."
    )
    message = {"text": text, "content": text, "notifications": []}
    return await send_notification(sender, url, message, f"test-{now.isoformat()}", attempts=1)
