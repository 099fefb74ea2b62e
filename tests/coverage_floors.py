"""Holds measured coverage to its floors: lines and branches each, because one number would hide the other.

`make coverage` runs this after the tests. It exits with 1 where a floor is not held.
"""

from __future__ import annotations

import json
import subprocess
import sys

FLOORS = {
    "domain and application": (95, ("domain/", "application/")),
    "everything": (90, ("",)),
}


def measured() -> dict[str, dict[str, int]]:
    """The counts of each file, by its path from the root."""
    command = [sys.executable, "-m", "coverage", "json", "--quiet", "-o", "-"]
    report = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return {path.replace("\\", "/"): file["summary"] for path, file in report["files"].items()}


def percent(files: list[dict[str, int]], covered: str, all_of: str) -> float:
    """What part of the lines or branches of these files ran."""
    total = sum(file[all_of] for file in files)
    return 100 * sum(file[covered] for file in files) / total if total else 100.0


def main() -> int:
    """Print each part beside its floor, and the files with gaps where one is not held."""
    counts, held = measured(), True
    for part, (floor, folders) in FLOORS.items():
        files = [summary for path, summary in counts.items() if path.startswith(folders)]
        lines = percent(files, "covered_lines", "num_statements")
        branches = percent(files, "covered_branches", "num_branches")
        enough = min(lines, branches) >= floor
        held = held and enough
        found = f"lines {lines:.1f} %, branches {branches:.1f} %"
        print(f"{part}: {found} (floor {floor} %){'' if enough else ' MISSED'}", flush=True)
    if not held:
        subprocess.run([sys.executable, "-m", "coverage", "report"], check=False)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
