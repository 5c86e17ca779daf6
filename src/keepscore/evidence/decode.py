"""Back from JSON to the frozen results: `decode(Scorecard, to_json(scorecard)) == scorecard`.

The types come from the annotations of the dataclasses, so that a new field needs no code here. Each type is made into a
function once, for a page decodes thousands of values.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import repeat
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
Read = Callable[[Any], Any]


class Undecodable(ValueError):
    """JSON that does not have the shape of the result it should hold."""


class _Unfit(Exception):
    """A value that does not fit; the way to it is told from the inside out."""

    def __init__(self, value: Any, wanted: str, path: str = "") -> None:
        super().__init__(value, wanted, path)
        self.value, self.wanted, self.path = value, wanted, path

    def under(self, step: str) -> _Unfit:
        return _Unfit(self.value, self.wanted, step + self.path)


def decode(kind: type[T], value: Any) -> T:
    """A result dataclass from its JSON; Undecodable names the field that does not fit."""
    named: Any = kind
    try:
        result: T = _reader(named)(value)
    except _Unfit as unfit:
        found = f"found {str(unfit.value)[:60]!r}, {unfit.wanted} is expected"
        raise Undecodable(f"{kind.__name__}{unfit.path}: {found}") from None
    return result


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise TypeError
    return int(value)


def _fraction(value: Any) -> Fraction:
    """As Fraction reads it; "n/d", which is how results are written, without its pattern."""
    over, slash, under = value.partition("/") if isinstance(value, str) else ("", "", "")
    if slash and under.isdecimal() and over.removeprefix("-").isdecimal():
        return Fraction(int(over), int(under))
    return Fraction(value)


def _exactly(kind: type) -> Read:
    def check(value: Any) -> Any:
        if type(value) is not kind:
            raise TypeError
        return value

    return check


_PLAIN: Mapping[Any, Read] = {
    str: _exactly(str), bool: _exactly(bool), int: _whole, Fraction: _fraction, Decimal: Decimal,
    datetime: _moment, date: date.fromisoformat, Any: lambda value: value,
}


@cache
def _reader(kind: Any) -> Read:
    """What reads a value of this type."""
    origin, arguments = get_origin(kind), get_args(kind)
    if is_dataclass(kind):
        return _fields(kind)
    if origin in (Union, types.UnionType):
        return _optional(arguments)
    if origin is Literal:
        return _one_of(arguments)
    if origin is tuple:
        return _items(arguments[0]) if len(arguments) == 2 and arguments[1] is Ellipsis else _places(arguments)
    return _mapping(arguments[1]) if origin is dict else _plain(kind)


def _fields(kind: Any) -> Read:
    hints = get_type_hints(kind)
    readers = {item.name: _reader(hints[item.name]) for item in fields(kind)}
    wanted = f"an object with exactly {', '.join(sorted(readers))}"

    def read(value: Any) -> Any:
        if not isinstance(value, dict) or value.keys() != readers.keys():
            raise _Unfit(value, wanted)
        made = {}
        try:
            for name, item in value.items():
                made[name] = readers[name](item)
        except _Unfit as unfit:
            raise unfit.under(f".{name}") from None
        return kind(**made)

    return read


def _optional(arguments: tuple[Any, ...]) -> Read:
    (only,) = [_reader(kind) for kind in arguments if kind is not type(None)]
    return (lambda value: None if value is None else only(value)) if type(None) in arguments else only


def _one_of(values: tuple[Any, ...]) -> Read:
    wanted = f"one of {', '.join(map(str, values))}"

    def read(value: Any) -> Any:
        if value not in values:
            raise _Unfit(value, wanted)
        return value

    return read


def _items(kind: Any) -> Read:
    one = _reader(kind)
    return lambda value: _each(value, repeat(one))


def _places(kinds: tuple[Any, ...]) -> Read:
    readers = tuple(_reader(kind) for kind in kinds)

    def read(value: Any) -> Any:
        if isinstance(value, list) and len(value) != len(readers):
            raise _Unfit(value, f"a list of {len(readers)}")
        return _each(value, readers)

    return read


def _each(value: Any, readers: Iterable[Read]) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise _Unfit(value, "a list")
    made: list[Any] = []
    try:
        for read, item in zip(readers, value, strict=False):
            made.append(read(item))      # so many were read before the one that does not fit
    except _Unfit as unfit:
        raise unfit.under(f"[{len(made)}]") from None
    return tuple(made)


def _mapping(kind: Any) -> Read:
    one = _reader(kind)

    def read(value: Any) -> Any:
        if not isinstance(value, dict):
            raise _Unfit(value, "an object")
        made = {}
        try:
            for key, item in value.items():
                made[key] = one(item)
        except _Unfit as unfit:
            raise unfit.under(f".{key}") from None
        return made

    return read


def _plain(kind: Any) -> Read:
    convert, wanted = _PLAIN[kind], getattr(kind, "__name__", str(kind))

    def read(value: Any) -> Any:
        try:
            return convert(value)
        except (TypeError, ValueError, ZeroDivisionError, ArithmeticError):
            raise _Unfit(value, wanted) from None

    return read
