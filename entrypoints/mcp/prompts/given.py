"""What a person gave with a prompt: choices checked, free text made safe to quote as data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from attrs import frozen

from ....domain.errors import InvalidArguments, Problem
from ....domain.secrets.masking import mask_body, mask_url
from ....domain.untrusted import clean_text
from .prompt import Default, Kind, Parameter, Prompt

TEXT_LIMIT = 200

# Secrets are looked for in this much of a text, and whatever is shown is cut out of it afterwards.
_READ_LIMIT = 4000
_QUOTE_LIMIT = 40
_URL_IN_TEXT = re.compile(r"https?://\S+", re.IGNORECASE)


@frozen
class Given:
    """The value of every choice, defaults included, and the other values that were given, as data."""

    choices: Mapping[str, str]
    texts: Mapping[str, str]


def read_given(prompt: Prompt, arguments: Mapping[str, str], platform: str) -> Given:
    """Return the arguments as the prompt takes them; what is blank counts as not given.

    `platform` is the choice that stands where a default comes from the platform.

    Raises:
        InvalidArguments: with every value that is not allowed and every argument that is unknown.
    """
    present = {name: value for name, value in arguments.items() if value.strip()}
    if problems := (*_find_unknown(prompt, present), *_find_refused(prompt, present)):
        raise InvalidArguments(problems)
    choices: dict[str, str] = {}
    texts: dict[str, str] = {}
    for name, parameter in prompt.parameters.items():
        if parameter.kind is Kind.CHOICE:
            default = platform if parameter.default is Default.PLATFORM else str(parameter.default)
            choices[name] = _find_value(parameter, present.get(name, default)) or default
        elif name in present:
            texts[name] = _quote(parameter.kind, present[name])
    return Given(choices, texts)


def _find_unknown(prompt: Prompt, present: Mapping[str, str]) -> Iterator[Problem]:
    known = tuple(prompt.parameters)
    for name in present:
        if name not in known:
            message = f"is no argument of {prompt.name}; it takes {', '.join(known)}."
            near = get_close_matches(name[:_QUOTE_LIMIT], known, n=1) or known
            yield Problem(clean_text(name, _QUOTE_LIMIT), "unknown", message, near[0])


def _find_refused(prompt: Prompt, present: Mapping[str, str]) -> Iterator[Problem]:
    for name, parameter in prompt.parameters.items():
        if parameter.kind is not Kind.CHOICE or name not in present:
            continue
        if _find_value(parameter, present[name]) is None:
            found = clean_text(present[name], _QUOTE_LIMIT)
            message = f"must be one of {', '.join(parameter.values)}; it is {found!r}."
            yield Problem(name, "choice", message, parameter.values[0])


def _find_value(parameter: Parameter, text: str) -> str | None:
    """Return the allowed value that is meant, in any case and with any separator."""
    wanted = _fold(text)
    return next((value for value in parameter.values if _fold(value) == wanted), None)


def _fold(text: str) -> str:
    return text.strip().casefold().replace("-", "_").replace(" ", "_")


def _quote(kind: Kind, text: str) -> str:
    plain = clean_text(text.strip(), _READ_LIMIT)
    # What holds a blank is no URL but a text around one or several.
    if kind is Kind.URL and len(plain.split()) == 1:
        return clean_text(mask_url(plain), TEXT_LIMIT)
    without_secrets = _URL_IN_TEXT.sub(lambda url: mask_url(url[0]), mask_body(plain))
    return clean_text(without_secrets, TEXT_LIMIT)
