"""The codes of all errors, read from the syntax tree, so that none is missed wherever it is defined."""

from __future__ import annotations

import ast
import re

from tests.architecture.source_tree import package_sources


def error_classes() -> set[str]:
    """The name of every class of the package that is a `CronlyticError`, however far down."""
    bases = {
        node.name: {ast.unparse(base) for base in node.bases}
        for source in package_sources()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ClassDef)
    }
    found = {"CronlyticError"}
    while more := {name for name, above in bases.items() if above & found} - found:
        found |= more
    return found - {"CronlyticError"}


def error_codes() -> set[str]:
    """The codes, which are the names in snake case."""
    return {re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower() for name in error_classes()}
