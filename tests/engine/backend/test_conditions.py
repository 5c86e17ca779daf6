"""DuckDB's answer to a condition is the answer of a plain reading of its tree, row by row."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keepscore.engine.backend.conditions import to_ibis
from keepscore.engine.contract import condition_tree as tree
from keepscore.engine.contract.conditions import bind, parse
from keepscore.engine.tables import QUANTITY, VALUE, ColumnType

COLUMNS: dict[str, ColumnType] = {"k": "text", "m": "text", "q": "number", "r": "number", "v": "number", "e": "number", "o": "moment",
                                  "d": "promise", "b": "boolean", "c": "boolean"}
ARROW = {"k": pa.string(), "m": pa.string(), "q": QUANTITY, "r": QUANTITY, "v": VALUE, "e": pa.int64(), "o": pa.int64(), "d": pa.int64(),
         "b": pa.bool_(), "c": pa.bool_()}
OFFSET = 19_800     # half past five ahead, all year
Row = Mapping[str, Any]


# A slow reading of the tree: Fractions, None for unknown.

def known(op: Callable[..., Any], *values: Any) -> Any:
    return None if any(value is None for value in values) else op(*values)


COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b, "<>": lambda a, b: a != b, "<": lambda a, b: a < b, "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b, ">=": lambda a, b: a >= b}
OPERATE: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b, "/": lambda a, b: a / b if b else None}


def both(a: Any, b: Any) -> Any:
    return False if a is False or b is False else None if a is None or b is None else True


def either(a: Any, b: Any) -> Any:
    return True if a is True or b is True else None if a is None or b is None else False


def reads(node: tree.Node, row: Row) -> Any:
    """The value of a node: text, Fraction, bool, seconds, or None for unknown."""
    def read(inner: tree.Node) -> Any:
        return reads(inner, row)

    match node:
        case tree.Column():
            value = row[node.name]
            return Fraction(value) if node.type == "number" and value is not None else value
        case tree.Number():
            return Fraction(node.value)
        case tree.Text() | tree.Truth():
            return node.value
        case tree.Instant():
            return node.seconds
        case tree.Negative():
            return known(lambda value: -value, read(node.item))
        case tree.Arithmetic():
            return known(OPERATE[node.op], read(node.left), read(node.right))
        case tree.DatePart():
            return known(lambda at: part_of(node.part, at), read(node.item))
        case tree.Compare():
            return known(COMPARE[node.op], read(node.left), read(node.right))
        case tree.Between():
            item, low, high = read(node.item), read(node.low), read(node.high)
            return both(known(COMPARE[">="], item, low), known(COMPARE["<="], item, high))
        case tree.In():
            return functools.reduce(either, (known(COMPARE["="], read(node.item), read(option)) for option in node.options))
        case tree.Like():
            pattern = "".join({"%": "(?s:.*)", "_": "(?s:.)"}.get(c, re.escape(c)) for c in node.pattern)
            return known(lambda text: re.fullmatch(pattern, text) is not None, read(node.item))
        case tree.IsNull():
            return read(node.item) is None
        case tree.Not():
            return known(lambda value: not value, read(node.item))
        case tree.And():
            return functools.reduce(both, map(read, node.items))
        case tree.Or():
            return functools.reduce(either, map(read, node.items))
    raise TypeError(node)


def part_of(part: str, at: int) -> Fraction:
    local = datetime.fromtimestamp(at + OFFSET, tz=UTC)
    return Fraction(local.isoweekday() if part == "weekday" else getattr(local, part))


CONNECTION = ibis.duckdb.connect()


def backend_reads(text: str, rows: list[Row]) -> tuple[list[Any], list[Any]]:
    """What DuckDB says and what the plain reading says."""
    bound = bind(parse(text), COLUMNS, "UTC")
    columns = {name: pa.array([row[name] for row in rows], kind) for name, kind in ARROW.items()}
    arrow = pa.table({"i": pa.array(range(len(rows))), **columns})
    table = ibis.memtable(arrow)
    expression = to_ibis(bound, lambda name: table[name], lambda seconds: seconds + OFFSET)
    found = CONNECTION.to_pyarrow(table.select("i", x=expression).order_by("i"))
    return found["x"].to_pylist(), [reads(bound.tree, row) for row in rows]


def row(**given_: Any) -> Row:
    return {**dict.fromkeys(COLUMNS), **given_}


@pytest.mark.parametrize(("text", "values", "answer"), [
    ("q / r >= 0.95", {"q": Decimal(95), "r": Decimal(100)}, True),
    ("q / r >= 0.95", {"q": Decimal("94.999999"), "r": Decimal(100)}, False),
    ("q / r > 1", {"q": Decimal(1), "r": Decimal(0)}, None),
    ("q / r < 1", {"q": Decimal(-3), "r": Decimal(-2)}, False),
    ("q / r < 1", {"q": Decimal(3), "r": Decimal(-2)}, True),
    ("q / 3 * 3 = q", {"q": Decimal(10)}, True),
    ("1 / e + 1 / e = 2 / e", {"e": 7}, True),
    ("r >= q * 1.1", {"q": Decimal(100), "r": Decimal(110)}, True),
    ("q = 2.5 * date_part('hour', o)", {"q": Decimal("12.5"), "o": 0}, True),
    ("e * 0.000000001 * 3 = 0.000000021", {"e": 7}, True),
    ("v * v > 1", {"v": Decimal("9999999999.5")}, True),
    ("v * v > 1", {"v": Decimal(10) ** 18}, None),          # the square has more digits than a decimal holds: unknown, never rounded
    ("v + v > v", {"v": Decimal(9) * 10**18}, True),
    ("b", {"b": None}, None),
    ("b or true", {"b": None}, True),
    ("b and false", {"b": None}, False),
    ("k in ('a', 'b')", {"k": None}, None),
    ("k not like 'a%'", {"k": "Abc"}, True),
    ("k like '_'", {"k": "é"}, True),
    ("k < 'b'", {"k": "B"}, True),
    ("date_part('year', o) = 2024 and date_part('month', o) = 2 and date_part('day', o) = 29", {"o": 1_709_144_999 + 86_400}, True),
    ("date_part('weekday', o) = 4 and date_part('hour', o) = 5", {"o": 0}, True),
    ("date_part('year', o) = 1969 and date_part('hour', o) = 23", {"o": -OFFSET - 1}, True),
    ("o >= '2026-01-01'", {"o": 1_767_225_600}, True),
    ("o <= d", {"o": 5, "d": 5}, True),
])
def test_a_condition_means_the_same_to_duckdb_and_to_a_person(text: str, values: dict[str, Any], answer: bool | None) -> None:
    found, _ = backend_reads(text, [row(**values)])

    assert found == [answer]


NUMBERS = st.decimals(-1000, 1000, places=2)
ROWS = st.lists(st.fixed_dictionaries({
    "k": st.none() | st.sampled_from(["a", "b", "ab", "A", "", "é", "it's", "a%b"]), "m": st.none() | st.sampled_from(["a", "b", "é"]),
    "q": st.none() | NUMBERS, "r": st.none() | NUMBERS | st.just(Decimal(0)), "v": st.none() | NUMBERS, "e": st.none() | st.integers(-9, 9),
    "o": st.none() | st.integers(-10**9, 4 * 10**9), "d": st.none() | st.integers(-10**9, 4 * 10**9),
    "b": st.none() | st.booleans(), "c": st.none() | st.booleans(),
}), min_size=1, max_size=8)

TEXTS = st.sampled_from(["k", "m", "'a'", "'é'", "'it''s'", "''"])
MOMENTS = st.sampled_from(["o", "d", "'2026-01-01'"])
ATOMS = st.sampled_from(["q", "r", "v", "e", "0", "1", "2.5", "0.01", "-3", "date_part('hour', o)", "date_part('weekday', d)",
                         "date_part('day', o)", "date_part('month', o)", "date_part('year', d)"])
SUMS = st.tuples(ATOMS, st.sampled_from("+-*/"), ATOMS).map(lambda t: f"({t[0]} {t[1]} {t[2]})")
FIGURES = ATOMS | SUMS | st.tuples(SUMS, st.sampled_from("+-"), ATOMS).map(lambda t: f"{t[0]} {t[1]} {t[2]}") | SUMS.map(lambda s: f"-{s}")
SIGNS = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])


def compared(kind: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return (st.tuples(kind, SIGNS, kind).map(" ".join)
            | st.tuples(kind, st.sampled_from(["between", "not between"]), kind, st.just("and"), kind).map(" ".join)
            | st.tuples(kind, st.sampled_from(["in", "not in"]), st.lists(kind, min_size=1, max_size=3).map(", ".join)).map(
                lambda t: f"{t[0]} {t[1]} ({t[2]})"))


SIMPLE = (st.sampled_from(["b", "c", "true", "false", "k is null", "o is not null", "b is null", "b = c", "b <> true", "k like 'a%'",
                           "k not like '_'", "m like '%é%'", "k like 'a%%b'", "q / r is null"])
          | compared(TEXTS) | compared(MOMENTS.filter(lambda m: m != "'2026-01-01'")) | compared(FIGURES)
          | st.tuples(st.sampled_from(["o", "d"]), SIGNS, MOMENTS).map(" ".join))
CONDITIONS = st.recursive(SIMPLE, lambda inner: (
    inner.map(lambda c: f"not ({c})")
    | st.tuples(inner, st.sampled_from([" and ", " or "]), inner).map(lambda t: f"({t[0]}){t[1]}({t[2]})")), max_leaves=4)


@settings(max_examples=12, deadline=None)
@given(text=CONDITIONS, rows=ROWS)
def test_any_condition_means_the_same_to_duckdb_and_to_a_plain_reading(text: str, rows: list[Row]) -> None:
    found, expected = backend_reads(text, rows)

    assert found == expected
