"""Bind a condition to the columns of a table: names known, types fit, moments written as text become seconds.

Numbers are exact decimals: + - * keep every digit, and a division is never carried out but multiplied across when
it is compared, so 95 / 100 >= 0.95 holds. Division by zero is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, tzinfo
from difflib import get_close_matches
from typing import Literal

from keepscore.engine.contract.condition_tree import (
    And,
    Arithmetic,
    Between,
    Column,
    Compare,
    Condition,
    ConditionError,
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
from keepscore.engine.tables import RECORDS, ColumnType

Type = Literal["text", "number", "boolean", "moment"]
MAX_PLACES = 28     # decimal places that a chain of products may reach and still be computed exactly

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?))?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_NAMES = {"text": "text", "number": "a number", "boolean": "true or false", "moment": "a moment"}


def bind(condition: Condition, columns: Mapping[str, ColumnType], timezone: str) -> Condition:
    """The condition with typed columns; texts compared with moments are read as ISO dates in `timezone`.

    Raises ConditionError for an unknown column, a type clash, or a text that is not a date where one is needed.
    """
    tree = _Binder(columns, timezone).condition(condition.tree)
    return replace(condition, tree=tree)


class _Binder:
    def __init__(self, columns: Mapping[str, ColumnType], timezone: str) -> None:
        self._columns, self._timezone = columns, timezone

    def condition(self, node: Node) -> Node:
        """A node that must be true, false or unknown."""
        bound, found = self._typed(node)
        if found != "boolean":
            raise ConditionError(f"this is {_NAMES[found]}; a condition has to be true or false", node.position)
        return bound

    def _typed(self, node: Node) -> tuple[Node, Type]:
        match node:
            case Column():
                return self._column(node)
            case Text():
                return node, "text"
            case Number():
                return node, "number"
            case Truth():
                return node, "boolean"
            case Negative() | Arithmetic():
                return self._arithmetic(node), "number"
            case DatePart():
                return replace(node, item=self._need(node.item, "moment", "date_part")), "number"
            case Not():
                return replace(node, item=self.condition(node.item)), "boolean"
            case And() | Or():
                return replace(node, items=tuple(self.condition(item) for item in node.items)), "boolean"
            case IsNull():
                return replace(node, item=self._typed(node.item)[0]), "boolean"
            case Like():
                return replace(node, item=self._need(node.item, "text", "like")), "boolean"
            case Compare() | Between() | In():
                return self._comparison(node), "boolean"
        raise ConditionError("this has no place in a condition", node.position)

    def _column(self, node: Column) -> tuple[Node, Type]:
        kind = self._columns.get(node.name)
        if kind is None:
            near = get_close_matches(node.name, self._columns, n=1)
            hint = f"; did you mean {near[0]}?" if near else "; known are " + ", ".join(sorted(self._columns))
            raise ConditionError(f"there is no column {node.name}{hint}", node.position)
        return replace(node, type=kind), "moment" if kind == "promise" else kind

    def _need(self, node: Node, wanted: Type, who: str) -> Node:
        bound, found = self._typed(node)
        if found != wanted:
            raise ConditionError(f"{who} needs {_NAMES[wanted]} and this is {_NAMES[found]}", node.position)
        return bound

    def _arithmetic(self, node: Negative | Arithmetic) -> Node:
        if isinstance(node, Negative):
            return replace(node, item=self._need(node.item, "number", "minus"))
        bound = replace(node, left=self._need(node.left, "number", node.op), right=self._need(node.right, "number", node.op))
        _check_places(bound)
        return bound

    def _comparison(self, node: Compare | Between | In) -> Node:
        """Both sides of one type; a text beside a moment is a date."""
        parts = _sides(node)
        typed = [self._typed(part) for part in parts]
        kinds = {kind for _, kind in typed}
        if kinds == {"moment", "text"}:
            typed = [self._instant(part, kind) for part, kind in typed]
        elif len(kinds) > 1:
            clash = next(i for i, (_, kind) in enumerate(typed) if kind != typed[0][1])
            raise ConditionError(_clash(typed[0][1], typed[clash][1]), parts[clash].position)
        sides = [part for part, _ in typed]
        bound: Node
        if isinstance(node, Compare):
            if typed[0][1] == "boolean" and node.op not in ("=", "<>"):
                raise ConditionError("true and false have no order; use = or <>", node.position)
            bound = replace(node, left=sides[0], right=sides[1])
        elif isinstance(node, Between):
            if typed[0][1] == "boolean":
                raise ConditionError("true and false have no order; use = or <>", node.position)
            bound = replace(node, item=sides[0], low=sides[1], high=sides[2])
        else:
            bound = replace(node, item=sides[0], options=tuple(sides[1:]))
        _check_places(bound)
        return bound

    def _instant(self, node: Node, kind: Type) -> tuple[Node, Type]:
        if kind == "moment":
            return node, kind
        if not isinstance(node, Text):
            raise ConditionError("a text column cannot be compared with a moment; declare it as a moment in the mapping", node.position)
        return Instant(_seconds(node, self._zone()), position=node.position), "moment"

    def _zone(self) -> tzinfo:
        from keepscore.engine.clock.zones import zone  # the clock is loaded only where a date is written

        return zone(self._timezone)


def _sides(node: Compare | Between | In) -> tuple[Node, ...]:
    if isinstance(node, Compare):
        return node.left, node.right
    if isinstance(node, Between):
        return node.item, node.low, node.high
    return node.item, *node.options


def _clash(left: Type, right: Type) -> str:
    hint = ""
    if {left, right} == {"text", "number"}:
        hint = "; write a text in quotes and a number without them"
    elif {left, right} == {"text", "boolean"}:
        hint = "; write true or false without quotes"
    return f"{_NAMES[left]} cannot be compared with {_NAMES[right]}{hint}"


def _seconds(node: Text, zone: tzinfo) -> int:
    """Epoch seconds of an ISO date (its first moment) or moment; without an offset it is local time.

    A local time that is skipped moves forward, one that is repeated is the first.
    """
    match = _MOMENT.fullmatch(node.value.strip())
    try:
        if match is None or (match[3] and not match[2]):
            raise ValueError
        at = datetime.fromisoformat(f"{match[1]}T{match[2] or '00:00'}{(match[3] or '').replace('Z', '+00:00')}")
    except ValueError:
        raise ConditionError("write a moment as '2026-03-31' or '2026-03-31 17:00'", node.position) from None
    return int((at if at.tzinfo else at.replace(tzinfo=zone)).timestamp())


def _check_places(node: Node) -> None:
    if isinstance(node, Arithmetic) and max(_places(node)) > MAX_PLACES:
        raise ConditionError("this multiplies or divides too often to be computed exactly", node.position)
    if isinstance(node, (Compare, Between, In)):
        first, *others = (_places(side) for side in _sides(node))
        if any(max(first[0] + other[1], other[0] + first[1]) > MAX_PLACES for other in others):
            raise ConditionError("this multiplies or divides too often to be computed exactly", node.position)


def _places(node: Node) -> tuple[int, int]:
    """Decimal places of a number as numerator and denominator."""
    match node:
        case Column():
            return (RECORDS.field(node.name).type.scale if node.name.startswith("quantity_") and node.name in RECORDS.names else 9), 0
        case Number():
            return max(0, -int(node.value.as_tuple().exponent)), 0
        case Negative():
            return _places(node.item)
        case Arithmetic():
            (a, b), (c, d) = _places(node.left), _places(node.right)
            if node.op == "*":
                return a + c, b + d
            if node.op == "/":
                return a + d, b + c
            return max(a + d, c + b), b + d
    return 0, 0
