"""The errors of a file grouped by what would mend them: every row of the file counts, not only those listed one by one."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from keepscore.engine.saying import Figure, joined, say
from keepscore.records.checks.errors import Faults
from keepscore.records.checks.values import SIDES, Known
from keepscore.records.door import Checked
from keepscore.records.error_words import detail_of, listed, rows_text, title_of
from keepscore.records.mapping_model import ImportMapping

Repair = Literal["choose", "correct", "leave_out", "new_file"]
Labels = Mapping[str, Mapping[str, str]]  # field: {value: what a person calls it}
BY_VALUE = ("unknown_client", "unknown_function", "enum", "bool_format", "client_scope")
LEFT_OUT = ("row_shape", "syntax", "duplicate_column", "formula_cell", "client_scope")
VALUES = 50  # groups for single values of one field; the rarer ones stand together in one more
FIRST = 10  # rows named of each group
_NAMED = 8  # options named in a sentence


@dataclass(frozen=True, slots=True)
class Option:
    """A value that would be accepted, and what a person calls it."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class ErrorGroup:
    """Rows with the same fault, which one answer mends. `field` and `value` are what `Repairs.values` asks for."""

    reason: str
    field: str | None
    column: str | None
    value: str | None
    rows: int
    first: tuple[int, ...]
    title: str
    detail: str
    repair: Repair
    options: tuple[Option, ...] = ()
    suggested: Option | None = None
    values: int = 1  # how many different values it holds


def group_errors(
    checked: Checked, mapping: ImportMapping, *, known: Known | None = None, labels: Labels | None = None
) -> tuple[ErrorGroup, ...]:  # fmt: skip
    """All errors of a judged file, the largest group first. `labels` say what a person calls a client or a function."""
    if checked.refused:
        return tuple(
            ErrorGroup(e.reason, None, e.column, e.value, 0, (), say("The file cannot be read"), _sentence(e.message), "new_file")
            for e in checked.errors
        )  # fmt: skip
    found = [
        _group(item, rows, value, others, mapping, known or Known(), labels or {})
        for item in _merged(checked.faults)
        for rows, value, others in _parts(item)
    ]
    return tuple(sorted(found, key=lambda group: (-group.rows, group.first)))


def _merged(faults: tuple[Faults, ...]) -> Iterator[Faults]:
    """Faults of one kind in one column are one, though they were found in several steps."""
    kinds: dict[tuple[str | None, str | None, str], list[Faults]] = {}
    for item in faults:
        kinds.setdefault((item.field, item.column, item.reason), []).append(item)
    for (field, column, reason), items in kinds.items():
        texts = [pa.nulls(len(item.rows), pa.string()) if item.values is None else item.values for item in items]
        yield Faults(field, column, reason, pa.concat_arrays([item.rows for item in items]), pa.concat_arrays(texts), items[0].expected)


def _parts(item: Faults) -> Iterator[tuple[pa.Array, str | None, int]]:
    """Rows, the value they share, and how many values where there are several."""
    if item.reason not in BY_VALUE:
        yield item.rows, None, 0
        return
    counts = sorted(pc.value_counts(item.values).to_pylist(), key=lambda entry: -entry["counts"])
    single = [entry["values"] for entry in counts[:VALUES]]
    for value in single:
        yield item.rows.filter(pc.equal(item.values, value)), value, 0
    if len(counts) > VALUES:
        yield item.rows.filter(pc.invert(pc.is_in(item.values, value_set=pa.array(single)))), None, len(counts) - VALUES


def _group(
    item: Faults, rows: pa.Array, value: str | None, others: int, mapping: ImportMapping, known: Known, labels: Labels
) -> ErrorGroup:  # fmt: skip
    numbers = pc.unique(rows).sort()
    first = tuple(numbers.slice(0, FIRST).to_pylist())
    options = () if item.reason == "client_scope" or item.field is None else _options(item, mapping, known, labels)
    choices = options if item.reason in BY_VALUE and value is not None else ()
    repair: Repair = "leave_out" if item.reason in LEFT_OUT else "choose" if choices else "correct"
    suggested = _closest(value, choices) if value is not None else None
    return ErrorGroup(
        reason=item.reason, field=item.field, column=item.column, value=value, rows=len(numbers), first=first,
        title=title_of(item, value, others, mapping),
        detail=detail_of(
            item, rows_text(first, count=len(numbers), last=numbers[-1].as_py()), mapping, _hint(item, choices or options, suggested)
        ),
        repair=repair, options=choices, suggested=suggested, values=others or 1,
    )  # fmt: skip


def _hint(item: Faults, options: tuple[Option, ...], suggested: Option | None) -> str:
    if item.reason not in BY_VALUE or not options:
        return ""
    if item.reason in ("unknown_client", "unknown_function"):
        if suggested:
            return say("Closest match: %(name)s.", name=suggested.label)
        return say("No client has a name like it.") if item.field == "client" else say("No function has a name like it.")
    if len(options) > _NAMED:
        some = joined([option.label for option in options[:_NAMED]], ", ")
        return say("You use %(some)s and %(more)s more.", some=some, more=Figure(f"{len(options) - _NAMED:,}"))
    return say("You use %(every)s.", every=listed([option.label for option in options]))


def _options(item: Faults, mapping: ImportMapping, known: Known, labels: Labels) -> tuple[Option, ...]:
    """What the field may hold, where that is known."""
    field = str(item.field)
    rule = mapping.fields.get(field)
    given = {"client": known.clients, "function": known.functions, "priority": known.priorities}.get(field)
    if rule is None:
        return ()
    if given is not None:
        values = sorted(given)
    elif rule.values is not None:
        values = list(dict.fromkeys(value for value in rule.values.values() if value))
    else:
        kind = mapping.kind(field)
        values = ["true", "false"] if kind == "boolean" else list(SIDES) if kind == "side" else []
    named = labels.get(field, {})
    return tuple(Option(value, named.get(value, value)) for value in values)


def _closest(value: str, options: tuple[Option, ...]) -> Option | None:
    """The option most like the text found; or the only one that stands inside it."""
    texts = {text.casefold(): option for option in options for text in (option.value, option.label)}
    near = difflib.get_close_matches(value.casefold(), list(texts), n=1)
    if near:
        return texts[near[0]]
    inside = {option for text, option in texts.items() if text and text in value.casefold()}
    return inside.pop() if len(inside) == 1 else None


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
