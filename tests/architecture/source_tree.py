"""The project's own files, read once, for the tests that look at the code instead of running it."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from attrs import frozen

ROOT = Path(__file__).resolve().parents[2]
LAYERS = ("domain", "application", "adapters", "entrypoints")
PACKAGE = "cronlytic_mcp"
NOT_OURS = re.compile(r"\..*|build|dist|__pycache__|.*\.egg-info")


@frozen
class Import:
    """One imported module, absolute: ``from ..domain import job`` in an adapter is ``cronlytic_mcp.domain.job``."""

    module: str
    line: int
    relative: bool
    at_import_time: bool

    @property
    def top(self) -> str:
        return self.module.partition(".")[0]

    @property
    def layer(self) -> str | None:
        """The layer of ours that it comes from, if any."""
        parts = self.module.split(".")
        return parts[1] if parts[0] == PACKAGE and len(parts) > 1 and parts[1] in LAYERS else None


@frozen
class Source:
    """A Python file of the project."""

    path: str  # relative to the root, with slashes
    text: str
    tree: ast.Module

    @property
    def layer(self) -> str | None:
        first = self.path.partition("/")[0]
        return first if first in LAYERS else None

    def imports(self) -> Iterator[Import]:
        """Every import, also inside functions and ``if TYPE_CHECKING``."""
        eager = {id(node) for node in _at_import_time(self.tree)}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield Import(alias.name, node.lineno, relative=False, at_import_time=id(node) in eager)
            elif isinstance(node, ast.ImportFrom):
                package = self._package(node.level) if node.level else ""
                for alias in node.names:
                    module = ".".join(part for part in (package, node.module) if part)
                    if self._is_module(f"{module}.{alias.name}"):
                        module = f"{module}.{alias.name}"
                    yield Import(
                        module, node.lineno, relative=node.level > 0, at_import_time=id(node) in eager
                    )

    def imports_anything(self) -> bool:
        return any(found.module != "__future__" for found in self.imports())

    def _package(self, level: int) -> str:
        folders = self.path.split("/")[:-1]
        kept = folders[: len(folders) - (level - 1)]
        return ".".join([PACKAGE, *kept])

    def _is_module(self, name: str) -> bool:
        if not name.startswith(f"{PACKAGE}."):
            return False
        place = ROOT.joinpath(*name.split(".")[1:])
        return place.with_suffix(".py").is_file() or place.is_dir()


def _at_import_time(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            continue
        yield child
        yield from _at_import_time(child)


@cache
def files() -> tuple[Path, ...]:
    """The project's own files: not the environment, not what tools made, nothing hidden but the top level's."""
    found = []
    for folder, subfolders, names in os.walk(ROOT):
        subfolders[:] = [name for name in subfolders if name == ".ci" or not NOT_OURS.fullmatch(name)]
        found += [Path(folder, name) for name in names if not NOT_OURS.fullmatch(name) or folder == str(ROOT)]
    return tuple(sorted(path for path in found if not path.name.startswith(".coverage")))


@cache
def sources() -> tuple[Source, ...]:
    """Every Python file of the project, the tests' too."""
    read = []
    for path in files():
        if path.suffix != ".py":
            continue
        text = path.read_text(encoding="utf-8")
        read.append(Source(path.relative_to(ROOT).as_posix(), text, ast.parse(text)))
    return tuple(read)


def package_sources() -> list[Source]:
    """The files that are installed: the four layers, and the root's ``__init__``."""
    return [source for source in sources() if source.layer or source.path == "__init__.py"]


def sources_under(folder: str) -> list[Source]:
    """The files of one folder."""
    return [source for source in sources() if source.path.startswith(f"{folder}/")]
