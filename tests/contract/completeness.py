"""What a contract leaves out of its port, read from the syntax tree of its tests.

A method counts as tested where a test of the contract calls it on the object under test and asserts
something; a name in a comment, a string, a lambda or an inner function that nobody calls does not count.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator

WORD_START = re.compile(r"(?<!^)(?=[A-Z])")


def snake_case(name: str) -> str:
    return WORD_START.sub("_", name).lower()


def public_names(port: type) -> set[str]:
    """The methods and properties that a port promises."""
    return {name for name in vars(port) if not name.startswith("_")}


def documented_names(port: type) -> set[str]:
    """Every word in the docstrings of a port and its methods: the errors that it raises are among them."""
    texts = [inspect.getdoc(port), *(inspect.getdoc(getattr(port, name)) for name in public_names(port))]
    return set(re.findall(r"\w+", " ".join(text or "" for text in texts)))


def used_names(source: str) -> set[str]:
    """Every name that the code of `source` uses, apart from where it is imported."""
    return {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}


def untested_names(port: type, contract_source: str) -> set[str]:
    """The promises of `port` that no test of its contract, ``<Port>Contract`` in the source, looks at."""
    subject = snake_case(port.__name__).rpartition("_")[2]
    tested: set[str] = set()
    for test in _tests_of(f"{port.__name__}Contract", ast.parse(contract_source)):
        nodes = list(_own_nodes(test))
        if any(_asserts(node) for node in nodes):
            tested |= {name for node in nodes for name in _promises_used(node, subject)}
    return {name for name in public_names(port) if _as_used(port, name) not in tested}


def subclassed_names(source: str) -> set[str]:
    """The names of the classes that the test classes of `source` are subclasses of."""
    return {
        base.id
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test")
        for base in node.bases
        if isinstance(base, ast.Name)
    }


def _tests_of(class_name: str, tree: ast.Module) -> Iterator[ast.AST]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name == class_name:
            yield from (
                item
                for item in node.body
                if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef) and item.name.startswith("test_")
            )


def _own_nodes(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield child
            yield from _own_nodes(child)


def _asserts(node: ast.AST) -> bool:
    return isinstance(node, ast.Assert) or (
        isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.raises"
    )


def _promises_used(node: ast.AST, subject: str) -> Iterator[str]:
    """Yield ``name`` for a property read, ``name()`` for a call, ``await name()`` for an awaited one."""
    if isinstance(node, ast.Await):
        yield from (f"await {name}" for name in _promises_used(node.value, subject) if name.endswith("()"))
    elif isinstance(node, ast.Call):
        yield from (f"{name}()" for name in _promises_used(node.func, subject) if "(" not in name)
    elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == subject:
        yield node.attr


def _as_used(port: type, name: str) -> str:
    member = vars(port)[name]
    if isinstance(member, property):
        return name
    return f"await {name}()" if inspect.iscoroutinefunction(member) else f"{name}()"
