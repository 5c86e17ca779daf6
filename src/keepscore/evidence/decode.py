"""Back from JSON to the frozen results: `decode(Scorecard, to_json(scorecard)) == scorecard`.

The types come from the annotations of the dataclasses, so that a new field needs no code here.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


class Undecodable(ValueError):
    """JSON that does not have the shape of the result it should hold."""


def decode(kind: type[T], value: Any) -> T:
    """A result dataclass from its JSON; Undecodable names the field that does not fit."""
    result: T = _decode(kind, value, kind.__name__)
    return result


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise TypeError
    return int(value)


def _exactly(kind: type) -> Callable[[Any], Any]:
    def check(value: Any) -> Any:
        if type(value) is not kind:
            raise TypeError
        return value

    return check


_PLAIN: Mapping[Any, Callable[[Any], Any]] = {
    str: _exactly(str), bool: _exactly(bool), int: _whole, Fraction: Fraction, Decimal: Decimal,
    datetime: _moment, date: date.fromisoformat, Any: lambda value: value,
}


@cache
def _hints(kind: type) -> dict[str, Any]:
    """The annotations of a dataclass's fields; a page decodes thousands, so this and `_shape` are asked once a type."""
    hints = get_type_hints(kind)
    return {item.name: hints[item.name] for item in fields(kind)}


@cache
def _shape(kind: Any) -> tuple[bool, Any, tuple[Any, ...]]:
    return is_dataclass(kind), get_origin(kind), get_args(kind)


def _decode(kind: Any, value: Any, path: str) -> Any:
    has_fields, origin, arguments = _shape(kind)
    if has_fields:
        return _decode_fields(kind, value, path)
    if origin in (Union, types.UnionType):
        return _decode_optional(arguments, value, path)
    if origin is Literal:
        return value if value in arguments else _refuse(value, f"one of {', '.join(map(str, arguments))}", path)
    if origin is tuple:
        return _decode_tuple(arguments, value, path)
    if origin is dict:
        if not isinstance(value, dict):
            return _refuse(value, "an object", path)
        return {key: _decode(arguments[1], item, f"{path}.{key}") for key, item in value.items()}
    try:
        return _PLAIN[kind](value)
    except (TypeError, ValueError, ZeroDivisionError, ArithmeticError):
        return _refuse(value, getattr(kind, "__name__", str(kind)), path)


def _decode_fields(kind: Any, value: Any, path: str) -> Any:
    hints = _hints(kind)
    if not isinstance(value, dict) or value.keys() != hints.keys():
        return _refuse(value, f"an object with exactly {', '.join(sorted(hints))}", path)
    return kind(**{name: _decode(hints[name], item, f"{path}.{name}") for name, item in value.items()})


def _decode_optional(arguments: tuple[Any, ...], value: Any, path: str) -> Any:
    if value is None and type(None) in arguments:
        return None
    (only,) = [kind for kind in arguments if kind is not type(None)]
    return _decode(only, value, path)


def _decode_tuple(arguments: tuple[Any, ...], value: Any, path: str) -> Any:
    if not isinstance(value, list):
        return _refuse(value, "a list", path)
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        return tuple(_decode(arguments[0], item, f"{path}[{at}]") for at, item in enumerate(value))
    if len(arguments) != len(value):
        return _refuse(value, f"a list of {len(arguments)}", path)
    return tuple(_decode(kind, item, f"{path}[{at}]") for at, (kind, item) in enumerate(zip(arguments, value, strict=True)))


def _refuse(value: Any, wanted: str, path: str) -> Any:
    raise Undecodable(f"{path}: found {str(value)[:60]!r}, {wanted} is expected")
