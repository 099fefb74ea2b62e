"""What the active backend can do, and where the programs around this server keep their configuration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import asdict

from ....domain.capabilities import Capabilities
from ...configuration_file import FILE_KEYS
from .catalogue import load_table


def describe_backend(capabilities: Capabilities) -> dict[str, Any]:
    """Return the backend's name, its limits, and what it cannot do, in sentences."""
    table = load_table("backend")
    limits: list[str] = []
    cannot: list[str] = []
    for named in table["named"]:
        if capabilities.backend in named["backends"]:
            limits += named["limits"]
            cannot += named.get("cannot", ())
    for capability, able in asdict(capabilities).items():
        sentences = table.get(capability, {})
        if able is True and "limit" in sentences:
            limits.append(sentences["limit"])
        if able is False and "cannot" in sentences:
            cannot.append(sentences["cannot"])
    return {"name": capabilities.backend, "limits": limits, "cannot": cannot}


def describe_clients(names: Sequence[str], platform: str) -> dict[str, Any]:
    """Return the places of this server's own file and of the clients' files on a platform."""
    table = load_table("configuration")
    this_server = {"keys": list(FILE_KEYS), **_describe_place(table["this_server"], platform)}
    clients = {name: _describe_place(table["clients"][name], platform) for name in names}
    return {"platform": platform, "this_server": this_server, "clients": clients}


def _describe_place(table: dict[str, Any], platform: str) -> dict[str, Any]:
    everywhere = {key: value for key, value in table.items() if not isinstance(value, dict)}
    return {**everywhere, **table[platform]}
