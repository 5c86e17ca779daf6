"""The published JSON Schema of `scorecard.json`, made from the result's own classes."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from keepscore.engine import results

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_PLAIN: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    NoneType: {"type": "null"},
    Fraction: {"type": "string", "pattern": r"^-?\d+/[1-9]\d*$", "description": "an exact fraction, numerator/denominator"},
    Decimal: {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"},
    datetime: {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", "description": "a moment in UTC"},
    date: {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$", "description": "a day"},
}


def scorecard_schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of what `results.to_json` makes of a Scorecard: every field is there, none besides."""
    parts: dict[str, Any] = {}
    root = _schema(results.Scorecard, parts)
    return {"$schema": DIALECT, "title": "Keepscore scorecard", **root, "$defs": dict(sorted(parts.items()))}


def _schema(kind: Any, parts: dict[str, Any]) -> dict[str, Any]:
    if kind in _PLAIN:
        return dict(_PLAIN[kind])
    if is_dataclass(kind):
        return _reference(kind, parts)
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Literal:
        return {"enum": list(inner)}
    if origin in (Union, UnionType):
        return {"anyOf": [_schema(one, parts) for one in inner]}
    if origin in (tuple, list) and (len(inner) == 1 or inner[-1] is Ellipsis):
        return {"type": "array", "items": _schema(inner[0], parts)}
    if origin is dict:
        return {"type": "object", "additionalProperties": _schema(inner[1], parts)}
    raise TypeError(f"{kind} has no JSON form; teach results_schema what to_json makes of it")


def _reference(kind: Any, parts: dict[str, Any]) -> dict[str, Any]:
    name = kind.__name__
    if name not in parts:
        parts[name] = {}    # a class that holds itself finds its name here
        hints = get_type_hints(kind)
        parts[name] = {
            "type": "object",
            "properties": {field.name: _schema(hints[field.name], parts) for field in fields(kind)},
            "required": [field.name for field in fields(kind)],
            "additionalProperties": False,
            **({"description": kind.__doc__.strip().splitlines()[0]} if not kind.__doc__.startswith(f"{name}(") else {}),
        }
    return {"$ref": f"#/$defs/{name}"}
