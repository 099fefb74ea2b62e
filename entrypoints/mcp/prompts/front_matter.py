"""The format of a prompt's file: TOML between two lines of ``+++``, then the text; strict."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ....domain.templates.job_templates import JOB_TEMPLATES
from .prompt import Default, Kind, Parameter, Prompt

FENCE = "+++"
PLACE = re.compile(r"\{([a-z_]+)\}")

_PROMPT_KEYS = {"title", "description", "clients", "connection", "engine", "arguments"}
_CHOICE_KEYS = {"description", "default", "default_from", "values", "job_template"}
_OTHER_KEYS = {"description", "kind", "given", "absent"}
_BRACE = re.compile(r"[{}]")


class MalformedPrompt(ValueError):
    """A prompt's file breaks the format; the message names the prompt and what is wrong."""


def parse_prompt(name: str, text: str) -> Prompt:
    """Return the prompt that a file's text describes.

    Raises:
        MalformedPrompt: with the first thing that is wrong.
    """
    front, body = _split(name, text)
    _check_keys(name, front, _PROMPT_KEYS, {"title", "description"})
    arguments = front.get("arguments", {})
    parameters = {key: _parse_parameter(f"{name}.{key}", key, table) for key, table in arguments.items()}
    _check_places(name, body, parameters)
    return Prompt(
        name=name,
        title=front["title"],
        description=front["description"],
        clients=tuple(front.get("clients", ())),
        connection=front.get("connection", False),
        engine=front.get("engine", False),
        parameters=parameters,
        body=body,
    )


def _split(name: str, text: str) -> tuple[Mapping[str, Any], str]:
    # Needed only where a prompt is, so not on the way to the first answer.
    import tomllib

    opening, separator, rest = text.partition(f"{FENCE}\n")
    front, closing, body = rest.partition(f"\n{FENCE}\n")
    if opening or not separator or not closing or not body.strip():
        raise MalformedPrompt(f"{name}: it must be TOML between two lines of {FENCE}, then a text")
    try:
        return tomllib.loads(front), body.strip()
    except tomllib.TOMLDecodeError as error:
        raise MalformedPrompt(f"{name}: {error}") from None


def _parse_parameter(place: str, name: str, table: Mapping[str, Any]) -> Parameter:
    sentences: Mapping[str, str] = table.get("values", {})
    if sentences:
        _check_keys(place, table, _CHOICE_KEYS, {"description"})
        return Parameter(
            name=name,
            description=table["description"],
            kind=Kind.CHOICE,
            sentences=_without_places(place, {**sentences, **_job_template_sentences(table)}),
            default=_find_default(place, table),
        )
    _check_keys(place, table, _OTHER_KEYS, _OTHER_KEYS)
    if table["kind"] not in set(Kind) - {Kind.CHOICE}:
        raise MalformedPrompt(f"{place}: {table['kind']!r} is no kind")
    _without_places(place, {key: table[key] for key in ("given", "absent")})
    return Parameter(
        name=name,
        description=table["description"],
        kind=Kind(table["kind"]),
        sentences={},
        given=table["given"],
        absent=table["absent"],
    )


def _job_template_sentences(table: Mapping[str, Any]) -> Mapping[str, str]:
    """Return a sentence for each ready job, where the file says by which words such a choice begins."""
    if "job_template" not in table:
        return {}
    return {
        each.template_id: f"{table['job_template']} {each.purpose} To replace: {each.to_replace}"
        for each in JOB_TEMPLATES
    }


def _find_default(place: str, table: Mapping[str, Any]) -> str | Default:
    if table.get("default_from") in set(Default):
        return Default(table["default_from"])
    if table.get("default") in table["values"]:
        return str(table["default"])
    raise MalformedPrompt(f"{place}: its default must be one of its values, or come from the platform")


def _check_keys(place: str, table: Mapping[str, Any], allowed: set[str], required: set[str]) -> None:
    if strange := table.keys() - allowed:
        raise MalformedPrompt(f"{place}: it has no {', '.join(sorted(strange))}")
    if missing := required - table.keys():
        raise MalformedPrompt(f"{place}: it lacks {', '.join(sorted(missing))}")


def _without_places(place: str, sentences: Mapping[str, str]) -> Mapping[str, str]:
    for key, sentence in sentences.items():
        if not sentence.strip() or _BRACE.search(sentence):
            raise MalformedPrompt(f"{place}.{key}: it must be a sentence without braces")
    return sentences


def _check_places(name: str, body: str, parameters: Mapping[str, Parameter]) -> None:
    if _BRACE.search(PLACE.sub("", body)):
        raise MalformedPrompt(f"{name}: a brace in the text may only mark a place")
    if sorted(PLACE.findall(body)) != sorted(parameters):
        raise MalformedPrompt(f"{name}: its text must have one place for each argument, and no other")
