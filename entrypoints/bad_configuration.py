"""The one error of a start that cannot go on."""

from __future__ import annotations


class BadConfiguration(Exception):
    """The server cannot start as configured; the message is one sentence that holds no secret."""
