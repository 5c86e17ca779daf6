"""The tree of a condition: our own few nodes, whatever parser made them.

Positions count characters from 1 and do not take part in equality.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Literal

from keepscore.engine.tables import ColumnType

Comparison = Literal["=", "<>", "<", "<=", ">", ">="]
Operation = Literal["+", "-", "*", "/"]
Part = Literal["hour", "day", "weekday", "month", "year"]
PARTS: tuple[Part, ...] = ("hour", "day", "weekday", "month", "year")


class ConditionError(ValueError):
    """A condition that cannot be used. `position` is the character (from 1) at which the trouble stands."""

    def __init__(self, message: str, position: int) -> None:
        self.message, self.position = message, position
        super().__init__(f"character {position}: {message}")


@dataclass(frozen=True, slots=True)
class Node:
    position: int = field(compare=False, kw_only=True, default=1)

    def children(self) -> Iterator[Node]:
        for item in fields(self):
            value = getattr(self, item.name)
            for child in value if isinstance(value, tuple) else (value,):
                if isinstance(child, Node):
                    yield child

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children():
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Column(Node):
    name: str
    type: ColumnType | None = None      # known once bound


@dataclass(frozen=True, slots=True)
class Text(Node):
    value: str


@dataclass(frozen=True, slots=True)
class Number(Node):
    value: Decimal


@dataclass(frozen=True, slots=True)
class Truth(Node):
    value: bool


@dataclass(frozen=True, slots=True)
class Instant(Node):
    """A moment written as text, once bound: seconds since 1970 in UTC."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Negative(Node):
    item: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    op: Operation
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class DatePart(Node):
    """A number read off the local clock: hour 0 to 23, weekday 1 (Monday) to 7 (Sunday)."""

    part: Part
    item: Node


@dataclass(frozen=True, slots=True)
class Compare(Node):
    op: Comparison
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Between(Node):
    """Both ends included."""

    item: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class In(Node):
    item: Node
    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Like(Node):
    """`%` stands for any characters, `_` for one; nothing else is special."""

    item: Node
    pattern: str


@dataclass(frozen=True, slots=True)
class IsNull(Node):
    item: Node


@dataclass(frozen=True, slots=True)
class Not(Node):
    item: Node


@dataclass(frozen=True, slots=True)
class And(Node):
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or(Node):
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """A parsed condition: its text as written, its tree, and the columns that it names."""

    text: str
    tree: Node
    columns: frozenset[str]
