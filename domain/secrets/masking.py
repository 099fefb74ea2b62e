"""Secret values of a job, masked wherever the job is shown."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from urllib.parse import unquote_plus

from ..job import JobSpec
from .body_secrets import replace_body_secrets
from .secret_names import is_secret_name
from .spellings import spellings_of
from .url_secrets import replace_url_secrets, split_origin

MASK = "***masked***"
"""Stands where a secret is. Given back in an update, it means the value that is there."""

_SHORTEST_SCRUBBED = 4
_SHORTEST_PATH = 16


def _mask(_label: str, _value: str) -> str:
    return MASK


def mask_url(url: str) -> str:
    """Return `url` with user name, password, secret parameters and tokens in the path masked."""
    return replace_url_secrets(url, _mask)


def mask_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return `headers` with the values under secret names masked."""
    return {name: MASK if value and is_secret_name(name) else value for name, value in headers.items()}


def mask_body(body: str) -> str:
    """Return `body` with the values under secret names masked, in JSON, a form or plain text."""
    return replace_body_secrets(body, _mask)


def mask_notify_url(url: str) -> str:
    """Return the URL of a chat's webhook with all but its origin masked: any part may be the key."""
    origin, rest = split_origin(url)
    return f"{origin}/{MASK}" if rest.strip("/") else url


def secrets_of(spec: JobSpec) -> tuple[tuple[str, str], ...]:
    """Return the job's secret values with their labels, such as ``headers.Authorization``."""
    found: list[tuple[str, str]] = []

    def keep_from(place: str) -> Callable[[str, str], str]:
        def keep(label: str, value: str) -> str:
            found.append((f"{place}.{label}", value))
            return value

        return keep

    replace_url_secrets(spec.url, keep_from("url"))
    found.extend(
        (f"headers.{name}", value) for name, value in spec.headers.items() if value and is_secret_name(name)
    )
    replace_body_secrets(spec.body, keep_from("body"))
    if (chat := spec.policy.notify_url) and mask_notify_url(chat) != chat:
        found.append(("options.notify_url", chat))
        # By itself it is told apart from any other word only where it is long.
        if len(path := split_origin(chat)[1].strip("/")) >= _SHORTEST_PATH:
            found.append(("options.notify_url", path))
    return tuple(found)


def masked_fields(spec: JobSpec) -> tuple[str, ...]:
    """Return the labels of the values that are masked when this job is shown."""
    return tuple(dict.fromkeys(label for label, _ in secrets_of(spec)))


def _parts(value: str) -> Iterable[str]:
    """Yield a secret and what of it is one by itself."""
    yield value
    plain = unquote_plus(value)
    yield plain
    yield _password_of(plain)
    yield from (pair.partition("=")[2].strip() for pair in value.split(";"))  # the values of a cookie
    scheme, _, credentials = value.partition(" ")
    yield credentials
    if scheme.lower() == "basic":
        try:
            decoded = base64.b64decode(credentials, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            return
        yield decoded
        yield _password_of(decoded)


def _password_of(userinfo: str) -> str:
    """Return the secret of ``user:password``; where there is no password, the name is a key."""
    user, _, password = userinfo.partition(":")
    return password or user


@lru_cache(maxsize=512)
def _forms(secret: str) -> frozenset[str]:
    """Return the forms in which a secret and its parts can turn up in somebody else's text."""
    parts = (part for part in _parts(secret) if len(part) >= _SHORTEST_SCRUBBED)
    return frozenset(form for part in parts for form in spellings_of(part))


def scrub(text: str, secrets: Iterable[str]) -> str:
    """Return `text` with every occurrence of a secret value masked.

    It is found in plain, percent-encoded, in base64 and escaped for JSON. Values of fewer than four
    characters are left: they would mask half of any text.
    """
    forms = {form for secret in secrets for form in _forms(secret)}
    for form in sorted(forms, key=len, reverse=True):
        text = text.replace(form, MASK)
    return text
