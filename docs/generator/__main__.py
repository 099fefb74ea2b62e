"""`make docs` writes the generated pages; `python -m docs.generator --check` says which are out of date."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from docs.generator.errors_page import write_errors_page
from docs.generator.faults_page import write_faults_page
from docs.generator.metrics_page import write_metrics_page
from docs.generator.prompts_page import write_prompts_page
from docs.generator.resources_page import write_resources_page
from docs.generator.rules_page import write_rules_page
from docs.generator.settings_page import write_settings_page
from docs.generator.tools_page import write_tools_page

REFERENCE = Path(__file__).resolve().parents[1] / "reference"
PAGES: dict[str, Callable[[], str]] = {
    "tools.md": write_tools_page,
    "resources.md": write_resources_page,
    "prompts.md": write_prompts_page,
    "errors.md": write_errors_page,
    "faults.md": write_faults_page,
    "settings.md": write_settings_page,
    "metrics.md": write_metrics_page,
    "rules.md": write_rules_page,
}
NOTE = "\n<!-- Written by `make docs` from the code; changes go there. -->\n"


def main(arguments: Sequence[str], folder: Path = REFERENCE) -> int:
    """Write the pages, or with ``--check`` only compare them; 1 where one is out of date."""
    folder.mkdir(exist_ok=True)
    stale = []
    for name, write in PAGES.items():
        page, text = folder / name, write() + NOTE
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            stale.append(name)
            if "--check" not in arguments:
                page.write_text(text, encoding="utf-8")
                print(f"wrote docs/reference/{name}")
    if stale and "--check" in arguments:
        print(f"Out of date in docs/reference: {', '.join(stale)}; run: make docs", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
