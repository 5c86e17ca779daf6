"""Reads a mapping file: every fault with its line, its key, what was found and what would be right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from keepscore.engine.contract.model import Fault
from keepscore.records.checks.errors import shown
from keepscore.records.mapping_model import ImportMapping, MappingError
from keepscore.records.mapping_tree import Tree, dotted, read_tree


def load_mapping(path: str | Path) -> ImportMapping:
    """The mapping of a YAML (or JSON) file. Raises MappingError with all faults, OSError where it cannot be opened."""
    path = Path(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise MappingError(str(path), (Fault(1, "", "syntax", "bytes that are not UTF-8", "a file in UTF-8"),)) from None
    return loads_mapping(text, name=str(path))


def loads_mapping(text: str, *, name: str = "mapping") -> ImportMapping:
    """The mapping of a text. Raises MappingError with all faults."""
    tree = read_tree(text)
    if tree.faults:
        raise MappingError(name, tuple(tree.faults))
    if not isinstance(tree.value, dict):
        raise MappingError(name, (Fault(1, "", "schema", shown(str(tree.value)), "a mapping with keepscore, source and fields"),))
    try:
        return ImportMapping.model_validate(tree.value)
    except ValidationError as error:
        raise MappingError(name, tuple(_fault(tree, item) for item in error.errors())) from None


def mapping_schema() -> dict[str, Any]:
    """The published JSON Schema of a mapping file."""
    schema = ImportMapping.model_json_schema()
    schema["properties"]["keepscore"] = {"enum": ["1", 1], "description": "version of this form"}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Keepscore import mapping"}


def _fault(tree: Tree, item: ErrorDetails) -> Fault:
    path = tuple(item["loc"])
    value: Any = tree.value
    for part in path:
        known = (isinstance(value, dict) and part in value) or (isinstance(value, list) and isinstance(part, int) and part < len(value))
        value = value[part] if known else None
    found = "nothing" if value is None else shown(value) if isinstance(value, str) else "a list" if isinstance(value, list) else "a mapping"
    return Fault(tree.line(path), dotted(path), "schema", found, _expected(item))


def _expected(item: ErrorDetails) -> str:
    context = item.get("ctx", {})
    if item["type"] == "extra_forbidden":
        return "no such key is known here; remove it or correct its name"
    if item["type"] == "missing":
        return "this key is needed"
    if item["type"] == "literal_error":
        return f"one of {context['expected']}"
    if item["type"] == "value_error":
        return str(context["error"])
    return item["msg"][:1].lower() + item["msg"][1:]
