"""Every prompt as a client gets it, over a small account, held against a snapshot."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.mcp.prompts.rendered import PROMPTS, Rendered

pytestmark = pytest.mark.anyio

SNAPSHOTS = Path(__file__).parent / "snapshots"
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def write(shown: Rendered) -> str:
    """The messages one after the other, with ids that are the same in every run."""
    job = f"\n\n== {shown.job_uri}\n\n{shown.job_text}" if shown.job_uri else ""
    whole = f"{shown.text}\n\n== data\n\n{shown.data_text}{job}"
    ids = {found: f"job-{number}" for number, found in enumerate(dict.fromkeys(UUID.findall(whole)), start=1)}
    return UUID.sub(lambda found: ids[found[0]], whole)


@pytest.mark.parametrize("prompt", PROMPTS)
async def test_a_prompt_reads_as_its_snapshot_says(account, render, prompt):
    parts = [f"==== no argument\n\n{write(await render(prompt))}"]
    if "job_id" in [argument.name for argument in PROMPTS[prompt].arguments]:
        parts.append(f"==== a job\n\n{write(await render(prompt, job_id='nightly-backup'))}")
        parts.append(f"==== a job that is not there\n\n{write(await render(prompt, job_id='no-such-job'))}")
    text = "\n\n".join(parts) + "\n"
    path = SNAPSHOTS / f"{prompt}.txt"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    advice = "UPDATE_SNAPSHOTS=1 make test ARGS='-k snapshot'"
    assert path.is_file(), f"{prompt} has no snapshot yet; run: {advice}"
    assert text == path.read_text(encoding="utf-8"), (
        f"{prompt} has changed. If that is meant, run: {advice}, and read the difference before you commit it."
    )


def test_there_is_no_snapshot_without_a_prompt():
    assert {path.stem for path in SNAPSHOTS.iterdir()} == set(PROMPTS)
