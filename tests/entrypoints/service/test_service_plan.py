"""The files of a service, compared with what was looked at once; and the commands that go with them."""

from __future__ import annotations

import os
import plistlib
from pathlib import Path, PureWindowsPath
from xml.etree import ElementTree as ET

import pytest

from cronlytic_mcp.adapters.sql.store_url import SqliteFile
from cronlytic_mcp.entrypoints.bad_configuration import BadConfiguration
from cronlytic_mcp.entrypoints.service import make_absolute, make_plan, read_variables
from cronlytic_mcp.entrypoints.service_plan import plan_launchd, plan_systemd, plan_windows

GOLDEN = Path(__file__).with_name("golden")
HOME = Path("/opt/person")
COMMAND = ("/opt/a b/python", "-m", "cronlytic_mcp.entrypoints.command_line", "worker", "--log-level", "info")
VARIABLES = {
    "CRONLYTIC_BACKEND": "local",
    "CRONLYTIC_DATABASE_URL": "sqlite+aiosqlite:////opt/person/50% of $it/jobs.db",
}


def plans():
    windows = plan_windows(PureWindowsPath(r"C:\data\cronlytic-mcp"), COMMAND, VARIABLES)
    found = [plan_systemd(HOME, COMMAND, VARIABLES), plan_launchd(HOME, COMMAND, VARIABLES, 501), windows]
    return [(plan, file) for plan in found for file in plan.files]


@pytest.mark.parametrize(("plan", "file"), plans(), ids=[file.path.name for _, file in plans()])
def test_the_file_is_the_one_that_was_looked_at(plan, file):
    golden = GOLDEN / file.path.name
    assert file.content.replace("\r\n", "\n") == golden.read_text(encoding="utf-8"), (
        f"if the change is wanted, write it to {golden.name}"
    )


def test_a_unit_keeps_signs_that_systemd_would_expand():
    (unit,) = plan_systemd(HOME, ("/a$b%c", 'say "x"'), {"X": 'a"b\\c%d$e'}).files

    assert 'ExecStart="/a$$b%%c" "say \\"x\\""\n' in unit.content
    assert 'Environment="X=a\\"b\\\\c%%d$e"\n' in unit.content


def test_the_agent_of_launchd_reads_back_as_it_was_meant():
    (agent,) = plan_launchd(HOME, COMMAND, VARIABLES, 501).files
    read = plistlib.loads(agent.content.encode())

    assert read["ProgramArguments"] == list(COMMAND)
    assert read["EnvironmentVariables"] == VARIABLES


def test_the_task_of_windows_names_its_script():
    script, task = plan_windows(PureWindowsPath(r"C:\R&D"), COMMAND, VARIABLES).files
    command = ET.fromstring(task.content.partition("?>")[2]).find(".//{*}Command")

    assert command.text == str(script.path)
    assert task.encoding == "utf-16"


@pytest.mark.parametrize(
    ("platform", "control"), [("linux", "systemctl"), ("darwin", "launchctl"), ("win32", "schtasks")]
)
def test_each_platform_has_its_plan(platform, control):
    if platform == "darwin" and not hasattr(os, "getuid"):
        pytest.skip("this system has no user numbers")
    plan = make_plan(platform, HOME, COMMAND, VARIABLES)

    assert plan.control == control
    assert plan.start[-1][0] == control


def test_the_key_of_a_model_goes_into_no_service_file_but_the_place_of_its_file_does(tmp_path):
    with pytest.raises(BadConfiguration) as refused:
        read_variables({"CRONLYTIC_LLM_API_KEY": "sk-secret"}, "sqlite+aiosqlite:////jobs.db")
    assert "CRONLYTIC_LLM_API_KEY_FILE" in str(refused.value)
    assert "sk-secret" not in str(refused.value)

    uninstalling = read_variables({"CRONLYTIC_LLM_API_KEY": "sk-secret"}, "")
    assert "sk-secret" not in str(uninstalling)
    given = read_variables(
        {"CRONLYTIC_LLM_API_KEY_FILE": str(tmp_path / "key")}, "sqlite+aiosqlite:////jobs.db"
    )
    assert given["CRONLYTIC_LLM_API_KEY_FILE"] == str(tmp_path / "key")


def test_a_worker_gets_the_settings_but_no_credentials_and_the_store_in_full(tmp_path):
    environment = {
        "CRONLYTIC_API_KEY": "s3cret",
        "CRONLYTIC_USER_ID": "someone",
        "CRONLYTIC_ALLOW_HOSTS": "localhost",
        "CRONLYTIC_DATABASE_URL": "sqlite:///relative.db",
        "CRONLYTIC_CONFIG": "~/c.json",
        "CRONLYTIC_KEEP_DAYS": "",
        "PATH": "/bin",
    }

    found = read_variables(environment, SqliteFile(tmp_path / "jobs.db").url)

    assert found == {
        "CRONLYTIC_ALLOW_HOSTS": "localhost",
        "CRONLYTIC_BACKEND": "local",
        "CRONLYTIC_CONFIG": str(Path.home() / "c.json"),
        "CRONLYTIC_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'jobs.db'}",
    }


@pytest.mark.parametrize("value", ['a"b', "a\nb", "a\x00b"])
def test_a_setting_that_would_break_the_file_is_refused(value):
    with pytest.raises(BadConfiguration, match="CRONLYTIC_NOTIFY_URL"):
        read_variables({"CRONLYTIC_NOTIFY_URL": value}, "")


@pytest.mark.parametrize("options", [("--config", "c.json"), ("--config=c.json",)])
def test_the_path_of_a_configuration_file_becomes_absolute(options):
    assert make_absolute((*options, "--log-level", "debug")) == (
        "--config",
        str(Path("c.json").absolute()),
        "--log-level",
        "debug",
    )


def test_a_key_file_is_named_in_full_for_a_service(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    given = read_variables({"CRONLYTIC_ENCRYPTION_KEY_FILE": "key"}, "sqlite+aiosqlite:////jobs.db")

    assert given["CRONLYTIC_ENCRYPTION_KEY_FILE"] == str(tmp_path / "key")
