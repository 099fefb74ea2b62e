"""The two documents that others read: the registry's entry and the bundle's manifest, and their rules."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

ROOT = Path(__file__).resolve().parents[1]
REGISTRY_ENTRY = ROOT / "server.json"
MANIFEST = ROOT / "release" / "mcpb" / "manifest.json"
_SCHEMAS = ROOT / "release" / "schemas"


def read_document(path: Path) -> dict[str, Any]:
    """Return the object that a JSON file holds."""
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def find_faults(document: Mapping[str, Any], schema: str) -> list[str]:
    """Return what a document breaks of the schema of that name, ``server`` or ``manifest``."""
    validator = Draft202012Validator(read_document(_SCHEMAS / f"{schema}.schema.json"))
    return [f"{fault.json_path}: {fault.message}" for fault in validator.iter_errors(document)]


def complete_manifest(version: str, tools: Mapping[str, str]) -> dict[str, Any]:
    """Return the bundle's manifest with what is known only when it is built: version and tools."""
    manifest = read_document(MANIFEST)
    listed = [{"name": name, "description": description} for name, description in tools.items()]
    return {**manifest, "version": version, "tools": listed}
