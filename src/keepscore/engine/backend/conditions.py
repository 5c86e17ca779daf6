"""A bound condition as an ibis expression. Three-valued like SQL; numbers stay exact decimals.

A quotient is kept as numerator over a positive denominator and multiplied across when it is compared. Where a product
could outgrow 38 digits its factors are held to what fits, and a larger one makes the condition unknown: never rounded,
never an overflow that stops a run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import and_, eq, ge, gt, le, lt, ne, or_
from typing import Any

import ibis
import ibis.expr.datatypes as dt

from keepscore.engine.contract.condition_tree import (
    And,
    Arithmetic,
    Between,
    Column,
    Compare,
    Condition,
    DatePart,
    In,
    Instant,
    IsNull,
    Like,
    Negative,
    Node,
    Not,
    Number,
    Or,
    Text,
    Truth,
)

WIDEST = 38     # digits of a decimal
_DAY = 86_400
_COMPARE: dict[str, Callable[[Any, Any], Any]] = {"=": eq, "<>": ne, "<": lt, "<=": le, ">": gt, ">=": ge}


def to_ibis(bound: Condition, column: Callable[[str], ibis.Value], local: Callable[[ibis.Value], ibis.Value]) -> ibis.BooleanValue:
    """`column(name)` gives a column's value, moments as int64 epoch seconds; `local` turns those into local seconds."""
    return _Writer(column, local).truth(bound.tree)


@dataclass(frozen=True, slots=True)
class _Decimal:
    """An exact decimal: at most `whole` digits before the point, `places` after it."""

    value: Any
    whole: int
    places: int

    def fitted(self, whole: int, places: int) -> Any:
        """As a decimal of that shape; what is too large for it is unknown."""
        shape = dt.Decimal(whole + places, places)
        if self.whole <= whole:
            return self.value.cast(shape)
        edge = ibis.literal(Decimal(10) ** whole, type=dt.Decimal(whole + 1, 0))
        return ibis.ifelse((self.value < edge) & (self.value > -edge), self.value, ibis.null(self.value.type())).cast(shape)


@dataclass(frozen=True, slots=True)
class _Ratio:
    """A number as a numerator over a denominator above zero; None is one."""

    top: _Decimal
    under: _Decimal | None = None


def _times(a: _Decimal, b: _Decimal | None) -> _Decimal:
    if b is None:
        return a
    places = a.places + b.places
    room = WIDEST - places
    one, two = a.whole, b.whole
    if one + two > room:
        one, two = (one, room - one) if one <= room // 2 else (room - two, two) if two <= room // 2 else (room // 2, room - room // 2)
    left, right = a.fitted(one, a.places), b.fitted(two, b.places)
    # ibis gives a product a type only if one side could hold the other
    widest = dt.Decimal(max(one + a.places, two + b.places), max(a.places, b.places))
    value = left.cast(widest) * right if a.places >= b.places else left * right.cast(widest)
    return _Decimal(value.cast(dt.Decimal(max(one + two + places, 1), places)), one + two, places)


def _aligned(a: _Decimal, b: _Decimal, *, spare: int = 0) -> tuple[Any, Any, int, int]:
    places = max(a.places, b.places)
    whole = min(max(a.whole, b.whole), WIDEST - places - spare)
    return a.fitted(whole, places), b.fitted(whole, places), whole, places


def _plus(a: _Decimal, b: _Decimal, op: str) -> _Decimal:
    left, right, whole, places = _aligned(a, b, spare=1)
    value = left + right if op == "+" else left - right
    return _Decimal(value.cast(dt.Decimal(whole + 1 + places, places)), whole + 1, places)


def _minus(a: _Decimal) -> _Decimal:
    return _Decimal(-a.value, a.whole, a.places)


def _over(a: _Ratio, b: _Ratio) -> _Ratio:
    """a / b with the sign moved to the top; a zero divisor becomes unknown."""
    top, under = _times(a.top, b.under), _times(b.top, a.under)
    zero = ibis.literal(Decimal(0), type=dt.Decimal(1, 0))
    signed = ibis.ifelse(under.value < zero, -top.value, top.value).cast(dt.Decimal(max(top.whole + top.places, 1), top.places))
    size = ibis.ifelse(under.value < zero, -under.value, ibis.ifelse(under.value > zero, under.value, ibis.null(under.value.type())))
    shaped = size.cast(dt.Decimal(max(under.whole + under.places, 1), under.places))
    return _Ratio(_Decimal(signed, top.whole, top.places), _Decimal(shaped, under.whole, under.places))


