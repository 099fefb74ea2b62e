"""A worker as a service of the user, for each system: which files it is made of, and how it is controlled."""

from __future__ import annotations

import plistlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from attrs import frozen

NAME = "cronlytic-mcp"
LABEL = "com.cronlytic.mcp.worker"
STOP_SECONDS = 40
"""What the system gives a worker to end in: more than it takes."""

Words = tuple[str, ...]


@frozen
class ServiceFile:
    """A file of a service."""

    path: Path
    content: str
    encoding: str = "utf-8"


@frozen
class ServicePlan:
    """What a service is made of. control: the program that starts and stops it.

    before, after: commands around writing and removing the files. In `start` every one must succeed;
    in `prepare` and `stop` none need to, because there may be nothing to stop.
    """

    control: str
    files: tuple[ServiceFile, ...]
    prepare: tuple[Words, ...]
    start: tuple[Words, ...]
    stop: tuple[Words, ...]
    status: Words
    afterwards: tuple[Words, ...] = ()
    advice: str = ""


def plan_systemd(home: Path, command: Sequence[str], variables: Mapping[str, str]) -> ServicePlan:
    """Return the plan of a unit of systemd's user manager."""
    unit = f"{NAME}.service"
    lines = [f"Environment={_quote_for_systemd(f'{name}={value}')}" for name, value in variables.items()]
    content = "\n".join(
        (
            "[Unit]",
            "Description=cronlytic-mcp worker: runs scheduled HTTP jobs",
            "",
            "[Service]",
            "Type=exec",
            f"ExecStart={' '.join(_quote_for_systemd(word).replace('$', '$$') for word in command)}",
            *lines,
            "Restart=on-failure",
            "RestartSec=5",
            "SuccessExitStatus=130 143",
            f"TimeoutStopSec={STOP_SECONDS}",
            "UMask=0077",
            "NoNewPrivileges=true",
            "",
            "[Install]",
            "WantedBy=default.target",
            "",
        )
    )
    control = ("systemctl", "--user")
    return ServicePlan(
        control="systemctl",
        files=(ServiceFile(home / ".config" / "systemd" / "user" / unit, content),),
        prepare=(),
        start=((*control, "daemon-reload"), (*control, "enable", unit), (*control, "restart", unit)),
        stop=((*control, "disable", "--now", unit),),
        status=(*control, "is-active", unit),
        afterwards=((*control, "daemon-reload"),),
        advice="It ends when you log out, unless you run once: loginctl enable-linger",
    )


def plan_launchd(home: Path, command: Sequence[str], variables: Mapping[str, str], user: int) -> ServicePlan:
    """Return the plan of an agent of launchd."""
    path = home / "Library" / "LaunchAgents" / f"{LABEL}.plist"
    content = plistlib.dumps(
        {
            "Label": LABEL,
            "ProgramArguments": list(command),
            "EnvironmentVariables": dict(variables),
            "RunAtLoad": True,
            "KeepAlive": True,
            "ThrottleInterval": 10,
            "ExitTimeOut": STOP_SECONDS,
            "ProcessType": "Background",
            "StandardErrorPath": str(home / "Library" / "Logs" / f"{NAME}.log"),
            "Umask": 0o077,
        },
        sort_keys=False,
    ).decode()
    domain = f"gui/{user}"
    return ServicePlan(
        control="launchctl",
        files=(ServiceFile(path, content),),
        prepare=(("launchctl", "bootout", f"{domain}/{LABEL}"),),
        start=(("launchctl", "bootstrap", domain, str(path)),),
        stop=(("launchctl", "bootout", f"{domain}/{LABEL}"),),
        status=("launchctl", "print", f"{domain}/{LABEL}"),
    )


def plan_windows(folder: Path, command: Sequence[str], variables: Mapping[str, str]) -> ServicePlan:
    """Return the plan of a task that starts with the user's logon; `folder` is for its files."""
    script, task = folder / "worker.cmd", folder / "worker.xml"
    lines = [f'set "{name}={value.replace("%", "%%")}"' for name, value in variables.items()]
    words = " ".join(f'"{word.replace("%", "%%")}"' for word in command)
    return ServicePlan(
        control="schtasks",
        files=(
            ServiceFile(script, "\r\n".join(("@echo off", "chcp 65001 >nul", *lines, words, ""))),
            ServiceFile(task, _write_task(script), encoding="utf-16"),
        ),
        prepare=(("schtasks", "/End", "/TN", NAME),),
        start=(
            ("schtasks", "/Create", "/F", "/TN", NAME, "/XML", str(task)),
            ("schtasks", "/Run", "/TN", NAME),
        ),
        stop=(("schtasks", "/End", "/TN", NAME), ("schtasks", "/Delete", "/F", "/TN", NAME)),
        status=("schtasks", "/Query", "/TN", NAME),
    )


def _quote_for_systemd(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'


def _write_task(script: Path) -> str:
    return f"""<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>cronlytic-mcp worker: runs scheduled HTTP jobs</Description>
  </RegistrationInfo>
  <Triggers>
    <LogonTrigger>
      <Enabled>true</Enabled>
    </LogonTrigger>
  </Triggers>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <Hidden>true</Hidden>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>999</Count>
    </RestartOnFailure>
  </Settings>
  <Actions>
    <Exec>
      <Command>{escape(str(script))}</Command>
    </Exec>
  </Actions>
</Task>
"""
