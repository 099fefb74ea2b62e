"""The versions that a bundle installs: those that the tests ran with, of what the package needs."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

_CONSTRAINTS = Path(__file__).resolve().parents[1] / "constraints.txt"


def find_pins(distribution: str) -> list[str]:
    """Return the pins of `constraints.txt` for everything that a distribution needs to run."""
    pins = {}
    for line in _CONSTRAINTS.read_text(encoding="utf-8").splitlines():
        if "==" in line:
            pins[_plain(line.partition("==")[0])] = line
    return [pins[name] for name in sorted(_find_needed(distribution)) if name in pins]


def _find_needed(distribution: str) -> set[str]:
    """Return the names of all that it needs, directly or not, on this machine."""
    needed: set[str] = set()
    seen, waiting = set(), [(distribution, "")]
    while waiting:
        asked = waiting.pop()
        if asked in seen:
            continue
        seen.add(asked)
        name, extra = asked
        for requirement in map(Requirement, metadata.requires(name) or ()):
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                needed.add(_plain(requirement.name))
                waiting += [(_plain(requirement.name), wanted) for wanted in ("", *requirement.extras)]
    return needed


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
