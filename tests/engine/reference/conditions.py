"""A condition for one record, with the three values of SQL: true, false and None for unknown."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from keepscore.engine.contract.condition_tree import (
    And,
    Arithmetic,
    Between,
    Column,
    Compare,
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
from keepscore.engine.contract.conditions import bind, parse
from tests.engine.clock.reference import pinned_zone

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PARTS: dict[str, Callable[[datetime], int]] = {
    "hour": lambda at: at.hour, "day": lambda at: at.day, "month": lambda at: at.month, "year": lambda at: at.year,
    "weekday": lambda at: at.isoweekday(),
}


def holds(text: str, row: Mapping[str, Any], types: Mapping[str, Any], timezone: str) -> bool | None:
    """Whether a condition holds for a record."""
    found = value(bind(parse(text), types, timezone).tree, row, timezone)
    assert found in (True, False, None)
    return found


def names(text: str, column: str) -> bool:
    return column in parse(text).columns


def value(node: Node, row: Mapping[str, Any], timezone: str) -> Any:
    """A number as a Fraction, a moment as a datetime, a text, a truth, or None."""
    def of(item: Node) -> Any:
        return value(item, row, timezone)

    match node:
        case Truth() | Text():
            return node.value
        case Number():
            return Fraction(node.value)
        case Instant():
            return EPOCH + timedelta(seconds=node.seconds)
        case Column():
            found = row[node.name]
            return Fraction(found) if isinstance(found, (int, Decimal)) and not isinstance(found, bool) else found
        case DatePart():
            at = of(node.item)
            return None if at is None else Fraction(PARTS[node.part](at.astimezone(pinned_zone(timezone))))
        case Negative():
            return None if of(node.item) is None else -of(node.item)
        case Arithmetic():
            return _arithmetic(node.op, of(node.left), of(node.right))
        case Compare():
            return _compare(node.op, of(node.left), of(node.right))
        case Between():
            return _all([_compare(">=", of(node.item), of(node.low)), _compare("<=", of(node.item), of(node.high))])
        case In():
            return _any([_compare("=", of(node.item), of(option)) for option in node.options])
        case Like():
            return _like(of(node.item), node.pattern)
        case IsNull():
            return of(node.item) is None
        case Not():
            found = of(node.item)
            return None if found is None else not found
        case And():
            return _all([of(item) for item in node.items])
        case Or():
            return _any([of(item) for item in node.items])
    raise TypeError(node)


def _compare(op: str, left: Any, right: Any) -> bool | None:
    return None if left is None or right is None else COMPARE[op](left, right)


def _arithmetic(op: str, left: Fraction | None, right: Fraction | None) -> Fraction | None:
    if left is None or right is None or (op == "/" and right == 0):
        return None
    return {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}[op](left, right)  # type: ignore[no-any-return]


def _like(text: str | None, pattern: str) -> bool | None:
    if text is None:
        return None
    wanted = "".join({"%": ".*", "_": "."}.get(letter, re.escape(letter)) for letter in pattern)
    return re.fullmatch(wanted, text, re.DOTALL) is not None


def _all(truths: list[bool | None]) -> bool | None:
    return False if False in truths else None if None in truths else True


def _any(truths: list[bool | None]) -> bool | None:
    return True if True in truths else None if None in truths else False
