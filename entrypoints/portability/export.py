"""The command ``cronlytic-mcp export``: all jobs as YAML, secrets as references to variables."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from ...application.export_jobs import export_jobs
from ...domain.errors import CronlyticError
from ..settings import Settings
from .backend import fail, use_backend
from .secrets_file import write_private, write_secrets
from .yaml_text import write_yaml


def run_export(settings: Settings, values: Mapping[str, str]) -> int:
    """Write the jobs to ``--output`` or to stdout, their secrets to ``--secrets``; return the exit code.

    Raises:
        BadConfiguration: a file cannot be written, or the backend keeps nothing.
    """
    try:
        exported = use_backend(settings, lambda services: export_jobs(services.gateway))
    except CronlyticError as error:
        return fail(error)
    head = describe_head(
        f"{len(exported.documents)} jobs of the backend {settings.backend}.", exported.variables
    )
    write_result(write_yaml(exported.documents, head), exported.variables, values)
    return 0


def describe_head(title: str, variables: Mapping[str, str]) -> tuple[str, ...]:
    """Return the comments above a file's jobs: what it is, and the variables to set."""
    if not variables:
        return (title, "No variables are needed to apply it.")
    listed = [f"  {name}" for name in variables]
    return (title, "Set these variables before you apply it; each stands for a secret:", *listed)


def write_result(text: str, variables: Mapping[str, str], values: Mapping[str, str]) -> None:
    """Write a file of jobs, and the secrets where a file for them is named.

    Raises:
        BadConfiguration: a file cannot be written.
    """
    if secrets := values.get("--secrets"):
        write_secrets(Path(secrets), variables)
    if output := values.get("--output"):
        write_private(Path(output), text)
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
