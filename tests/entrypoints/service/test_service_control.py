"""A service is installed, looked at and removed, with the system's programs played by the test."""

from __future__ import annotations

import io
import stat
import sys

import pytest

from cronlytic_mcp.entrypoints.service import SystemCommands, make_plan
from cronlytic_mcp.entrypoints.service_control import ServiceControl

COMMAND = ("/opt/python", "-m", "cronlytic_mcp.entrypoints.command_line", "worker")


class Programs:
    """Takes down what is run; `failing` are words of commands that fail."""

    def __init__(self, *failing: str, there: bool = True) -> None:
        self.failing, self.there = set(failing), there
        self.ran: list[str] = []

    def has(self, program: str) -> bool:
        return self.there

    def run(self, words) -> tuple[int, str]:
        self.ran.append(" ".join(words))
        return (1, "it says why\n") if self.failing & set(words) else (0, "")


@pytest.fixture
def out() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def control(tmp_path, out):
    def make(programs, platform="linux") -> ServiceControl:
        return ServiceControl(make_plan(platform, tmp_path, COMMAND, {"X": "1"}), programs, out)

    return make


@pytest.mark.skipif(sys.platform == "win32", reason="modes are those of POSIX")
def test_installing_writes_private_files_and_starts_the_service(control, tmp_path, out):
    programs = Programs()

    assert control(programs).install() == 0

    unit = tmp_path / ".config" / "systemd" / "user" / "cronlytic-mcp.service"
    assert "ExecStart=" in unit.read_text()
    assert stat.S_IMODE(unit.stat().st_mode) == 0o600
    assert stat.S_IMODE(unit.parent.stat().st_mode) == 0o700
    assert programs.ran == [
        "systemctl --user daemon-reload",
        "systemctl --user enable cronlytic-mcp.service",
        "systemctl --user restart cronlytic-mcp.service",
    ]
    assert "The worker is started" in out.getvalue()
    assert "loginctl enable-linger" in out.getvalue()


def test_installing_again_writes_over_what_is_there(control, tmp_path):
    control(Programs()).install()
    unit = tmp_path / ".config" / "systemd" / "user" / "cronlytic-mcp.service"
    unit.write_text("old")

    assert control(Programs()).install() == 0
    assert "old" not in unit.read_text()
    assert [path.name for path in unit.parent.iterdir()] == [unit.name]


def test_where_the_system_has_no_services_everything_is_printed_and_nothing_written(control, tmp_path, out):
    assert control(Programs(there=False)).install() == 1

    assert "systemctl is not here" in out.getvalue()
    assert "[Service]" in out.getvalue()
    assert "systemctl --user enable cronlytic-mcp.service" in out.getvalue()
    assert list(tmp_path.iterdir()) == []


def test_a_start_that_fails_is_told_with_what_to_run(control, out):
    assert control(Programs("enable")).install() == 1

    assert "ended with 1. it says why" in out.getvalue()
    assert "Once that is mended, run these" in out.getvalue()


def test_what_is_to_be_stopped_before_a_start_need_not_be_there(control):
    programs = Programs("bootout")

    assert control(programs, "darwin").install() == 0
    assert [line.split()[1] for line in programs.ran] == ["bootout", "bootstrap"]


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_uninstalling_stops_the_service_and_leaves_no_file(control, tmp_path, out, platform):
    control(Programs(), platform).install()
    programs = Programs()

    assert control(programs, platform).uninstall() == 0
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert programs.ran
    assert control(Programs(), platform).uninstall() == 0
    assert "No service is installed." in out.getvalue()


def test_uninstalling_removes_the_files_also_where_the_program_is_gone(control, tmp_path):
    control(Programs()).install()

    assert control(Programs(there=False)).uninstall() == 0
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_the_status_tells_whether_it_is_installed_and_runs(control, out):
    assert control(Programs()).tell_status() == 1
    control(Programs()).install()
    assert control(Programs()).tell_status() == 0
    assert control(Programs("is-active")).tell_status() == 1
    assert control(Programs(there=False)).tell_status() == 1

    said = out.getvalue()
    assert "No service is installed; cronlytic-mcp service install does that." in said
    assert "installed and runs" in said
    assert said.count("does not run") == 2


def test_programs_are_run_without_a_shell():
    commands = SystemCommands()

    assert commands.has(sys.executable)
    assert not commands.has("no-such-program-424242")
    assert commands.run((sys.executable, "-c", "import sys; print('$HOME'); sys.exit(3)")) == (3, "$HOME\n")
    assert commands.run(("no-such-program-424242",)) == (1, "FileNotFoundError")
