"""What clients are told of the prompts before they ask for one: the list, and values to complete."""

from __future__ import annotations

import mcp_types

from .catalogue import NAMES, load_prompt
from .prompt import Default, Kind, Parameter, Prompt


def list_prompts(*, has_engine: bool = False) -> list[mcp_types.Prompt]:
    """Return the prompts as ``prompts/list`` shows them, always in the same order.

    Without an engine those that are about it are left out.
    """
    prompts = map(load_prompt, NAMES)
    return [_describe(prompt) for prompt in prompts if has_engine or not prompt.engine]


def argument_values(prompt: str, argument: str) -> tuple[str, ...]:
    """Return the allowed values of a prompt's argument; none where any text will do, or for a job.

    Raises:
        InvalidArguments: there is no such prompt.
    """
    parameter = load_prompt(prompt).parameters.get(argument)
    return parameter.values if parameter else ()


def is_job_argument(prompt: str, argument: str) -> bool:
    """Return whether an argument takes the id or the name of a job.

    Raises:
        InvalidArguments: there is no such prompt.
    """
    parameter = load_prompt(prompt).parameters.get(argument)
    return parameter is not None and parameter.kind is Kind.JOB


def _describe(prompt: Prompt) -> mcp_types.Prompt:
    return mcp_types.Prompt(
        name=prompt.name,
        title=prompt.title,
        description=prompt.description,
        arguments=[
            mcp_types.PromptArgument(name=each.name, description=_describe_values(each), required=False)
            for each in prompt.parameters.values()
        ],
    )


def _describe_values(parameter: Parameter) -> str:
    if parameter.kind is not Kind.CHOICE:
        return parameter.description
    default = "this machine's" if parameter.default is Default.PLATFORM else parameter.default
    return f"{parameter.description} One of {', '.join(parameter.values)}; default {default}."
