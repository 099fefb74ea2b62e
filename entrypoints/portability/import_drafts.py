"""The command ``cronlytic-mcp import``: a crontab or a workflow as a file of jobs, to be looked over."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from ...domain.drafts.crontab import read_crontab
from ...domain.drafts.draft import Drafts
from ...domain.drafts.workflow import read_workflow
from ...domain.portability.concealment import conceal
from ...domain.portability.references import references_of
from ...domain.schedule import CronSchedule
from ...domain.untrusted import clean_text
from ..bad_configuration import BadConfiguration
from .apply import read_content, read_documents
from .export import describe_head, write_result
from .yaml_text import write_yaml

_REPOSITORY = re.compile(r"[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}", re.ASCII)
_FILE = re.compile(r"[A-Za-z0-9_.-]{1,100}", re.ASCII)
NOTHING_FOUND = 1


def run_import(arguments: Sequence[str], flags: Sequence[str], values: Mapping[str, str]) -> int:
    """Write the drafts of a file; `arguments` are its kind and its name.

    Returns 0, or 1 where nothing of the file can be a job.

    Raises:
        BadConfiguration: the file cannot be read, or an option is wrong.
    """
    source, file = arguments
    match source:
        case "crontab":
            drafts = _read_crontab(file, flags, values)
        case "github-actions":
            drafts = _read_workflow(file, values)
        case _:
            raise BadConfiguration(
                "Write it as: cronlytic-mcp import crontab|github-actions FILE, then options."
            )
    for kind, remarks in (("note", drafts.notes), ("not taken", drafts.skipped)):
        for remark in remarks:
            sys.stderr.write(f"{kind}: {clean_text(str(remark), 500)}\n")
    if not drafts.documents:
        sys.stderr.write(f"cronlytic-mcp: {file} holds nothing that can be a job; nothing was written.\n")
        return NOTHING_FOUND
    _write(file, drafts, values)
    return 0


def _read_crontab(file: str, flags: Sequence[str], values: Mapping[str, str]) -> Drafts:
    timezone = values.get("--timezone")
    if timezone and CronSchedule("0 0 * * *", timezone).find_problems():
        raise BadConfiguration("--timezone must be an IANA zone, such as Europe/Berlin.")
    text = read_content(file).decode("utf-8", "replace")
    return read_crontab(text, timezone=timezone, has_user="--system" in flags)


def _read_workflow(file: str, values: Mapping[str, str]) -> Drafts:
    repository, name = values.get("--repository"), Path(file).name
    if repository and not _REPOSITORY.fullmatch(repository):
        raise BadConfiguration("--repository must be OWNER/NAME.")
    if not _FILE.fullmatch(name) or file == "-":
        raise BadConfiguration("The file of the workflow must have the name that it has in the repository.")
    documents = read_documents(file, aliases=True)
    workflow = documents[0] if documents else None
    return read_workflow(workflow, name, repository=repository, ref=values.get("--ref", "main"))


def _write(file: str, drafts: Drafts, values: Mapping[str, str]) -> None:
    concealed = conceal(drafts.documents)
    known = {**drafts.variables, **concealed.variables}
    needed = {name: known.get(name, "") for name in references_of(list(concealed.documents))}
    title = f"{len(drafts.documents)} drafts from {Path(file).name}; look them over before you apply them."
    remarks = [
        *(f"Note: {clean_text(str(remark), 500)}" for remark in drafts.notes),
        *(f"Not taken: {clean_text(str(remark), 500)}" for remark in drafts.skipped),
    ]
    head = (*describe_head(title, needed), *remarks)
    write_result(write_yaml(concealed.documents, head), needed, values)
