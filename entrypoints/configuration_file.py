"""The configuration file: one JSON object of texts, or a sentence about why it is none."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

from attrs import field, frozen

from .bad_configuration import BadConfiguration

FILE_KEYS = ("api_key", "api_key_file", "user_id", "base_url", "backend", "log_level")


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
    except RecursionError:
        raise BadConfiguration(f"The configuration file {path} is nested too deeply.") from None
    if not isinstance(content, dict):
        raise BadConfiguration(
            f"The configuration file {path} must hold one JSON object, "
            'such as {"api_key": "...", "user_id": "..."}.'
        )
    for key, value in content.items():
        if key not in FILE_KEYS:
            raise BadConfiguration(_unknown_key(key, path))
        if not isinstance(value, str):
            raise BadConfiguration(f"{key} in the configuration file {path} must be a string in quotes.")
    return content


def _unknown_key(key: str, path: Path) -> str:
    from difflib import get_close_matches

    near = get_close_matches(key.lower().removeprefix("cronlytic_"), FILE_KEYS, n=1)
    advice = f"did you mean {near[0]}?" if near else f"the keys are {', '.join(FILE_KEYS)}."
    # Only what can be a key is repeated: a secret pasted in the wrong place is not shown.
    name = repr(key) if key.isidentifier() and len(key) <= 24 else "a key"
    return f"The configuration file {path} has {name}, which is unknown; {advice}"


def _find_exposure(path: Path, mode: int, values: dict[str, str]) -> list[str]:
    if os.name != "posix" or not values.get("api_key") or not stat.S_IMODE(mode) & 0o077:
        return []
    exposed = f"{path} holds the API key, and its mode {stat.S_IMODE(mode):04o} lets others read it"
    return [f"{exposed}; run: chmod 600 {path}"]
