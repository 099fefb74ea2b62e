"""``import`` writes drafts that ``apply`` takes."""

from __future__ import annotations

import pytest

from tests.entrypoints.portability.places import local

pytestmark = pytest.mark.anyio

CRONTAB = """\
TOKEN=s3cret-token
*/5 * * * * curl -fsS -H "Authorization: Bearer $TOKEN" https://example.com/a
0 3 * * * curl -d '{"password": "hunter22"}' -H 'Content-Type: application/json' https://example.com/b
0 4 * * * /opt/backup.sh
"""


async def test_a_crontab_becomes_a_file_that_can_be_applied(tmp_path):
    place, crontab = local(tmp_path), tmp_path / "crontab"
    crontab.write_text(CRONTAB)
    jobs, secrets = tmp_path / "jobs.yaml", tmp_path / "jobs.env"

    ended = await place.run(
        "import", "crontab", crontab, "--output", jobs, "--secrets", secrets, "--timezone", "Europe/Berlin"
    )

    assert ended.code == 0
    assert "not taken: line 4: its command is neither curl nor wget." in ended.complaints
    text = jobs.read_text()
    assert "# Not taken: line 4" in text
    assert "s3cret" not in text + ended.complaints
    assert "hunter22" not in text + ended.complaints
    assert "timezone: Europe/Berlin" in text
    await place.apply(jobs, "--secrets", secrets)
    again, again_secrets = await place.export(tmp_path, "again")
    assert "hunter22" in again_secrets.read_text()
    assert "Bearer s3cret-token" in again_secrets.read_text()
    assert again.read_text().count("\nname: ") == 2


async def test_a_workflow_becomes_a_file_of_calls_that_start_it(tmp_path):
    place, workflow = local(tmp_path), tmp_path / "nightly.yml"
    workflow.write_text("name: Nightly\non:\n  workflow_dispatch:\n  schedule:\n    - cron: '0 3 * * *'\n")

    ended = await place.run(
        "import", "github-actions", workflow, "--repository", "me/mine", "--output", tmp_path / "j.yaml"
    )

    assert ended.code == 0
    assert "Start" not in ended.output
    await place.apply(tmp_path / "j.yaml", GITHUB_TOKEN="t")


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        (("crontab", "empty"), 1, "nothing that can be a job"),
        (("crontab", "none"), 2, "cannot be read"),
        (("anacron", "empty"), 2, "crontab|github-actions"),
        (("crontab", "empty", "--timezone", "Nowhere"), 2, "--timezone"),
        (("github-actions", "empty", "--repository", "a b"), 2, "--repository"),
        (("github-actions", "bad"), 2, "line 1"),
    ],
)
async def test_what_cannot_be_imported_says_so(tmp_path, line, code, words):
    (tmp_path / "empty").write_text("# nothing\n")
    (tmp_path / "bad").write_text("a: [")
    kind, file, *options = line

    ended = await local(tmp_path).run("import", kind, tmp_path / file, *options)

    assert (ended.code, ended.output) == (code, "")
    assert words in ended.complaints
