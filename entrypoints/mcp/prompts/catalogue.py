"""The prompts that there are, each read from its file when it is first needed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from ....domain.errors import InvalidArguments, Problem
from ....domain.untrusted import clean_text
from .front_matter import parse_prompt
from .prompt import Prompt

NAMES = (
    "create_job_flow",
    "update_job_flow",
    "job_monitoring_dashboard",
    "job_troubleshooting_guide",
    "bulk_job_operations",
    "setup_configuration",
    "authentication_guide",
    "claude_desktop_integration",
    "webhook_testing_guide",
    "api_troubleshooting_guide",
    "system_diagnostics",
    "error_analysis_guide",
    "performance_optimization",
    "maintenance_guide",
    "best_practices_guide",
    "schedule_optimization",
    "automation_strategies",
    "scaling_strategies",
    "analyze_job",
)
"""All prompts, in the order in which clients see them."""


def load_prompt(name: str) -> Prompt:
    """Return a prompt.

    Raises:
        InvalidArguments: there is none of this name.
    """
    if name in NAMES:
        return _load(name)
    message = f"{clean_text(name, 60)!r} is no prompt; prompts/list has them: {', '.join(NAMES)}."
    raise InvalidArguments([Problem("name", "choice", message, NAMES[0])])


@cache
def load_table(name: str) -> Mapping[str, Any]:
    """Return the content of one of the TOML files beside the prompts."""
    import tomllib

    return tomllib.loads(_read(f"{name}.toml"))


@cache
def _load(name: str) -> Prompt:
    return parse_prompt(name, _read(f"{name}.md"))


def _read(file: str) -> str:
    # With tomllib, some ten milliseconds that whoever asks for no prompt never pays.
    from importlib import resources

    return resources.files(__package__).joinpath(file).read_text(encoding="utf-8")
