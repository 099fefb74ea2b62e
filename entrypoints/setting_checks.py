"""What single settings must be."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from .bad_configuration import BadConfiguration
from .sources import Given
from .toolset import DEFAULT_TOOLSETS, Toolset

if TYPE_CHECKING:  # a start without an allow-list does not need it
    from ..domain.url.url import AllowedHosts

# No percent-encoding, no space, no backslash: nothing that two programs could read differently.
_PLAIN = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]+")
BACKENDS = ("cronlytic", "local", "memory")
LOG_LEVELS = ("debug", "info", "warning", "error", "critical")
DEFAULT_BASE_URL = "https://api.cronlytic.com/prog"
DEFAULT_LOG_LEVEL = "info"
_SWITCH = {
    "true": True,
    "1": True,
    "yes": True,
    "on": True,
    "false": False,
    "0": False,
    "no": False,
    "off": False,
}


def check_backend(given: Given | None, *, has_credentials: bool) -> str:
    """Return the backend: the one that was named, else the one that the credentials allow."""
    if given is None:
        return "cronlytic" if has_credentials else "local"
    backend = given.text.lower()
    if backend not in BACKENDS:
        raise BadConfiguration(f"{given.place} must be one of {', '.join(BACKENDS)}; it is {given.shown}.")
    if backend == "cronlytic" and not has_credentials:
        raise BadConfiguration(
            f"{given.place} is cronlytic, which needs credentials; "
            "set CRONLYTIC_API_KEY and CRONLYTIC_USER_ID."
        )
    return backend


def check_log_level(given: Given | None) -> str:
    """Return the least level that is logged, in lower case."""
    if given is None:
        return DEFAULT_LOG_LEVEL
    if given.text.lower() not in LOG_LEVELS:
        raise BadConfiguration(f"{given.place} must be one of {', '.join(LOG_LEVELS)}; it is {given.shown}.")
    return given.text.lower()


def check_read_only(given: Given | None) -> bool:
    """Return whether whatever changes something is switched off."""
    return given is not None and check_switch(given)


def check_switch(given: Given) -> bool:
    """Return whether something is on."""
    if (switch := _SWITCH.get(given.text.lower())) is None:
        raise BadConfiguration(f"{given.place} must be true or false; it is {given.shown}.")
    return switch


def check_toolsets(given: Given | None) -> frozenset[Toolset]:
    """Return the toolsets that are named, separated by commas; the usual ones where none are."""
    if given is None:
        return DEFAULT_TOOLSETS
    names = {name.strip().lower() for name in given.text.split(",") if name.strip()}
    if not names or names - set(Toolset):
        raise BadConfiguration(
            f"{given.place} must be one or more of {', '.join(Toolset)}, separated by commas; "
            f"it is {given.shown}."
        )
    return frozenset(map(Toolset, names))


def check_allow_hosts(given: Given | None) -> AllowedHosts | None:
    """Return what URLs may reach besides the public internet; None where nothing was allowed."""
    if given is None:
        return None
    from ..domain.errors import InvalidArguments
    from ..domain.url.url import AllowedHosts

    try:
        return AllowedHosts.parse(entry for entry in given.text.split(",") if entry.strip())
    except InvalidArguments as error:
        raise BadConfiguration(f"{given.place}: {error.problems[0].message}") from None


def check_base_url(given: Given | None, example: str = DEFAULT_BASE_URL) -> str:
    """Return the base URL without a closing slash: https, or http to this machine.

    The API key goes to this URL, so anything that could carry it elsewhere or in clear text is
    refused; the value is not repeated, because a password may stand in it.
    """
    if given is None:
        return DEFAULT_BASE_URL
    try:
        parts = urlsplit(given.text)
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        parts, usable = urlsplit(""), False
    if not usable or not _PLAIN.fullmatch(given.text):
        raise BadConfiguration(f"{given.place} must be a URL such as {example}; it is not one.")
    if parts.username is not None or parts.query or parts.fragment:
        raise BadConfiguration(
            f"{given.place} must have no user name, password, query or fragment; "
            f"it is a URL such as {example}."
        )
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(parts)):
        raise BadConfiguration(
            f"{given.place} must start with https://, because the API key is sent to it; "
            "http:// is only for this machine, such as http://127.0.0.1:8000."
        )
    return given.text.rstrip("/")


def _is_loopback(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
