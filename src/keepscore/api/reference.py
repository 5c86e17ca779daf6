"""The OpenAPI document as a page to read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from keepscore.web.nav import address

SUCCESS = ("200", "201", "202")


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    place: str          # path, query, header
    kind: str
    is_required: bool
    says: str


@dataclass(frozen=True, slots=True)
class OperationRow:
    anchor: str
    method: str
    path: str
    summary: str
    says: str
    scope: str
    body: str           # media types it takes
    parameters: tuple[Parameter, ...]
    answers: tuple[tuple[str, str], ...]
    fields: tuple[tuple[str, str, str], ...]        # of a successful answer: name, kind, what it says


@dataclass(frozen=True, slots=True)
class Section:
    name: str
    operations: tuple[OperationRow, ...]


@dataclass(frozen=True, slots=True)
class ReferencePage:
    sections: tuple[Section, ...]
    document_url: str
    tokens_url: str


def reference_page(document: dict[str, Any]) -> ReferencePage:
    found: dict[str, list[OperationRow]] = {}
    parts = document["components"]["schemas"]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            found.setdefault(operation["tags"][0], []).append(_operation(path, method, operation, parts))
    sections = tuple(Section(name, tuple(rows)) for name, rows in found.items())
    return ReferencePage(sections, address("api-openapi"), address("tokens"))


def _operation(path: str, method: str, operation: dict[str, Any], parts: dict[str, Any]) -> OperationRow:
    body = operation.get("requestBody", {}).get("content", {})
    answers = operation["responses"]
    good: dict[str, Any] = next((answers[code] for code in SUCCESS if code in answers), {})
    return OperationRow(
        operation["operationId"], method.upper(), path, operation["summary"], operation.get("description", ""), operation["x-scope"],
        ", ".join(body), tuple(_parameter(item, parts) for item in operation.get("parameters", ())),
        tuple((code, answer.get("description", "")) for code, answer in answers.items()),
        _fields(good.get("content", {}).get("application/json", {}).get("schema", {}), parts),
    )  # fmt: skip


def _parameter(item: dict[str, Any], parts: dict[str, Any]) -> Parameter:
    schema = item["schema"]
    says = item.get("description") or schema.get("description", "")
    return Parameter(item["name"], item["in"], _kind(schema, parts), item.get("required", False), says)


def _fields(schema: dict[str, Any], parts: dict[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """Those of the object that is answered; of a list, those of its rows."""
    whole = _resolved(schema, parts)
    if "items" in whole.get("properties", {}):
        whole = _resolved(whole["properties"]["items"], parts)
    if whole.get("type") == "array":
        whole = _resolved(whole["items"], parts)
    return tuple((name, _kind(item, parts), item.get("description", "")) for name, item in whole.get("properties", {}).items())


def _resolved(schema: dict[str, Any], parts: dict[str, Any]) -> dict[str, Any]:
    named = schema.get("$ref", "").removeprefix("#/components/schemas/")
    return parts[named] if named else schema


def _kind(schema: dict[str, Any], parts: dict[str, Any]) -> str:
    """A few plain letters: string, integer or null, list of object."""
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_kind(one, parts) for one in schema["anyOf"]))
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return ", ".join(str(value) for value in schema["enum"] if value)
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'], parts)}"
    return str(schema.get("format") or schema.get("type") or "any")
