"""What single settings must be."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

from .bad_configuration import BadConfiguration
from .sources import Given

# No percent-encoding, no space, no backslash: nothing that two programs could read differently.
_PLAIN = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]+")
BACKENDS = ("cronlytic", "memory")
LOG_LEVELS = ("debug", "info", "warning", "error", "critical")
DEFAULT_BASE_URL = "https://api.cronlytic.com/prog"
DEFAULT_LOG_LEVEL = "info"


def check_backend(given: Given | None, *, has_credentials: bool) -> str:
    """Return the backend: the one that was named, else the one that the credentials allow."""
    if given is None:
        return "cronlytic" if has_credentials else "memory"
    backend = given.text.lower()
    if backend == "local":
        raise BadConfiguration(
            f"{given.place} is local, which is not built yet; use cronlytic (with credentials) or memory "
            "(without; jobs vanish when the server ends)."
        )
    if backend not in BACKENDS:
        raise BadConfiguration(f"{given.place} must be one of {', '.join(BACKENDS)}; it is {_show(given)}.")
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
        raise BadConfiguration(f"{given.place} must be one of {', '.join(LOG_LEVELS)}; it is {_show(given)}.")
    return given.text.lower()


def check_base_url(given: Given | None) -> str:
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
        raise BadConfiguration(f"{given.place} must be a URL such as {DEFAULT_BASE_URL}; it is not one.")
    if parts.username is not None or parts.query or parts.fragment:
        raise BadConfiguration(
            f"{given.place} must have no user name, password, query or fragment; "
            f"it is a URL such as {DEFAULT_BASE_URL}."
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


def _show(given: Given) -> str:
    return repr(given.text) if given.text.isprintable() and len(given.text) <= 24 else "something else"
