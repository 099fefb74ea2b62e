"""The command ``cronlytic-mcp apply``: a backend's jobs made those of a file, the differences shown first."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from ...application.apply_jobs import AppliedStep, StepOutcome, apply_jobs
from ...application.plan_jobs import plan_jobs
from ...domain.errors import CronlyticError
from ...domain.portability.change_plan import ChangePlan
from ...domain.portability.fault import FaultyFile
from ...domain.portability.job_file import JobFile, read_job_file
from ...domain.untrusted import clean_text
from ..bad_configuration import BadConfiguration
from ..services import Services
from ..settings import Settings
from .backend import FAILED, fail, use_backend
from .plan_text import describe_outcome, describe_plan, describe_step
from .secrets_file import read_secrets
from .yaml_text import SIZE_LIMIT, BadYaml, read_yaml

CHECK, YES, PRUNE = "--check", "--yes", "--prune"
BAD_FILE = 2
PENDING = 3
"""With ``--check``: something would be changed."""


def run_apply(settings: Settings, file: str, flags: Sequence[str], values: Mapping[str, str]) -> int:
    """Apply a file and return the exit code.

    Raises:
        BadConfiguration: the file or its secrets cannot be read, or nothing may be changed as configured.
    """
    if settings.read_only and CHECK not in flags:
        raise BadConfiguration(
            "This is read-only by CRONLYTIC_READ_ONLY or --read-only; --check shows what differs."
        )
    documents = read_documents(file)
    variables = {**os.environ, **(read_secrets(Path(values["--secrets"])) if "--secrets" in values else {})}
    try:
        wanted = read_job_file(documents, variables, settings.allow_hosts)
        return use_backend(settings, lambda services: _apply(services, wanted, flags))
    except FaultyFile as error:
        lines = "".join(f"  {clean_text(str(fault), 2000)}\n" for fault in error.faults)
        sys.stderr.write(f"cronlytic-mcp: {file} cannot be applied; nothing was changed.\n{lines}")
        return BAD_FILE
    except CronlyticError as error:
        return fail(error)


def read_documents(file: str, *, aliases: bool = False) -> list[object]:
    """Return the documents of a file, or of stdin for ``-``.

    Raises:
        BadConfiguration: it cannot be read.
    """
    try:
        return read_yaml(read_content(file), aliases=aliases)
    except BadYaml as error:
        raise BadConfiguration(f"{file}: {error}") from None


def read_content(file: str) -> bytes:
    """Return what a file holds, or stdin for ``-``, as far as it can be taken.

    Raises:
        BadConfiguration: it cannot be read.
    """
    try:
        if file == "-":
            return sys.stdin.buffer.read(SIZE_LIMIT + 1)
        with Path(file).open("rb") as stream:
            return stream.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise BadConfiguration(f"{file} cannot be read: {error.strerror}.") from None


async def _apply(services: Services, wanted: JobFile, flags: Sequence[str]) -> int:
    plan = await plan_jobs(services.gateway, services.clock, wanted.jobs, prune=PRUNE in flags)
    _say(describe_plan(plan, wanted.secrets))
    if not plan.changes:
        return 0
    if CHECK in flags:
        return PENDING
    if YES not in flags and (refused := _ask(plan)) is not None:
        return refused
    steps = await apply_jobs(services.gateway, plan, lambda step: _tell(step, wanted.secrets))
    done = all(step.outcome is StepOutcome.DONE for step in steps)
    _say(describe_outcome(steps))
    return 0 if done else FAILED


def _ask(plan: ChangePlan) -> int | None:
    """Ask whether to go on; return the exit code if not."""
    if not sys.stdin.isatty():
        sys.stderr.write(
            "cronlytic-mcp: Nothing was changed: nobody can be asked here. Add --yes to apply this.\n"
        )
        return BAD_FILE
    sys.stdout.write(f"Make these {len(plan.changes)} changes? [y/N] ")
    sys.stdout.flush()
    if sys.stdin.readline().strip().lower() in {"y", "yes"}:
        return None
    _say("Nothing was changed.")
    return FAILED


def _tell(step: AppliedStep, secrets: Sequence[str]) -> None:
    _say(describe_step(step, secrets))


def _say(text: str) -> None:
    # A name may have letters that this terminal's encoding lacks.
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(f"{text}\n".encode(encoding, "replace").decode(encoding))
    sys.stdout.flush()
