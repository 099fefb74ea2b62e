"""Arguments checked against a tool's schema, with every problem told in our own words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from ...domain.errors import Problem
from ...domain.untrusted import clean_text
from .argument import Arguments

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

    from ...domain.url.url import AllowedHosts

Values = Mapping[str, Any]

# More would only repeat themselves: a model mends these and calls again.
_PROBLEM_LIMIT = 20
_QUOTE_LIMIT = 40
_KINDS = {
    "string": "a string",
    "integer": "a whole number",
    "number": "a number",
    "object": "an object",
    "array": "a list",
    "null": "null",
}


def check_arguments(
    arguments: Arguments, values: Values, allowed: AllowedHosts | None = None
) -> dict[str, Any]:
    """Return `values` if they are what the tool takes, whole numbers as integers.

    `allowed` is what the operator lets URLs reach besides the public internet.

    Raises:
        InvalidArguments: or the kind of it that the tool names, with every problem of structure and,
            where they describe a job, of the job's rules.
    """
    problems = [*_find_missing(arguments, values), *_find_unknown(arguments, values)]
    problems += _find_malformed(arguments, values)
    if not problems:
        return {name: _as_integer(value) for name, value in values.items()}
    if arguments.describe_job:
        from ...domain.field_rules import find_field_problems, find_missing_schedule

        broken = {problem.field.partition(".")[0] for problem in problems}
        sound = {name: value for name, value in values.items() if name not in broken}
        problems += find_field_problems(sound, allowed)
        problems += find_missing_schedule(values) if arguments.new_job else ()
    raise arguments.refuse_with(problems[:_PROBLEM_LIMIT])


def parse_instant(text: str) -> datetime:
    """Return the instant of an ISO 8601 text with an offset.

    Raises:
        ValueError: it is none.
    """
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError("it has no offset")
    return instant


def _find_missing(arguments: Arguments, values: Values) -> Iterator[Problem]:
    for name in arguments.required:
        if name not in values:
            argument = arguments.by_name[name]
            yield Problem(name, "required", f"is required. {argument.where_from}".strip(), argument.example)


def _find_unknown(arguments: Arguments, values: Values) -> Iterator[Problem]:
    unknown = [name for name in values if name not in arguments.by_name]
    if not unknown:
        return
    from difflib import get_close_matches

    known = list(arguments.by_name)
    for name in unknown[:_PROBLEM_LIMIT]:
        near = get_close_matches(name[:_QUOTE_LIMIT], known, n=1)
        listing = f"the arguments are {', '.join(known)}." if known else "the tool takes no arguments."
        advice = f"did you mean {near[0]}?" if near else listing
        example = arguments.by_name[near[0]].example if near else ""
        yield Problem(
            clean_text(name, _QUOTE_LIMIT), "unknown", f"is no argument of this tool; {advice}", example
        )


def _find_malformed(arguments: Arguments, values: Values) -> Iterator[Problem]:
    # Most calls give plain texts only, which cannot be wrong: they need no validator and no import of one.
    if all(isinstance(text, str) and name in arguments.any_texts for name, text in values.items()):
        return
    for error in _validator(arguments).iter_errors(values):
        if error.absolute_path:
            path = [clean_text(str(part), _QUOTE_LIMIT) for part in error.absolute_path]
            yield Problem(
                ".".join(path), *_describe(error), arguments.by_name[str(error.absolute_path[0])].example
            )


def _describe(error: ValidationError) -> tuple[str, str]:
    """Return the rule that is broken and a sentence about it."""
    limit: Any = error.validator_value
    schema: Any = error.schema
    if error.validator == "type":
        advice = " Leave it out instead of giving null." if error.instance is None else ""
        kinds = " or ".join(_KINDS[str(kind)] for kind in ([limit] if isinstance(limit, str) else limit))
        return "type", f"must be {kinds}, not {_name_kind(error.instance)}.{advice}"
    if error.validator == "enum":
        return "choice", f"must be one of {', '.join(map(str, limit))}; it is {_quote(error.instance)}."
    if error.validator in ("minimum", "maximum", "exclusiveMinimum"):
        more = "exclusiveMinimum" in schema
        limits = f"more than {limit:g}" if more else f"{schema['minimum']:g} to {schema['maximum']:g}"
        return "range", f"must be {limits}; it is {_quote(error.instance)}."
    if error.validator in ("minItems", "maxItems"):
        count = len(error.instance) if isinstance(error.instance, list) else 0
        return "count", f"must be {schema['minItems']} to {schema['maxItems']} entries; there are {count}."
    if error.validator in ("minLength", "maxLength"):
        length = len(str(error.instance))
        return "length", f"must be {schema['minLength']}-{schema['maxLength']} characters; it has {length}."
    return "format", f"must be a date and time with an offset, in ISO 8601; it is {_quote(error.instance)}."


def _name_kind(value: object) -> str:
    """Return what kind of JSON value it is; the value itself may be a secret in the wrong place."""
    if isinstance(value, float) and not value.is_integer():
        return "a fraction"
    names = {type(None): "null", bool: "a boolean", int: "a number", float: "a number", str: "a string"}
    return names.get(type(value), "an object" if isinstance(value, dict) else "an array")


def _quote(value: object) -> str:
    """Return a text or a number so that it can be recognised, without a long or a hidden text."""
    return clean_text(json.dumps(value, ensure_ascii=False), _QUOTE_LIMIT)


def _as_integer(value: object) -> object:
    """Return a float without fraction, which JSON Schema takes as an integer, as one; also in an object."""
    if isinstance(value, dict):
        return {name: _as_integer(entry) for name, entry in value.items()}
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _is_instant_if_text(value: object) -> bool:
    return not isinstance(value, str) or bool(parse_instant(value))


@cache
def _validator(arguments: Arguments) -> Draft202012Validator:
    # Imported on first use: the first answer of the server needs none.
    from jsonschema import Draft202012Validator, FormatChecker

    formats = FormatChecker(formats=())
    formats.checks("date-time", raises=ValueError)(_is_instant_if_text)
    return Draft202012Validator(arguments.schema, format_checker=formats)
