"""The published JSON Schema of the contract file, made from the model."""

from __future__ import annotations

from typing import Any

from keepscore.engine.contract.model import Contract

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def contract_schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of a contract as written: numbers and true/false may stand with or without quotes."""
    schema = _as_written(Contract.model_json_schema(by_alias=True, mode="validation"))
    parts = schema["$defs"]
    parts["Within"]["properties"]["within"] = _or(parts["Within"]["properties"]["within"], {"$ref": "#/$defs/LimitText"})
    parts["LimitText"] = {"type": "string", "pattern": r"^(\d{1,9}(\.\d{1,3})?\s*[smhd]\s*)+$"}
    parts["Function"]["properties"]["planned"] = _or(parts["Function"]["properties"]["planned"], {"$ref": "#/$defs/Planned"})
    schema["oneOf"] = [{"required": [key]} for key in ("client", "clients", "every")]
    rules = ("kept_when", "value", "availability", "reported", "fact")
    parts["Measure"]["oneOf"] = [{"required": [key]} for key in rules]
    parts["Target"]["oneOf"] = [{"required": [key]} for key in ("at_least", "at_most", "between")]
    return {"$schema": DIALECT, **schema, "title": "Keepscore contract"}


def _or(field: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    description = field.pop("description", "")
    default = {"default": field.pop("default")} if "default" in field else {}
    return {"anyOf": [other, field], "description": description, **default}


def _as_written(node: Any) -> Any:
    """Scalars are read as text, so a number or a truth may be written with quotes or without."""
    if isinstance(node, list):
        return [_as_written(item) for item in node]
    if not isinstance(node, dict):
        return node
    result = {key: _as_written(value) for key, value in node.items() if key != "title" or not isinstance(value, str)}
    if "const" in result:
        return {**{k: v for k, v in result.items() if k not in ("const", "type")}, "enum": [result["const"], 1]}
    kind = result.get("type")
    if kind == "string" and "enum" not in result and result.get("format") != "date":
        result["type"] = ["string", "number", "boolean"]
    elif kind == "integer":
        result["type"], result["pattern"] = ["integer", "string"], r"^\d{1,9}$"
    elif kind == "boolean":
        result["type"] = ["boolean", "string"]
    return result
