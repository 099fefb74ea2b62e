"""Each layer imports what it may, and nothing else: also inside functions, also from the standard library."""

from __future__ import annotations

import sys

import pytest

from tests.architecture.source_tree import LAYERS, PACKAGE, Source, package_sources, sources

# The domain and the use-cases are values and decisions. What reads the world (clock, files, network,
# environment, logging, an event loop) is not in these lists, so that it cannot come in unnoticed.
PURE = {
    "__future__",
    "base64",
    "binascii",
    "bisect",
    "calendar",
    "collections",
    "copy",
    "datetime",
    "difflib",
    "enum",
    "functools",
    "hashlib",
    "heapq",
    "hmac",
    "ipaddress",
    "itertools",
    "json",
    "math",
    "operator",
    "re",
    "statistics",
    "string",
    "struct",
    "types",
    "typing",
    "unicodedata",
    "urllib.parse",
    "zoneinfo",
}
DOMAIN = PURE | {"attrs", "croniter", "cron_descriptor", "idna"}
APPLICATION = PURE | {"asyncio", "attrs", "contextlib", "contextvars", "uuid"}
# An adapter has one technology, and the standard library. So has the entrypoint of each protocol.
THIRD_PARTY = {
    "adapters/cronlytic": {"aiohttp", "attrs", "cattrs", "yarl"},
    "adapters/encryption": {"attrs", "cryptography", "keyring"},
    "adapters/local": {"attrs"},
    "adapters/memory": {"attrs"},
    "adapters/openai": {"attrs", "openai"},
    "adapters/prometheus": {"attrs", "prometheus_client"},
    "adapters/resilience": {"async_lru", "attrs", "tenacity"},
    # anyio, because a cancellation of its kind comes again and again until a shield of its own stops it.
    "adapters/sql": {"alembic", "anyio", "attrs", "cattrs", "platformdirs", "psycopg", "sqlalchemy"},
    "adapters/system": {"attrs"},
    "adapters/webhook": {"aiohttp", "attrs", "yarl"},
    # pydantic is how the SDK says that a message is none; we make no model of our own.
    "entrypoints/mcp": {"anyio", "attrs", "cattrs", "jsonschema", "mcp", "mcp_types", "pydantic"},
    "entrypoints": {"anyio", "attrs", "structlog"},
    "entrypoints/operations": {"aiohttp", "attrs"},
    "entrypoints/portability": {"attrs", "yaml"},
    "__init__.py": set(),
}
ALLOWED_LAYERS = {layer: set(LAYERS[: LAYERS.index(layer) + 1]) for layer in LAYERS}


def allowed_third_party(path: str) -> set[str]:
    """The third-party packages for a file outside domain and application, by its closest folder."""
    place = path
    while place not in THIRD_PARTY:
        place, slash, _ = place.rpartition("/")
        assert slash or place, f"{path} is in no folder that THIRD_PARTY knows: add its folder there"
    return THIRD_PARTY[place]


def outside_the_package(source: Source) -> list[tuple[str, int]]:
    return [(found.module, found.line) for found in source.imports() if found.top != PACKAGE]


@pytest.mark.parametrize(("layer", "allowed"), [("domain", DOMAIN), ("application", APPLICATION)])
def test_the_inner_layers_import_only_what_their_list_names(layer, allowed):
    strangers = [
        f"{source.path}:{line} imports {module}"
        for source in package_sources()
        if source.layer == layer
        for module, line in outside_the_package(source)
        if not {module, module.partition(".")[0]} & allowed
    ]

    assert not strangers, (
        f"{layer} may not import these; move the code outwards or behind a port: {strangers}"
    )


def test_adapters_and_entrypoints_use_only_the_technology_that_is_theirs():
    strangers = [
        f"{source.path}:{line} imports {module}"
        for source in package_sources()
        if source.layer not in {"domain", "application"}
        for module, line in outside_the_package(source)
        if (top := module.partition(".")[0]) not in sys.stdlib_module_names
        if top not in allowed_third_party(source.path)
    ]

    assert not strangers


def test_a_layer_knows_only_itself_and_the_layers_below():
    upwards = [
        f"{source.path}:{found.line} imports {found.module}"
        for source in package_sources()
        if source.layer
        for found in source.imports()
        if found.layer and found.layer not in ALLOWED_LAYERS[source.layer]
    ]

    assert not upwards


def test_adapters_do_not_import_each_other():
    def adapter(name: str) -> str:
        return name.replace("/", ".").removeprefix(f"{PACKAGE}.").split(".")[1]

    sideways = [
        f"{source.path}:{found.line} imports {found.module}"
        for source in package_sources()
        if source.layer == "adapters" and source.path.count("/") > 1
        for found in source.imports()
        if found.layer == "adapters" and adapter(found.module) != adapter(source.path)
    ]

    assert not sideways


def test_imports_inside_the_package_are_relative():
    absolute = [
        f"{source.path}:{found.line} imports {found.module}"
        for source in package_sources()
        for found in source.imports()
        if not found.relative and (found.top == PACKAGE or found.top in {*LAYERS, "tests"})
    ]

    assert not absolute, f"write them as `from ..domain.job import Job`: {absolute}"


def test_everything_else_imports_the_package_by_its_name():
    by_folder = [
        f"{source.path}:{found.line} imports {found.module}"
        for source in sources()
        if source not in package_sources()
        for found in source.imports()
        if found.top in LAYERS
    ]

    assert not by_folder, f"`import domain` would load every class a second time: {by_folder}"
