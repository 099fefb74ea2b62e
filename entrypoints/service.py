"""The command ``cronlytic-mcp service``: a worker that the system starts, for as long as it is wanted."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from .bad_configuration import BadConfiguration
from .configuration_file import ALL_KEYS
from .engine_wiring import find_store
from .service_control import ServiceControl
from .service_plan import ServicePlan, Words, plan_launchd, plan_systemd, plan_windows
from .settings import Settings
from .sources import expand_home

ACTIONS = ("install", "uninstall", "status")
_RUN_SECONDS = 60
# A worker has no use for them, and a file is no place for them.
_CREDENTIALS = frozenset({"api_key", "api_key_file", "user_id", "llm_api_key"})
_MODEL_KEY = "CRONLYTIC_LLM_API_KEY"
_PASSING_PLACES = ("/uv/archive-v", "/uv/builds-v", "/.cache/uv/", "/pipx/.cache/", "/Temp/")


def run_service(settings: Settings, action: str, options: Sequence[str]) -> int:
    """Install, remove or look at the service; return 0 where that worked, else 1.

    options: those of this call, which the worker is started with.

    Raises:
        BadConfiguration: there is no such action, or no worker to be run on this backend.
    """
    if action not in ACTIONS:
        raise BadConfiguration(f"service takes one of {', '.join(ACTIONS)}.")
    if settings.backend != "local" and action == "install":
        raise BadConfiguration(
            f"A worker runs the jobs of the local backend, and the backend is {settings.backend}; "
            "set CRONLYTIC_BACKEND=local."
        )
    command = (sys.executable, "-m", "cronlytic_mcp.entrypoints.command_line", "worker")
    variables = read_variables(os.environ, name_store(settings) if action == "install" else "")
    plan = make_plan(sys.platform, Path.home(), (*command, *make_absolute(options)), variables)
    control = ServiceControl(plan, SystemCommands(), sys.stdout)
    if action == "uninstall":
        return control.uninstall()
    if action == "status":
        return control.tell_status()
    if any(place in sys.executable.replace("\\", "/") for place in _PASSING_PLACES):
        sys.stdout.write(
            "This copy of cronlytic-mcp lies in a cache that may be cleared; install it for good first, "
            "such as with: uv tool install cronlytic-mcp\n"
        )
    return control.install()


def make_plan(platform: str, home: Path, command: Words, variables: Mapping[str, str]) -> ServicePlan:
    """Return the plan for a platform as Python names it; systemd's for those that are not known."""
    if platform == "darwin":
        return plan_launchd(home, command, variables, os.getuid())
    if platform == "win32":
        return plan_windows(home / "AppData" / "Local" / "cronlytic-mcp", command, variables)
    return plan_systemd(home, command, variables)


def name_store(settings: Settings) -> str:
    """Return the URL of the store in full, as a service's file may hold it.

    Raises:
        BadConfiguration: it holds a password.
    """
    place = find_store(settings)
    if place.password:
        raise BadConfiguration(
            "CRONLYTIC_DATABASE_URL holds a password, which would be written into the service's file; leave "
            "it out there and keep it in ~/.pgpass."
        )
    return place.url


def read_variables(environment: Mapping[str, str], store: str) -> dict[str, str]:
    """Return the settings of the environment that a worker needs as well, without credentials.

    store: its URL in full, as a service has another working directory, and may have other directories of
    data.

    Raises:
        BadConfiguration: one of them cannot be written into a file of a service, or must not be.
    """
    names = [f"CRONLYTIC_{key.upper()}" for key in ALL_KEYS if key not in _CREDENTIALS]
    given = {name: environment[name] for name in names if environment.get(name)}
    for name in ("CRONLYTIC_CONFIG", "CRONLYTIC_ENCRYPTION_KEY_FILE", f"{_MODEL_KEY}_FILE"):
        if path := environment.get(name):
            given[name] = str(expand_home(path).absolute())
    if store and environment.get(_MODEL_KEY):
        raise BadConfiguration(
            f"{_MODEL_KEY} would be written into the service's file; keep the key in a file that only this "
            f"user can read, and name that in {_MODEL_KEY}_FILE."
        )
    given |= {"CRONLYTIC_BACKEND": "local", "CRONLYTIC_DATABASE_URL": store}
    if broken := [name for name, value in given.items() if not value.isprintable() or '"' in value]:
        raise BadConfiguration(f"{broken[0]} holds a quote or a line break, which no service file can hold.")
    return given


def make_absolute(options: Sequence[str]) -> tuple[str, ...]:
    """Return options with the path of a configuration file in full."""
    words = [word.partition("=") if word.startswith("--config=") else (word, "", "") for word in options]
    flat = [part for name, _, value in words for part in (name, value) if part]
    return tuple(
        str(expand_home(word).absolute()) if before == "--config" else word
        for before, word in zip(["", *flat], flat, strict=False)
    )


class SystemCommands:
    """The programs of this system."""

    def has(self, program: str) -> bool:
        """Return whether the program is found."""
        return shutil.which(program) is not None

    def run(self, words: Words) -> tuple[int, str]:
        """Run a program; one that takes longer than a minute has failed."""
        try:
            done = subprocess.run(  # noqa: S603 - the words are ours, and no shell reads them
                words, capture_output=True, text=True, timeout=_RUN_SECONDS, check=False
            )
        except (OSError, subprocess.SubprocessError) as error:
            return 1, type(error).__name__
        return done.returncode, done.stdout + done.stderr
