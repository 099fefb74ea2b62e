"""The secret parts of a URL: user name and password, secret parameters, and tokens in known paths."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import SplitResult, unquote_plus, urlsplit, urlunsplit

from .secret_names import is_secret_name

# Chat services whose incoming webhooks carry their secret in the path.
_SECRET_PATHS = (
    re.compile(r"^hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/(?P<secret>.+)$"),
    re.compile(r"^(?:[a-z]+\.)?discord(?:app)?\.com/api/(?:v\d+/)?webhooks/\d+/(?P<secret>[^/]+)"),
    re.compile(r"^api\.telegram\.org/bot(?P<secret>[^/]+)"),
    re.compile(r"^[a-z0-9.-]*webhook\.office\.com/webhookb2/(?P<secret>.+)$"),
)

Replace = Callable[[str, str], str]
"""Given a secret part's label and its text, returns what stands there instead."""


def _replace_parameters(text: str, replace: Replace) -> str:
    def one(parameter: str) -> str:
        name, equals, value = parameter.partition("=")
        plain_name = unquote_plus(name)
        if not equals or not value or not is_secret_name(plain_name):
            return parameter
        return f"{name}={replace(plain_name, value)}"

    return "&".join(one(parameter) for parameter in text.split("&"))


def _replace_userinfo(netloc: str, replace: Replace) -> str:
    userinfo, at, host = netloc.rpartition("@")
    return f"{replace('userinfo', userinfo)}@{host}" if at and userinfo else netloc


def _replace_path(parts: SplitResult, replace: Replace) -> str:
    host = parts.netloc.rpartition("@")[2].partition(":")[0].lower()
    for pattern in _SECRET_PATHS:
        if found := pattern.match(host + parts.path):
            start, end = (at - len(host) for at in found.span("secret"))
            return parts.path[:start] + replace("path", parts.path[start:end]) + parts.path[end:]
    return parts.path


def replace_url_secrets(url: str, replace: Replace) -> str:
    """Return `url` with each secret part put through `replace`; the rest stays to the letter.

    Labels are ``userinfo``, ``path``, or the parameter's name. Text that is no URL at all counts as
    one secret, labelled ``url``, because nothing can be told of its parts.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return replace("url", url)
    replaced = parts._replace(
        netloc=_replace_userinfo(parts.netloc, replace),
        path=_replace_path(parts, replace),
        query=_replace_parameters(parts.query, replace),
        fragment=_replace_parameters(parts.fragment, replace),
    )
    # Splitting and joining drops an empty query's "?", so only what was changed is joined again.
    return url if replaced == parts else urlunsplit(replaced)


def replace_form_secrets(text: str, replace: Replace) -> str:
    """Return a form-encoded body with each secret parameter's value put through `replace`."""
    return _replace_parameters(text, replace)


def split_origin(url: str) -> tuple[str, str]:
    """Return a URL up to its host and port, and what follows."""
    scheme, separator, rest = url.partition("://")
    end = next((at for at, character in enumerate(rest) if character in "/?#"), len(rest))
    return f"{scheme}{separator}{rest[:end]}", rest[end:]


def url_origin(url: str) -> tuple[str, str, int | None] | None:
    """Return scheme, host and port of a URL, or None where it has none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if not parts.hostname:
        return None
    defaults = {"http": 80, "https": 443}
    return parts.scheme.lower(), parts.hostname.rstrip("."), port or defaults.get(parts.scheme.lower())
