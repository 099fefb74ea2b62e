"""What ``apply`` answers to people and to CI: exit codes, questions, refusals, and failures in the middle."""

from __future__ import annotations

import asyncio
import os
import sys

import pytest

from tests.entrypoints.portability.places import PATIENCE, Place, cloud, local
from tests.stub_api import Fault, StubApi

pytestmark = pytest.mark.anyio


def document(name: str, *lines: str) -> str:
    schedule = (
        ()
        if any("interval" in line or "run_at" in line for line in lines)
        else ("cron_expression: 0 3 * * *",)
    )
    return "\n".join(("---", f"name: {name}", f"url: https://example.com/{name}", *schedule, *lines, ""))


@pytest.fixture
def write(tmp_path):
    def write(*documents: str):
        path = tmp_path / "jobs.yaml"
        path.write_text("".join(documents), encoding="utf-8")
        return path

    return write


async def test_the_exit_code_says_whether_changes_are_pending(tmp_path, write):
    place, file = local(tmp_path), write(document("a"), document("b"))

    check = await place.run("apply", file, "--check")
    assert (check.code, check.output.splitlines()[-1]) == (
        3,
        "2 to create, 0 to change, 0 to delete, 0 unchanged.",
    )
    assert (await place.run("apply", file, "--check")).code == 3, "nothing was changed"
    await place.apply(file)
    assert (await place.run("apply", file, "--check")).code == 0
    assert (await place.run("apply", file)).code == 0, "where nothing changes nobody is asked"


async def test_a_change_is_shown_field_by_field_and_made(tmp_path, write):
    place = local(tmp_path)
    await place.apply(
        write(document("a", "body: |", "  one", "  two", "headers: {X-Key: abcd, X-Old: x}"), document("b"))
    )
    file = write(document("a", "body: |", "  one", "  three", "headers: {X-Key: efgh}", "paused: true"))

    shown = await place.apply(file)

    for line in (
        "~ change a",
        "    headers.X-Key: a hidden value changes",
        "    headers.X-Old: x -> (removed)",
        "    paused: true",
        "      -two",
        "      +three",
        "Not in the file, and left as they are (--prune deletes them): b",
        "done: change a: paused, changed",
    ):
        assert line in shown.output.splitlines()
    pruned = await place.apply(file, "--prune")
    assert "done: delete b: deleted" in pruned.output.splitlines()
    resumed = await place.apply(write(document("a", "body: |", "  one", "  three", "headers: {X-Key: efgh}")))
    assert "done: change a: resumed" in resumed.output


async def test_without_a_terminal_nothing_is_changed_unless_yes_is_said(tmp_path, write):
    place, file = local(tmp_path), write(document("a"))

    ended = await place.run("apply", file)

    assert ended.code == 2
    assert "Add --yes" in ended.complaints
    assert "+ create a" in ended.output
    assert (await place.run("apply", file, "--check")).code == 3


@pytest.mark.parametrize(("typed", "code", "pending"), [("y\n", 0, 0), ("n\n", 1, 3), ("\n", 1, 3)])
async def test_at_a_terminal_the_person_is_asked(tmp_path, write, typed, code, pending):
    place, file = local(tmp_path), write(document("a"))

    assert await answer_at_terminal(place, typed, "apply", file) == code
    assert (await place.run("apply", file, "--check")).code == pending


async def answer_at_terminal(place: Place, typed: str, *line: object) -> int:
    ours, theirs = os.openpty()
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "cronlytic_mcp.entrypoints.command_line", *map(str, line)),
            stdin=theirs,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, "HOME": str(place.home), **place.environment},
        )
        os.write(ours, typed.encode())
        out, _ = await asyncio.wait_for(process.communicate(), PATIENCE)
        assert b"Make these 1 changes? [y/N]" in out
        return process.returncode
    finally:
        os.close(ours)
        os.close(theirs)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "holds no job"),
        ("a: [", "line 1"),
        ("a: &x 1\nb: *x", "line 2: an alias"),
        ("just text", "document 1: document: a document must be a mapping"),
        (document("a") + document("b", "colour: red"), "document 2 (b): colour: is none of"),
        (document("a") + document("a"), "document 2 (a): name: document 1 has this name too"),
        (document("a", "body: ${NOT_SET_ANYWHERE}"), "the variable NOT_SET_ANYWHERE is not set"),
        (document("a", "run_at: '2020-01-01T00:00:00Z'"), "run_at: has passed"),
    ],
)
async def test_a_bad_file_is_refused_before_anything_changes(tmp_path, write, text, words):
    ended = await local(tmp_path).run("apply", write(text), "--yes")

    assert ended.code == 2
    assert words in ended.complaints
    assert "Traceback" not in ended.complaints


