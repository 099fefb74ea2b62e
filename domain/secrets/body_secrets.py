"""The secret parts of a request body: values under secret names in JSON, forms and plain text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from .secret_names import is_secret_name
from .url_secrets import replace_form_secrets

_FORM = re.compile(r"[^\s=&{}\[\]<>]+=[^\s&]*(?:&[^\s=&]+=[^\s&]*)*")
# A name is taken whole or not at all, which keeps the search linear in a body without end of words. An
# authentication scheme before the value goes with it: what follows "Bearer" is the secret.
_NAMED_VALUE = re.compile(
    r"""(?<![\w.-])([\w.-]++)(["'>]?\s?[:=>]\s?["']?)"""
    r"""((?:(?:basic|bearer|digest|token)\s+)?[^\s"'<>&,;}\]]+)""",
    re.IGNORECASE,
)

Replace = Callable[[str, str], str]
"""Given a secret value's label and its text, returns what stands there instead."""


def _walk(value: object, label: str, replace: Replace, *, secret: bool) -> object:
    if isinstance(value, dict):
        return {
            key: _walk(
                item, f"{label}.{key}" if label else key, replace, secret=secret or is_secret_name(key)
            )
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_walk(item, f"{label}[{index}]", replace, secret=secret) for index, item in enumerate(value)]
    if not secret or value is None or isinstance(value, bool) or value == "":
        return value
    text = value if isinstance(value, str) else json.dumps(value)
    replaced = replace(label, text)
    return value if replaced == text else replaced


def _replace_in_json(document: object, body: str, replace: Replace) -> str:
    replaced = _walk(document, "", replace, secret=False)
    # Only a body that holds secrets is written anew, so that all others stay to the letter.
    return body if replaced == document else json.dumps(replaced, ensure_ascii=False)


def _replace_in_text(body: str, replace: Replace) -> str:
    def one(found: re.Match[str]) -> str:
        name, between, value = found.groups()
        return f"{name}{between}{replace(name, value)}" if is_secret_name(name) else found.group()

    return _NAMED_VALUE.sub(one, body)


def replace_body_secrets(body: str, replace: Replace) -> str:
    """Return `body` with each secret value put through `replace`.

    In JSON everything below a secret key counts, in a form the secret parameters, and in any other
    text what follows a secret name and ``:``, ``=`` or ``>``.
    """
    if not body:
        return body
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        document = None
    if isinstance(document, dict | list):
        try:
            return _replace_in_json(document, body, replace)
        except RecursionError:
            return replace("body", body)
    if _FORM.fullmatch(body):
        return replace_form_secrets(body, replace)
    return _replace_in_text(body, replace)
