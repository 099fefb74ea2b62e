"""What the person who runs the server decided: command line, then environment, then file, then default."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import asdict, frozen

from .bad_configuration import BadConfiguration
from .configuration_file import ALL_KEYS, ConfigurationFile, read_configuration_file
from .credentials import Credentials, read_credentials
from .encryption_wiring import find_exposure
from .engine_options import EngineOptions, read_engine_options
from .limits import BACKEND_LIMITS, WATCH_LIMITS, WEBHOOK_LIMITS, read_limits
from .planner_options import PlannerOptions, read_planner_options
from .setting_checks import (
    check_allow_hosts,
    check_backend,
    check_base_url,
    check_log_level,
    check_read_only,
    check_switch,
    check_toolsets,
)
from .sources import Source, expand_home, find
from .toolset import Toolset

if TYPE_CHECKING:
    from ..domain.url.url import AllowedHosts

DEFAULT_FILE = Path(".cronlytic", "config.json")


@frozen
class Options:
    """What the command line gave; None where it gave nothing. The API key is never among it."""

    config: str | None = None
    backend: str | None = None
    base_url: str | None = None
    log_level: str | None = None
    read_only: str | None = None
    toolsets: str | None = None


@frozen
class Settings:
    """Everything that was decided, checked.

    backend: ``cronlytic`` (then there are credentials), ``local`` or ``memory``.
    allow_hosts: what URLs may reach besides the public internet, if anything.
    backend_limits, webhook_limits, watch_limits: the numbers that were given, by key (`limits`).
    engine, planner: what concerns the local backend alone.
    cloud_hints: whether hints may change jobs of the cloud for a while.
    warnings: sentences that the person should read although the server starts.
    """

    backend: str
    credentials: Credentials | None
    base_url: str
    log_level: str
    read_only: bool
    allow_hosts: AllowedHosts | None
    backend_limits: Mapping[str, float]
    webhook_limits: Mapping[str, float]
    toolsets: frozenset[Toolset]
    watch_limits: Mapping[str, float]
    engine: EngineOptions
    planner: PlannerOptions
    cloud_hints: bool = False
    warnings: tuple[str, ...] = ()

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no log line and no answer may hold."""
        found = (
            self.credentials and self.credentials.api_key,
            self.engine.notify_url,
            self.planner.api_key,
        )
        password = self.engine.database_password
        return (*(secret.reveal() for secret in found if secret), *([password] if password else []))


def read_settings(options: Options, environment: Mapping[str, str], home: Path | None) -> Settings:
    """Return the settings; the default configuration file is looked for under `home`.

    Raises:
        BadConfiguration: with one sentence about the first thing that is wrong.
    """
    line = Source(asdict(options), _as_option)
    variables = Source(
        {key: environment.get(_as_variable(key)) for key in ("config", *ALL_KEYS)}, _as_variable
    )
    file = _read_file((line, variables), home)
    sources = [line, variables]
    if file:
        sources.append(Source(file.values, lambda key: f"{key} in {file.path}"))
    credentials = read_credentials(sources)
    allow_hosts = check_allow_hosts(find(sources, "allow_hosts"))
    engine = read_engine_options(sources, allow_hosts)
    return Settings(
        backend=check_backend(find(sources, "backend"), has_credentials=credentials is not None),
        credentials=credentials,
        base_url=check_base_url(find(sources, "base_url")),
        log_level=check_log_level(find(sources, "log_level")),
        read_only=check_read_only(find(sources, "read_only")),
        allow_hosts=allow_hosts,
        backend_limits=read_limits(sources, BACKEND_LIMITS),
        webhook_limits=read_limits(sources, WEBHOOK_LIMITS),
        toolsets=check_toolsets(find(sources, "toolsets")),
        watch_limits=read_limits(sources, WATCH_LIMITS),
        engine=engine,
        planner=read_planner_options(sources),
        cloud_hints=(hints := find(sources, "cloud_hints")) is not None and check_switch(hints),
        warnings=(*(file.warnings if file else ()), *find_exposure(engine)),
    )


def _as_option(key: str) -> str:
    return "--" + key.replace("_", "-")


def _as_variable(key: str) -> str:
    return "CRONLYTIC_" + key.upper()


def _read_file(sources: tuple[Source, Source], home: Path | None) -> ConfigurationFile | None:
    named = find(sources, "config")
    if named is None and home is None:
        return None
    path = expand_home(named.text) if named else (home or Path()) / DEFAULT_FILE
    try:
        return read_configuration_file(path)
    except (FileNotFoundError, NotADirectoryError):
        if named is None:
            return None
        raise BadConfiguration(f"{named.place} names {path}, which does not exist.") from None
