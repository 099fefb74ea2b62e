"""The project's texts: every link leads somewhere, and none names a machine it was written on."""

from __future__ import annotations

import re
from pathlib import Path

from tests.architecture.source_tree import LAYERS, ROOT, files

LINK = re.compile(r"(?<!!)\[[^\]]+\]\((?P<target>[^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} +(?P<text>.+?) *$", re.MULTILINE)
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
# Put together here, so that this file does not hold what it looks for.
PLACES = ["/" + place + "/" for place in ("work", "root", "home", "Users")]
MACHINE = re.compile(r"(?<![\w.~:/])(" + "|".join(PLACES) + r")|\." + "pyenv/")
REGISTRIES = re.compile(
    "|".join(["pypi" + r"\.org", "python" + "hosted", "registry" + r"\.npmjs", "deb" + r"\.debian"])
)


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def texts() -> list[Path]:
    return [path for path in files() if path.suffix not in {".whl", ".gz", ".png", ".pyc"}]


def pages() -> list[Path]:
    """The pages that people read; what the layers hold of Markdown are texts of the program."""
    of_the_program = {path for path in files() if path.relative_to(ROOT).parts[0] in LAYERS}
    return [path for path in files() if path.suffix == ".md" and path not in of_the_program]


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as the hosting sites make them."""
    headings = HEADING.findall(FENCE.sub("", read(page)))
    return {re.sub(r"[^\w\- ]", "", text.replace("`", "").lower()).replace(" ", "-") for text in headings}


def matching_lines(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path in texts()
        for number, line in enumerate(read(path).splitlines(), start=1)
        if pattern.search(line)
    ]


def test_no_file_names_a_place_on_the_machine_it_was_written_on():
    assert not matching_lines(MACHINE)


def test_no_file_names_a_package_registry():
    assert not matching_lines(REGISTRIES)


def test_every_link_between_pages_leads_to_a_file_and_a_heading():
    broken = []
    for page in pages():
        for match in LINK.finditer(FENCE.sub("", read(page))):
            target, _, anchor = match["target"].partition("#")
            if re.match(r"[a-z]+:", target):
                continue
            place = (page.parent / target).resolve() if target else page
            if not place.exists() or (anchor and anchor not in anchors(place)):
                broken.append(f"{page.relative_to(ROOT)}: {match['target']}")

    assert not broken


def test_every_page_of_the_docs_can_be_reached_from_the_readme():
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached or not page.is_file():
            continue
        reached.add(page)
        if page.suffix == ".md":
            targets = [match["target"].partition("#")[0] for match in LINK.finditer(read(page))]
            waiting += [
                (page.parent / target).resolve() for target in targets if target and ":" not in target
            ]

    assert not {page.relative_to(ROOT).as_posix() for page in pages()} - {
        page.relative_to(ROOT).as_posix() for page in reached
    }