class _Writer:
    def __init__(self, column: Callable[[str], Any], local: Callable[[Any], Any]) -> None:
        self._column, self._local = column, local

    def truth(self, node: Node) -> Any:
        match node:
            case Truth():
                return ibis.literal(node.value)
            case Column():
                return self._column(node.name)
            case Not():
                return ~self.truth(node.item)
            case And():
                return reduce(and_, map(self.truth, node.items))
            case Or():
                return reduce(or_, map(self.truth, node.items))
            case IsNull():
                return self._unknown(node.item)
            case Like():
                return self._plain(node.item).like(node.pattern)
            case Compare():
                return self._compare(node.op, node.left, node.right)
            case Between():
                return self._compare(">=", node.item, node.low) & self._compare("<=", node.item, node.high)
            case In():
                return self._in(node)
        raise TypeError(f"{type(node).__name__} is not a condition")

    def _unknown(self, node: Node) -> Any:
        if isinstance(node, (Arithmetic, Negative)):
            ratio = self._ratio(node)
            top = ratio.top.value.isnull()
            return top if ratio.under is None else top | ratio.under.value.isnull()
        return self._plain(node).isnull()

    def _plain(self, node: Node) -> Any:
        """A text, a moment in seconds, or a truth."""
        match node:
            case Column():
                return self._column(node.name)
            case Text():
                return ibis.literal(node.value, type="string")
            case Instant():
                return ibis.literal(node.seconds, type="int64")
            case Number() | DatePart():
                return self._ratio(node).top.value
        return self.truth(node)

    def _compare(self, op: str, left: Node, right: Node) -> Any:
        if not _is_number(left):
            return _COMPARE[op](self._plain(left), self._plain(right))
        a, b = self._ratio(left), self._ratio(right)
        x, y, _, _ = _aligned(_times(a.top, b.under), _times(b.top, a.under))
        return _COMPARE[op](x, y)

    def _in(self, node: In) -> Any:
        if all(isinstance(option, (Text, Instant)) for option in node.options):
            item = self._plain(node.item)
            return item.isin([self._plain(option) for option in node.options])
        return reduce(or_, (self._compare("=", node.item, option) for option in node.options))

    def _ratio(self, node: Node) -> _Ratio:
        match node:
            case Number():
                places = max(0, -int(node.value.as_tuple().exponent))
                whole = max(1, len(str(abs(int(node.value)))))
                return _Ratio(_Decimal(ibis.literal(node.value, type=dt.Decimal(whole + places, places)), whole, places))
            case Column():
                return _Ratio(_decimal(self._column(node.name)))
            case DatePart():
                return _Ratio(_Decimal(_date_part(node.part, self._local(self._plain(node.item))), 5, 0))
            case Negative():
                inner = self._ratio(node.item)
                return _Ratio(_minus(inner.top), inner.under)
            case Arithmetic():
                return self._arithmetic(node)
        raise TypeError(f"{type(node).__name__} is not a number")

    def _arithmetic(self, node: Arithmetic) -> _Ratio:
        a, b = self._ratio(node.left), self._ratio(node.right)
        if node.op == "/":
            return _over(a, b)
        if node.op == "*":
            under = a.under if b.under is None else _times(b.under, a.under)
            return _Ratio(_times(a.top, b.top), under)
        under = a.under if b.under is None else _times(b.under, a.under)
        return _Ratio(_plus(_times(a.top, b.under), _times(b.top, a.under), node.op), under)


def _is_number(node: Node) -> bool:
    return isinstance(node, (Number, Arithmetic, Negative, DatePart)) or (isinstance(node, Column) and node.type == "number")


def _decimal(value: Any) -> _Decimal:
    kind = value.type()
    if isinstance(kind, dt.Decimal):
        return _Decimal(value, kind.precision - kind.scale, kind.scale)
    return _Decimal(value, 19, 0)   # int64


def _date_part(part: str, seconds: Any) -> Any:
    """Integer arithmetic on local seconds since 1970, so that every backend agrees."""
    days = seconds // _DAY
    if part == "hour":
        return (seconds - days * _DAY) // 3600
    if part == "weekday":
        since_monday = days + 3                                 # 1970-01-01 was a Thursday
        return since_monday - (since_monday // 7) * 7 + 1
    year, month, day = _civil(days)
    return {"year": year, "month": month, "day": day}[part]


def _civil(days: Any) -> tuple[Any, Any, Any]:
    """Year, month, day from days since 1970: the calendar counted in eras of 400 years that begin in March."""
    shifted = days + 719_468
    era = shifted // 146_097
    of_era = shifted - era * 146_097
    year_of_era = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    march_month = (5 * of_year + 2) // 153
    day = of_year - (153 * march_month + 2) // 5 + 1
    month = ibis.ifelse(march_month < 10, march_month + 3, march_month - 9)
    year = year_of_era + era * 400 + ibis.ifelse(month <= 2, 1, 0)
    return year, month, day
