"""The configuration file: one JSON object of settings, or a sentence about why it is none."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

from attrs import field, frozen

from .bad_configuration import BadConfiguration
from .engine_options import ENGINE_KEYS, ENGINE_LIMITS
from .limits import BACKEND_LIMITS, WATCH_LIMITS, WEBHOOK_LIMITS
from .planner_options import PLANNER_KEYS, PLANNER_LIMITS

FILE_KEYS = (
    "api_key",
    "api_key_file",
    "user_id",
    "base_url",
    "backend",
    "log_level",
    "read_only",
    "allow_hosts",
    "toolsets",
    "cloud_hints",
    *ENGINE_KEYS,
    *PLANNER_KEYS,
)
LIMIT_KEYS = (*ENGINE_LIMITS, *PLANNER_LIMITS, *BACKEND_LIMITS, *WEBHOOK_LIMITS, *WATCH_LIMITS)
ALL_KEYS = (*FILE_KEYS, *LIMIT_KEYS)
_LISTS = ("allow_hosts", "toolsets")
_SWITCHES = ("read_only", "planner_shadow", "cloud_hints")
_KEYS = ("api_key", "llm_api_key")


@frozen
class ConfigurationFile:
    """What a configuration file holds, and what a person should know about the file itself."""

    path: Path
    values: dict[str, str] = field(repr=False)
    warnings: tuple[str, ...] = ()


def read_configuration_file(path: Path) -> ConfigurationFile:
    """Read and check a file.

    Raises:
        BadConfiguration: it cannot be read, is not a JSON object, or holds what it should not.
        FileNotFoundError, NotADirectoryError: there is none; whether that is wrong is the caller's to say.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        raise
    except (OSError, UnicodeError) as error:
        raise BadConfiguration(f"The configuration file {path} cannot be read ({_reason(error)}).") from None
    values = _parse(text, path)
    return ConfigurationFile(path, values, tuple(_find_exposure(path, mode, values)))


def _reason(error: OSError | UnicodeError) -> str:
    return (error.strerror or type(error).__name__) if isinstance(error, OSError) else "it is not UTF-8 text"


def _parse(text: str, path: Path) -> dict[str, str]:
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise BadConfiguration(f"The configuration file {path} is not valid JSON ({place}).") from None
    except ValueError:
        raise BadConfiguration(f"The configuration file {path} holds a number of too many digits.") from None
    except RecursionError:
        raise BadConfiguration(f"The configuration file {path} is nested too deeply.") from None
    if not isinstance(content, dict):
        raise BadConfiguration(
            f"The configuration file {path} must hold one JSON object, "
            'such as {"api_key": "...", "user_id": "..."}.'
        )
    for key in content:
        if key not in ALL_KEYS:
            raise BadConfiguration(_unknown_key(key, path))
    return {key: _as_text(key, value, path) for key, value in content.items()}


def _as_text(key: str, value: object, path: Path) -> str:
    """Return a value as an environment variable would hold it, so that both are checked alike."""
    if isinstance(value, str):
        return value
    if key in _SWITCHES and isinstance(value, bool):
        return str(value).lower()
    if key in _LISTS and isinstance(value, list) and all(isinstance(entry, str) for entry in value):
        return ",".join(value)
    if key in LIMIT_KEYS and isinstance(value, int | float) and not isinstance(value, bool):
        return str(value) if isinstance(value, int) else f"{value:.9f}"
    kinds = {**dict.fromkeys(_SWITCHES, "true or false"), **dict.fromkeys(_LISTS, "a list of strings")}
    kind = kinds.get(key, "a number" if key in LIMIT_KEYS else "a string in quotes")
    raise BadConfiguration(f"{key} in the configuration file {path} must be {kind}.")


def _unknown_key(key: str, path: Path) -> str:
    from difflib import get_close_matches

    near = get_close_matches(key.lower().removeprefix("cronlytic_"), ALL_KEYS, n=1)
    known = f"the keys are {', '.join(FILE_KEYS)}, and those of the limits."
    advice = f"did you mean {near[0]}?" if near else known
    # Only what can be a key is repeated: a secret pasted in the wrong place is not shown.
    name = repr(key) if key.isidentifier() and len(key) <= 24 else "a key"
    return f"The configuration file {path} has {name}, which is unknown; {advice}"


def _find_exposure(path: Path, mode: int, values: dict[str, str]) -> list[str]:
    if os.name != "posix" or not any(map(values.get, _KEYS)) or not stat.S_IMODE(mode) & 0o077:
        return []
    exposed = f"{path} holds the API key, and its mode {stat.S_IMODE(mode):04o} lets others read it"
    return [f"{exposed}; run: chmod 600 {path}"]
