"""What a backend can do, so that what it cannot is refused with the alternative named."""

from __future__ import annotations

from attrs import frozen


@frozen
class Capabilities:
    """What a gateway's backend can do.

    backend: the name users configure (``cronlytic``, ``memory``).
    time_zones: a schedule may have a zone other than UTC.
    executes: the jobs really run.
    durable: jobs outlive the process.
    needs_credentials: calls carry credentials that can be wrong.
    """

    backend: str
    time_zones: bool
    executes: bool
    durable: bool
    needs_credentials: bool
