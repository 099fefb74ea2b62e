"""Masks that come back in an update become the values that they stand for, or are refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping

from attrs import evolve

from ..errors import Problem
from ..execution_policy import ExecutionPolicy
from ..job import JobSpec
from .body_secrets import replace_body_secrets
from .masking import MASK, mask_body, mask_notify_url, secrets_of
from .secret_names import is_secret_name
from .url_secrets import replace_url_secrets, url_origin

_EXAMPLE = "Bearer <the real token>"


def _plain_mask(text: str) -> str:
    """Return `text` with a percent-encoded mask in plain spelling: clients encode asterisks at will."""
    return text.replace("%2A", "*").replace("%2a", "*")


def _restored(
    replace_secrets: Callable[[str, Callable[[str, str], str]], str], current: str, changed: str
) -> str:
    """Return `changed` with masks replaced by what `current` has under the same label.

    Where a label occurs several times its values go by position, and only if none came or went.
    """
    known: dict[str, list[str]] = defaultdict(list)
    given: dict[str, list[str]] = defaultdict(list)

    def learn(into: dict[str, list[str]]) -> Callable[[str, str], str]:
        def keep(label: str, value: str) -> str:
            into[label].append(value)
            return value

        return keep

    def restore(label: str, value: str) -> str:
        position = len(given[label]) - remaining[label]
        remaining[label] -= 1
        same_count = len(known[label]) == len(given[label])
        return known[label][position] if same_count and _plain_mask(value) == MASK else value

    replace_secrets(current, learn(known))
    replace_secrets(changed, learn(given))
    remaining = {label: len(values) for label, values in given.items()}
    return replace_secrets(changed, restore)


def _restored_header(current: JobSpec, name: object, value: object) -> object:
    known = {name.lower(): value for name, value in current.headers.items() if is_secret_name(name)}
    return known.get(str(name).lower(), value) if value == MASK else value


def restore_masked(current: JobSpec, given: Mapping[str, object]) -> dict[str, object]:
    """Return the `given` fields with each mask replaced by the secret that `current` has there.

    Fields are named as in JSON and may be of any type. A mask in a place where `current` has no
    secret stays: `find_mask_problems` refuses it.
    """
    restored = dict(given)
    match given.get("url"):
        case str(url):
            restored["url"] = _restored(replace_url_secrets, current.url, url)
    match given.get("headers"):
        case Mapping() as headers:
            restored["headers"] = {
                name: _restored_header(current, name, value) for name, value in headers.items()
            }
    match given.get("body"):
        case str(body):
            echoed = body == mask_body(current.body)
            restored["body"] = current.body if echoed else _restored(replace_body_secrets, current.body, body)
    match given.get("options"):
        case Mapping() as options if (chat := current.policy.notify_url) and "notify_url" in options:
            echoed = _plain_mask(str(options["notify_url"])) == mask_notify_url(chat)
            restored["options"] = {**options, "notify_url": chat} if echoed else options
    return restored


def find_mask_problems(fields: Mapping[str, object]) -> tuple[Problem, ...]:
    """Return a problem for each field in which a mask is left, which must never be stored."""
    texts = {"url": fields.get("url"), "body": fields.get("body")}
    if isinstance(headers := fields.get("headers"), Mapping):
        texts |= {f"headers.{name}": value for name, value in headers.items()}
    if isinstance(options := fields.get("options"), Mapping):
        texts["options.notify_url"] = options.get("notify_url")
    return tuple(
        Problem(
            field,
            "mask",
            f"holds {MASK}, which stands for a hidden value that this job does not have there; "
            "give the real value, or leave the field out to keep what is there.",
            _EXAMPLE,
        )
        for field, text in texts.items()
        if isinstance(text, str) and MASK in _plain_mask(text)
    )


def find_moved_secrets(current: JobSpec, given: Mapping[str, object]) -> tuple[Problem, ...]:
    """Return a problem for each hidden value that would follow the URL to another origin unseen.

    `given` is what the caller gave, masks included. Else whoever may update a job could have its
    secrets sent to a host of their own.
    """
    url = given.get("url")
    if not isinstance(url, str) or url_origin(current.url) == url_origin(url):
        return ()
    body, headers = given.get("body"), given.get("headers")
    changed = evolve(
        current,
        url=url,
        body=body if isinstance(body, str) else current.body,
        headers=headers if isinstance(headers, Mapping) else current.headers,
        policy=ExecutionPolicy(),  # a chat's URL does not go along
    )
    return tuple(
        Problem(
            label,
            "secret_to_another_origin",
            "the URL moves to another origin, and this hidden value would go along; give the value "
            "again in this call if it is meant to, or remove it.",
            _EXAMPLE,
        )
        for label, value in secrets_of(changed)
        if label.partition(".")[0] not in given or MASK in _plain_mask(str(value))
    )
