"""What an operator may decide about the embedded engine."""

from __future__ import annotations

import json

import pytest

from cronlytic_mcp.entrypoints.bad_configuration import BadConfiguration
from cronlytic_mcp.entrypoints.settings import Options, read_settings

HOOK = "https://hooks.example.com/services/s3cret"


def read(tmp_path, **environment):
    return read_settings(Options(), environment, tmp_path)


def test_nothing_needs_to_be_set(tmp_path):
    options = read(tmp_path, CRONLYTIC_BACKEND="local").engine

    assert (options.database_url, options.notify_url, dict(options.numbers)) == (None, None, {})


def test_the_environment_may_set_everything(tmp_path):
    settings = read(
        tmp_path,
        CRONLYTIC_BACKEND="local",
        CRONLYTIC_DATABASE_URL="sqlite:///x.db",
        CRONLYTIC_NOTIFY_URL=HOOK,
        CRONLYTIC_NOTIFY_AFTER="0",
        CRONLYTIC_KEEP_DAYS="5",
        CRONLYTIC_KEEP_RUNS="100",
        CRONLYTIC_KEEP_BODY_DAYS="0.5",
    )

    options = settings.engine
    assert options.database_url.text == "sqlite:///x.db"
    assert options.notify_url.reveal() == HOOK
    assert options.numbers == {"notify_after": 0, "keep_days": 5, "keep_runs": 100, "keep_body_days": 0.5}
    assert settings.secrets == (HOOK,)
    assert "s3cret" not in repr(settings)


def test_so_may_the_file(tmp_path):
    path = tmp_path / ".cronlytic" / "config.json"
    path.parent.mkdir()
    path.write_text(json.dumps({"backend": "local", "notify_url": HOOK, "keep_runs": 500}))

    options = read(tmp_path).engine
    assert (options.notify_url.reveal(), options.numbers) == (HOOK, {"keep_runs": 500})


@pytest.mark.parametrize(
    "environment",
    [
        {"CRONLYTIC_NOTIFY_URL": "hooks.example.com/s3cret"},
        {"CRONLYTIC_NOTIFY_URL": "https://127.0.0.1/s3cret"},
        {"CRONLYTIC_NOTIFY_AFTER": "-1"},
        {"CRONLYTIC_KEEP_DAYS": "0"},
        {"CRONLYTIC_KEEP_RUNS": "9"},
        {"CRONLYTIC_KEEP_BODY_DAYS": "forever"},
    ],
)
def test_what_cannot_be_is_refused_by_its_name_and_without_secrets(tmp_path, environment):
    with pytest.raises(BadConfiguration) as refused:
        read(tmp_path, **environment)
    assert next(iter(environment)) in str(refused.value)
    assert "s3cret" not in str(refused.value)


def test_a_notification_may_go_where_the_operator_allows_requests(tmp_path):
    settings = read(tmp_path, CRONLYTIC_NOTIFY_URL="http://localhost:9/x", CRONLYTIC_ALLOW_HOSTS="localhost")

    assert settings.engine.notify_url is not None
