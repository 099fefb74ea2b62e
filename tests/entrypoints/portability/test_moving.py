"""Jobs move between backends through a file, and are the same jobs, secrets included."""

from __future__ import annotations

import pytest

from tests.entrypoints.portability.places import cloud, local, server
from tests.stub_api import StubApi

pytestmark = pytest.mark.anyio

JOBS = r"""
---
name: nightly-backup
url: https://example.com/hook?token=t%20ok-1&plain=${PLAIN}&price=$${PLAIN}
method: POST
headers:
  Authorization: Bearer it's "secret" $HOME
  Accept: text/plain
body: |
  {
    "password": "p\"w\u00e9-1234",
    "pin": 123456,
    "note": "$${NOT_A_REFERENCE} é"
  }
cron_expression: 0 3 * * 1
paused: true
---
name: digest
url: https://hooks.slack.com/services/T0/B0/verysecret
cron_expression: '*/15 * * * *'
"""

SECRETS = ("t%20ok-1", "it's", "p\\", "1234", "verysecret")


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "jobs.yaml"
    path.write_text(JOBS, encoding="utf-8")
    return path


def without_ids(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.startswith(("# ", "job_id: "))]


@pytest.fixture
def database(postgres):
    with postgres.database() as name:
        yield postgres.url(name)


@pytest.mark.parametrize("between", ["cronlytic", "local"])
async def test_a_job_goes_from_local_over_another_backend_to_a_server_and_is_the_same(
    tmp_path, file, between, database
):
    async with StubApi() as stub:
        first, last = local(tmp_path, "first"), server(tmp_path, database)
        other = cloud(tmp_path, stub) if between == "cronlytic" else local(tmp_path, "other")
        await first.apply(file, PLAIN="open")
        jobs, secrets = await first.export(tmp_path, "one")
        await other.apply(jobs, "--secrets", secrets)
        moved, moved_secrets = await other.export(tmp_path, "two")
        await last.apply(moved, "--secrets", moved_secrets)
        home, home_secrets = await last.export(tmp_path, "three")

        if between == "cronlytic":
            backup = next(job for job in stub.store.by_id.values() if job["name"] == "nightly-backup")
            assert backup["status"] == "paused"
            assert backup["url"] == "https://example.com/hook?token=t%20ok-1&plain=open&price=${PLAIN}"
            assert backup["headers"]["Authorization"] == 'Bearer it\'s "secret" $HOME'
            assert '"password": "p\\"w\\u00e9-1234"' in backup["body"]
            assert "${NOT_A_REFERENCE} é" in backup["body"]

        assert (await first.run("apply", home, "--check", "--secrets", home_secrets)).code == 0
        assert (await other.run("apply", jobs, "--check", "--secrets", secrets)).code == 0

    assert without_ids(jobs.read_text()) == without_ids(home.read_text())
    assert secrets.read_text() == home_secrets.read_text()


async def test_nothing_that_is_shown_or_exported_holds_a_secret(tmp_path, file):
    place = local(tmp_path)
    shown = await place.apply(file, PLAIN="variables-value")
    exported = await place.run("export")
    gone = await place.run(
        "apply",
        "-",
        "--prune",
        "--yes",
        typed="name: x\nurl: https://example.com/\ncron_expression: '@daily'",
    )

    text = shown.output + exported.output + gone.output
    assert gone.code == 0
    assert "delete nightly-backup" in gone.output
    assert [secret for secret in (*SECRETS[:1], *SECRETS[2:]) if secret in text] == []
    assert "variables-value" not in shown.output
    assert "#   NIGHTLY_BACKUP_AUTHORIZATION" in exported.output


async def test_the_files_that_are_written_are_for_their_owner_only(tmp_path, file):
    place = local(tmp_path)
    await place.apply(file, PLAIN="x")

    for path in await place.export(tmp_path, "out"):
        assert path.stat().st_mode & 0o777 == 0o600


async def test_an_export_is_the_same_each_time(tmp_path, file):
    place = local(tmp_path)
    await place.apply(file, PLAIN="x")

    assert (await place.run("export")).output == (await place.run("export")).output