async def test_a_file_that_is_not_there_and_a_backend_that_keeps_nothing_are_bad_configurations(
    tmp_path, write
):
    place = local(tmp_path)
    missing = await place.run("apply", tmp_path / "none.yaml")
    memory = await place.run("export", CRONLYTIC_BACKEND="memory")
    read_only = await place.run("apply", write(document("a")), "--yes", CRONLYTIC_READ_ONLY="true")
    secrets = await place.run("apply", write(document("a")), "--secrets", write("not a list"))

    assert [ended.code for ended in (missing, memory, read_only, secrets)] == [2, 2, 2, 2]
    assert "cannot be read" in missing.complaints
    assert "CRONLYTIC_BACKEND" in memory.complaints
    assert "--check" in read_only.complaints
    assert "NAME='value'" in secrets.complaints


async def test_a_file_of_secrets_that_others_can_read_is_told(tmp_path, write):
    place, secrets = local(tmp_path), tmp_path / "jobs.env"
    secrets.write_text("BODY='x'\n")
    file = write(document("a", "body: ${BODY}"))

    for mode, told in ((0o644, True), (0o600, False)):
        secrets.chmod(mode)
        ended = await place.run("apply", file, "--check", "--secrets", secrets)
        assert (ended.code, "chmod 600" in ended.complaints) == (3, told)


async def test_what_the_backend_cannot_keep_is_refused_for_all_jobs_at_once(tmp_path, write):
    file = write(
        document("good"),
        document("zone", "timezone: Asia/Tokyo", "options: {retries: 3}"),
        document("often", "interval_seconds: 30"),
    )
    async with StubApi() as stub:
        ended = await cloud(tmp_path, stub).run("apply", file, "--yes")

        assert not stub.store.by_id
    assert ended.code == 2
    assert "document 2 (zone)" in ended.complaints
    assert "document 3 (often)" in ended.complaints
    assert "0 18 * * *" in ended.complaints, "the expression that does the same is named"
    assert "options" in ended.complaints


async def test_when_the_api_goes_down_in_the_middle_it_says_what_was_done_and_goes_on_the_next_time(
    tmp_path, write
):
    async with StubApi() as stub:
        place = cloud(tmp_path, stub)
        await place.apply(write(document("old")))
        stub.faults.add(Fault.latency(0).on("POST", "/jobs"), Fault.reset().on("POST", "/jobs").repeated(50))
        file = write(document("a"), document("b"), document("c"))

        ended = await place.run("apply", file, "--yes", "--prune")

        lines = ended.output.splitlines()
        assert ended.code == 1
        assert [job["name"] for job in stub.store.by_id.values()] == ["old", "a"]
        assert any(line.startswith("done: create a: created as ") for line in lines)
        assert any(line.startswith("failed: create b: ") for line in lines)
        assert "not tried: create c" in lines
        assert "not tried: delete old" in lines
        assert "Apply the same file again" in lines[-1]

        stub.faults.clear()
        await place.apply(file, "--prune")
        assert [job["name"] for job in stub.store.by_id.values()] == ["a", "b", "c"]


async def test_a_job_that_was_created_but_not_paused_is_told_and_paused_the_next_time(tmp_path, write):
    async with StubApi() as stub:
        place, file = cloud(tmp_path, stub), write(document("a", "paused: true"))
        stub.faults.add(Fault.answer(500).on("POST", "/jobs/*/pause").repeated(50))

        ended = await place.run("apply", file, "--yes")

        assert ended.code == 1
        assert "failed: create a: created as " in ended.output
        assert ", but " in ended.output
        stub.faults.clear()
        await place.apply(file)
        assert [job["status"] for job in stub.store.by_id.values()] == ["paused"]


async def test_a_backend_that_cannot_be_reached_is_said_and_is_no_bad_file(tmp_path, write):
    async with StubApi(api_key="another") as stub:
        ended = await cloud(tmp_path, stub).run("apply", write(document("a")), "--yes")

    assert ended.code == 1
    assert "refused the credentials" in ended.complaints
