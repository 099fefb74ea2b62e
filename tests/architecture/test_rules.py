"""House rules that a linter does not know."""

from __future__ import annotations

import ast
import re
import statistics

from tests.architecture.source_tree import LAYERS, PACKAGE, Source, package_sources, sources

LONGEST_FILE = 250
LONGEST_FUNCTION = 40
MEDIAN_FILE = 80
# path, or path:function -> lines, and the reason that a reader would accept
LONGER_FOR_A_REASON: dict[str, tuple[int, str]] = {}

NAMES_THAT_SAY_NOTHING = re.compile(r"(^|_)(utils?|helpers?|managers?|base|common|misc|stuff)(_|$)")
THE_TIME = {"now", "utcnow", "today"}


def names_of(tree: ast.Module) -> list[str]:
    """The names of a file's classes and functions, in snake case."""
    return [
        re.sub(r"(?<!^)(?=[A-Z])", "_", node.name).lower()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        if not node.name.startswith("test_")  # a sentence, not a name
    ]


def stateful_classes(source: Source) -> set[str]:
    """Public classes that are neither values (frozen), nor enumerations, nor errors."""
    return {
        node.name
        for node in source.tree.body
        if isinstance(node, ast.ClassDef)
        if node.name[0] != "_" and not node.decorator_list
        if not re.search(r"Enum|Error|Exception|Protocol", ast.unparse(node).partition(":")[0])
    }


def evaluated_at_import(tree: ast.Module) -> list[ast.AST]:
    """Default arguments, and the statements of the module itself."""
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    defaults = [
        value for f in functions for value in [*f.args.defaults, *f.args.kw_defaults] if value is not None
    ]
    return [
        *defaults,
        *(node for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign | ast.Expr)),
    ]


def test_these_tests_see_every_layer():
    """Else a wrong path would let every other test here pass on nothing."""
    assert {source.layer for source in package_sources()} == {*LAYERS, None}


def test_no_module_class_or_function_has_a_name_that_says_nothing():
    empty = [
        f"{source.path}: {name}"
        for source in sources()
        for name in [*source.path.removesuffix(".py").split("/"), *names_of(source.tree)]
        # `base_url` is a setting's documented name.
        if NAMES_THAT_SAY_NOTHING.search(name.strip("_").replace("base_url", "url"))
    ]

    assert not empty, f"name them after what they hold or do: {empty}"


def test_only_the_system_clock_reads_the_time():
    readers = []
    for source in package_sources():
        if source.path.startswith("adapters/system/"):
            continue
        readers += [
            f"{source.path}:{found.line} imports time" for found in source.imports() if found.top == "time"
        ]
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Attribute) and node.attr in THE_TIME:
                owner = ast.unparse(node.value).rpartition(".")[2]
                if owner in {"datetime", "date"}:
                    readers.append(f"{source.path}:{node.lineno} {owner}.{node.attr}")

    assert not readers, f"take a Clock instead: {readers}"


WIRING = {
    "entrypoints/wiring.py",
    "entrypoints/cloud_wiring.py",
    "entrypoints/encryption_wiring.py",
    "entrypoints/engine_wiring.py",
    "entrypoints/planner_wiring.py",
    "__init__.py",
}


def test_only_the_wiring_reaches_adapters():
    """And so nothing else can construct one. The root names them for embedding programs, as types."""
    past_it = [
        f"{source.path}:{found.line} imports {found.module}"
        for source in package_sources()
        if source.layer != "adapters" and source.path not in WIRING
        for found in source.imports()
        if found.layer == "adapters"
    ]

    assert not past_it


def test_no_default_argument_and_no_import_makes_a_part_of_an_adapter():
    """A gateway in a default argument would be shared by everyone, and opened by an import."""
    roles = {
        name
        for source in package_sources()
        if source.layer == "adapters"
        for name in stateful_classes(source)
    }
    early = [
        f"{source.path}:{node.lineno} {ast.unparse(node)[:60]}"
        for source in package_sources()
        if source.layer in {"adapters", "entrypoints"}
        for place in evaluated_at_import(source.tree)
        for node in ast.walk(place)
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in roles
    ]

    assert not early


def test_files_are_short():
    too_long = {
        source.path: lines
        for source in sources()
        if not source.path.startswith("tests/")
        if (lines := source.text.count("\n")) > LONGER_FOR_A_REASON.get(source.path, (LONGEST_FILE, ""))[0]
    }

    assert not too_long, f"split by subject, or write the reason into LONGER_FOR_A_REASON: {too_long}"


def test_a_typical_file_is_shorter_still():
    lengths = [source.text.count("\n") for source in package_sources() if source.text]

    assert statistics.median(lengths) < MEDIAN_FILE


def test_functions_are_short():
    too_long = {}
    for source in sources():
        if source.path.startswith("tests/"):
            continue
        for node in ast.walk(source.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                name, lines = f"{source.path}:{node.name}", (node.end_lineno or 0) - node.lineno + 1
                if lines > LONGER_FOR_A_REASON.get(name, (LONGEST_FUNCTION, ""))[0]:
                    too_long[name] = lines

    assert not too_long, f"split by step, or write the reason into LONGER_FOR_A_REASON: {too_long}"


def test_no_exception_outlives_its_reason():
    names = {source.path: source.text.count("\n") for source in sources()}
    for source in sources():
        for node in ast.walk(source.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                names[f"{source.path}:{node.name}"] = (node.end_lineno or 0) - node.lineno + 1
    limits = {name: LONGEST_FUNCTION if ":" in name else LONGEST_FILE for name in LONGER_FOR_A_REASON}

    assert not [name for name, limit in limits.items() if names.get(name, 0) <= limit]


def test_every_module_says_what_it_is():
    silent = [s.path for s in package_sources() if s.tree.body and ast.get_docstring(s.tree) is None]

    assert not silent


def test_every_module_defers_its_annotations():
    """So that an annotation never decides what is imported, and every module reads the same."""
    eager = [
        source.path
        for source in package_sources()
        if source.tree.body and "from __future__ import annotations" not in source.text
    ]

    assert not eager


def test_the_packages_of_the_layers_are_empty():
    """What a package's ``__init__`` imported, every import of one of its modules would pay for."""
    full = [
        s.path
        for s in package_sources()
        if s.layer and s.path.endswith("__init__.py") and s.imports_anything()
    ]

    assert not full


def test_the_root_holds_no_module_but_the_public_face():
    modules = [source.path for source in sources() if "/" not in source.path]

    assert modules == ["__init__.py"], (
        f"a module belongs into one of {LAYERS}, imported as {PACKAGE}.LAYER.MODULE"
    )
