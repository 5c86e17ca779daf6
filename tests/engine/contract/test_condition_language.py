"""The condition language: a short list is allowed, everything else is refused with its position."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
from keepscore.engine.contract.conditions import ConditionError, bind, parse
from keepscore.engine.tables import ColumnType

COLUMNS: dict[str, ColumnType] = {
    "priority": "text", "site": "text", "a b": "text", "opened_at": "moment", "resolved_at": "moment", "due_at": "promise",
    "quantity_ordered": "number", "quantity_delivered": "number", "effort_minutes": "number", "accepted": "boolean", "in_scope": "boolean",
}


def N(text: str) -> Number:
    return Number(Decimal(text))


P, A = Column("priority"), Column("accepted")


@pytest.mark.parametrize(("text", "tree"), [
    ("accepted", A),
    ("true", Truth(True)),
    ("FALSE or accepted", Or((Truth(False), A))),
    ("priority = 'P1'", Compare("=", P, Text("P1"))),
    ("priority != 'it''s'", Compare("<>", P, Text("it's"))),
    ('"a b" <> \'x\'', Compare("<>", Column("a b"), Text("x"))),
    ("priority in ('P1', 'P2')", In(P, (Text("P1"), Text("P2")))),
    ("priority not in ('P1')", Not(In(P, (Text("P1"),)))),
    ("priority is null", IsNull(P)),
    ("priority is not null", Not(IsNull(P))),
    ("priority like 'P%'", Like(P, "P%")),
    ("priority not like 'P_'", Not(Like(P, "P_"))),
    ("effort_minutes between 1 and 2.5", Between(Column("effort_minutes"), N("1"), N("2.5"))),
    ("effort_minutes not between -1 and 2", Not(Between(Column("effort_minutes"), Negative(N("1")), N("2")))),
    ("accepted and priority = 'a' and not in_scope", And((A, Compare("=", P, Text("a")), Not(Column("in_scope"))))),
    ("accepted or accepted and accepted", Or((A, And((A, A))))),
    ("(accepted or accepted) and accepted", And((Or((A, A)), A))),
    ("effort_minutes + 2 * 3 - 4 / 5 >= 6", Compare(">=", Arithmetic("-", Arithmetic("+", Column("effort_minutes"), Arithmetic(
        "*", N("2"), N("3"))), Arithmetic("/", N("4"), N("5"))), N("6"))),
    ("date_part('hour', opened_at) < 9", Compare("<", DatePart("hour", Column("opened_at")), N("9"))),
    ("select = 'x' and from is null", And((Compare("=", Column("select"), Text("x")), IsNull(Column("from"))))),
])
def test_what_is_allowed_becomes_our_own_tree(text: str, tree: Node) -> None:
    assert parse(text).tree == tree


@pytest.mark.parametrize(("text", "position"), [
    ("", 1), ("   ", 1), ("priority =", 10), ("priority = 'P1", 12), ("(accepted", 2), ("accepted)", 9), ("accepted accepted", 10),
    ("lower(priority) = 'p1'", 1), ("priority = lower(site)", 12), ("count(*) > 1", 1), ("priority; drop table records", 9),
    ("accepted -- why", 1), ("accepted /* why */ and accepted", 1), ("priority == 'P1'", 10), ("priority = null", 12),
    ("accepted is true", 13), ("priority || 'x' = 'Px'", 10), ("priority::int = 1", 9), ("priority in ()", 1),
    ("priority in (select site)", 21), ("exists (select 1)", 1), ("case when accepted then 1 end", 6), ("cast(priority as int) = 1", 1),
    ("priority = N'x'", 12), ("priority = x'41'", 13), ("priority = $1", 12), ("priority = ?", 12), ("priority = @x", 12),
    ("priority ilike 'p%'", 16), ("priority ~ 'p'", 10), ("priority = 'a' 'b'", 12), ("records.priority = 'x'", 8), ("{{ accepted }}", 1),
    ("priority[1] = 'x'", 9), ("effort_minutes = 1e5", 18), ("effort_minutes = 0x10", 19), ("effort_minutes = 1234567890123456", 18),
    ("effort_minutes % 2 = 0", 16), ("effort_minutes = 1.0000000001", 18), ("date_part('minute', opened_at) = 1", 11),
    ("date_part(opened_at) = 1", 1), ("priority like site", 15), (r"priority like 'a\%'", 15), ("opened_at at time zone 'x' = 1", 1),
    ("interval '1 day' > 1", 10), ("priority = any(site)", 12), ("a" * 2001, 2001), ("(" * 60 + "accepted" + ")" * 60, 51),
    ("not " * 60 + "accepted", 201), ("effort_minutes" + " + 1" * 60 + " > 1", 1),
])
def test_everything_else_is_refused_with_its_position(text: str, position: int) -> None:
    with pytest.raises(ConditionError) as error:
        parse(text)

    assert (error.value.position, bool(error.value.message)) == (position, True)


@pytest.mark.parametrize(("text", "position", "told"), [
    ("priorty = 'P1'", 1, "there is no column priorty; did you mean priority?"),
    ("accepted and Priority = 'P1'", 14, "there is no column Priority; did you mean priority?"),
    ("priority = 1", 12, "text cannot be compared with a number; write a text in quotes and a number without them"),
    ("accepted = 'true'", 12, "true or false cannot be compared with text; write true or false without quotes"),
    ("accepted > in_scope", 1, "true and false have no order; use = or <>"),
    ("opened_at < 5", 13, "a moment cannot be compared with a number"),
    ("opened_at < 'soon'", 13, "write a moment as '2026-03-31' or '2026-03-31 17:00'"),
    ("opened_at < '2026-02-30'", 13, "write a moment as '2026-03-31' or '2026-03-31 17:00'"),
    ("opened_at < site", 13, "a text column cannot be compared with a moment; declare it as a moment in the mapping"),
    ("resolved_at - opened_at > 5", 1, "- needs a number and this is a moment"),
    ("effort_minutes + priority > 1", 18, "+ needs a number and this is text"),
    ("date_part('hour', priority) = 1", 19, "date_part needs a moment and this is text"),
    ("effort_minutes like '1%'", 1, "like needs text and this is a number"),
    ("priority", 1, "this is text; a condition has to be true or false"),
    ("accepted and effort_minutes", 14, "this is a number; a condition has to be true or false"),
    ("not opened_at", 5, "this is a moment; a condition has to be true or false"),
    ("priority in ('P1', 2)", 20, "text cannot be compared with a number; write a text in quotes and a number without them"),
    ("effort_minutes * effort_minutes * effort_minutes * effort_minutes > 1", 1,
     "this multiplies or divides too often to be computed exactly"),
])
def test_unknown_columns_and_type_clashes_are_refused_with_the_position(text: str, position: int, told: str) -> None:
    with pytest.raises(ConditionError) as error:
        bind(parse(text), COLUMNS, "Europe/London")

    assert (error.value.position, error.value.message) == (position, told)


@pytest.mark.parametrize(("written", "seconds"), [
    ("1970-01-02", 82800),                          # British Standard Time: an hour ahead all year
    ("2026-03-29", 1774742400),                     # the day the clocks go forward
    ("2026-03-29 01:30", 1774747800),               # skipped: moves forward
    ("2026-10-25 01:30", 1792888200),               # repeated: the first
    ("2026-07-01T12:00:30", 1782903630),
    ("2026-07-01T12:00:30Z", 1782907230),
    ("2026-07-01 12:00+02:00", 1782900000),
])
def test_a_text_beside_a_moment_is_a_local_date(written: str, seconds: int) -> None:
    bound = bind(parse(f"'{written}' <= due_at"), COLUMNS, "Europe/London")

    assert bound.tree == Compare("<=", Instant(seconds), Column("due_at", "promise"))


def test_columns_are_listed_and_typed_once_bound() -> None:
    condition = parse("resolved_at <= due_at and quantity_delivered >= quantity_ordered and accepted")

    bound = bind(condition, COLUMNS, "UTC")

    assert condition.columns == {"resolved_at", "due_at", "quantity_delivered", "quantity_ordered", "accepted"}
    assert {(n.name, n.type) for n in bound.tree.walk() if isinstance(n, Column)} == {
        ("resolved_at", "moment"), ("due_at", "promise"), ("quantity_delivered", "number"), ("quantity_ordered", "number"),
        ("accepted", "boolean")}


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from("abc()'\"=<>!,.;-+*/%_1 \n|&{}[]@#$?:\\"), max_size=40) | st.lists(st.sampled_from(
    ["priority", "and", "or", "not", "in", "(", ")", "'x'", "1", "is", "null", "like", "between", "select", "case", "when", "then", "end",
     "date_part", ",", "=", "<", "-", "*", "as", "over", "distinct", "all", "union", "cast", "interval", "array", "collate", "escape"]
), max_size=14).map(" ".join))
def test_no_text_does_anything_but_parse_or_be_refused(text: str) -> None:
    try:
        condition = parse(text)
    except ConditionError as error:
        told = error.position
    else:
        told = len(condition.text) - len(text) + 1
    assert 1 <= told <= len(text) + 1
