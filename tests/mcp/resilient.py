"""A stub of the API behind all that stands around it in a running server, with short times."""

from __future__ import annotations

from cronlytic_mcp.adapters.cronlytic.gateway import CronlyticGateway
from cronlytic_mcp.adapters.resilience.policy import ResiliencePolicy
from cronlytic_mcp.adapters.resilience.stack import resilient
from cronlytic_mcp.adapters.system.clock import SystemClock

SHORT = {"backoff": 0.05, "attempt_time": 5, "total_time": 10, "breaker_failures": 100}


def gateway_to(stub, **policy):
    """Return the resilient gateway to a stub and the one to close."""
    http = CronlyticGateway(stub.api_key, stub.user_id, base_url=stub.base_url)
    return resilient(http, SystemClock(), ResiliencePolicy(**(SHORT | policy)), draw=lambda: 1.0), http
