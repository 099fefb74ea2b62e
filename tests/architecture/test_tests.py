"""The tests exercise our code as it is: nothing of ours is replaced or mocked."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.architecture.source_tree import PACKAGE, Source, sources_under

REPLACING = {"setattr", "delattr", "setitem", "delitem"}
MOCKS = {"mock", "pytest_mock", "flexmock", "asynctest"}


def calls(source: Source) -> Iterator[tuple[int, str]]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func)


def test_no_test_uses_a_mock():
    mocks = [
        f"{source.path}:{found.line} imports {found.module}"
        for source in sources_under("tests")
        for found in source.imports()
        if found.top in MOCKS
        or (found.top == "unittest" and "mock" in source.text.splitlines()[found.line - 1])
    ]

    assert not mocks, f"use MemoryGateway, the stub API or a real process: {mocks}"


def test_no_test_asks_for_a_mocking_fixture():
    asked = [
        f"{source.path}:{node.lineno} {node.name}"
        for source in sources_under("tests")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if {argument.arg for argument in node.args.args} & {"mocker", "class_mocker", "module_mocker"}
    ]

    assert not asked


def test_monkeypatch_changes_the_environment_and_no_code():
    patched = [
        f"{source.path}:{line} {function}"
        for source in sources_under("tests")
        for line, function in calls(source)
        if "monkeypatch" in function.lower() and function.rpartition(".")[2] in REPLACING
    ]

    assert not patched


def test_no_test_assigns_to_what_it_imported_from_the_package():
    assigned = []
    for source in sources_under("tests"):
        ours = {
            alias.asname or alias.name.partition(".")[0]
            for node in ast.walk(source.tree)
            if isinstance(node, ast.ImportFrom | ast.Import)
            for alias in node.names
            if (getattr(node, "module", None) or alias.name).partition(".")[0] == PACKAGE
        }
        assigned += [
            f"{source.path}:{node.lineno} {ast.unparse(node)}"
            for node in ast.walk(source.tree)
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store | ast.Del)
            if ast.unparse(node.value).partition(".")[0] in ours
        ]

    assert not assigned


def test_no_test_puts_its_thread_to_sleep():
    """It would hide a race and slow every run. A loop's own sleep may run on a clock that a test turns."""
    sleeps = [
        f"{source.path}:{node.lineno} {ast.unparse(node)}"
        for source in sources_under("tests")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"time.sleep", "sleep"}
    ]

    assert not sleeps, f"wait for an event: {sleeps}"


def test_folders_of_tests_are_no_packages():
    """With an ``__init__`` they would be part of the root, a package named after the clone's folder."""
    folders = {source.path.rpartition("/")[0] for source in sources_under("tests") if "/test_" in source.path}
    packages = [
        source.path
        for source in sources_under("tests")
        if source.path.endswith("/__init__.py")
        if any(f"{folder}/".startswith(source.path.removesuffix("__init__.py")) for folder in folders)
    ]

    assert not packages, f"remove them; `from tests.stub_api import StubApi` works without: {packages}"
