"""A stub of the Cronlytic API on loopback, written from the API's documentation alone.

It imports nothing of the package under test, so that a misreading there cannot hide here. In one
process::

    async with StubApi() as stub:
        stub.faults.add(Fault.reset(commit=True).on("POST", "/jobs"))
        ...  # call stub.base_url with stub.api_key and stub.user_id
        assert stub.requests["POST /jobs"] == 1

As a process of its own: ``python -m tests.stub_api --port 0`` prints its base URL on stdout and is
controlled through ``POST /_stub/faults``, ``GET /_stub/stats`` and the rest of `control.py`.
"""

from __future__ import annotations

from .faults import Fault
from .server import API_KEY, USER_ID, StubApi

__all__ = ["API_KEY", "USER_ID", "Fault", "StubApi"]
