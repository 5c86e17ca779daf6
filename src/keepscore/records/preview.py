"""Rows of a file as they were found, for a person to look at: which cells are wrong, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from keepscore.engine.saying import say
from keepscore.records.checks.errors import Faults, shown
from keepscore.records.door import Checked
from keepscore.records.mapping_model import ImportMapping
from keepscore.records.readers.choose import read_whole
from keepscore.records.readers.raw import BROWSER, Limits, Raw
from keepscore.records.repairs import Repairs, mended

LISTED = 100
_SHORT: Mapping[str, str] = {
    "unknown_client": say("No such client"), "unknown_function": say("No such function"), "client_scope": say("Another client"),
    "enum": say("Not a known value"), "bool_format": say("Neither yes nor no"), "required": say("Blank"),
    "date_format": say("Not a date"), "date_invalid": say("No such day or time"),
    "date_ambiguous": say("Day or month first"), "tz_missing": say("No time zone"), "dst_nonexistent": say("Skipped by the clocks"),
    "dst_ambiguous": say("Shown twice by the clocks"), "date_order": say("Too early"), "future_date": say("In the future"),
    "duplicate_key": say("Stands twice"),
    "out_of_range": say("Out of range"), "number_format": say("Not a number"), "control_char": say("Hidden characters"),
    "unsafe_unicode": say("Hidden characters"), "formula_cell": say("A formula"), "row_shape": say("Too many or too few cells"),
    "syntax": say("Cannot be read"), "duplicate_column": say("Stands twice"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as found. `wrong` says in a few words what is wrong with it."""

    text: str
    wrong: str | None = None


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One row as found; `wrong` are faults of the row as a whole."""

    row: int
    cells: tuple[Cell, ...]
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """Some rows of a file under its own column names."""

    columns: tuple[str, ...]
    rows: tuple[PreviewRow, ...]


def preview_rows(
    path: str | Path, mapping: ImportMapping, rows: Iterable[int], *, checked: Checked | None = None, repairs: Repairs | None = None,
    limits: Limits = BROWSER,
) -> Preview:  # fmt: skip
    """The rows of these numbers, in their order, with every column of the file; at most 100.

    Numbers come from `checked.rejected_rows`, `checked.ready` or `Counts.updated_rows`. Corrected cells are shown corrected. Raises
    FileRefused where the file cannot be read.
    """
    wanted = list(rows)[:LISTED]
    raw = read_whole(Path(path), mapping, limits)
    cells = {row: cells for row, cells in (repairs or Repairs()).cells.items() if row in wanted}
    raw = mended(raw, Repairs(cells=cells))
    wrong = marks(checked.faults if checked else (), wanted, mapping)
    names = tuple(raw.table.column_names)
    texts = dict(found_rows(raw, wanted, mark=mapping.mark))
    return Preview(names, tuple(_row(row, names, texts.get(row, ()), wrong.get(row, {})) for row in wanted))


def _row(row: int, names: Sequence[str], texts: Sequence[str], wrong: Mapping[str, str]) -> PreviewRow:
    filled = [*texts, *[""] * (len(names) - len(texts))]
    cells = tuple(Cell(text, wrong.get(name)) for name, text in zip(names, filled, strict=False))
    return PreviewRow(row, cells, tuple(why for name, why in wrong.items() if name not in names))


def found_rows(raw: Raw, rows: Sequence[int], *, mark: str) -> Iterator[tuple[int, list[str]]]:
    """Row numbers with the texts of their cells as found. A row of another width is split at the delimiter."""
    at = np.searchsorted(raw.rows, np.array(rows, np.int64))
    at = np.minimum(at, max(len(raw.rows) - 1, 0))
    there = raw.rows[at] == np.array(rows, np.int64) if len(raw.rows) else np.zeros(len(rows), np.bool_)
    found = raw.table.take(pa.array(at[there]))
    columns = [column.cast(pa.string()).fill_null("").to_pylist() for column in found.columns]
    yield from zip(raw.rows[at[there]].tolist(), (list(cells) for cells in zip(*columns, strict=True)), strict=True)
    for item in raw.early.faults:
        if item.reason == "row_shape" and item.values is not None:
            wanted = pc.is_in(item.rows, value_set=pa.array(rows, pa.int64()))
            texts = item.values.filter(wanted).to_pylist()
            yield from zip(item.rows.filter(wanted).to_pylist(), (text.rstrip("\r\n").split(mark) for text in texts), strict=True)


def marks(faults: Iterable[Faults], rows: Sequence[int], mapping: ImportMapping) -> dict[int, dict[str, str]]:
    """Of each row, the columns that are wrong and what is wrong with them in a few words."""
    result: dict[int, dict[str, str]] = {}
    wanted = pa.array(rows, pa.int64())
    for item in faults:
        for row in item.rows.filter(pc.is_in(item.rows, value_set=wanted)).to_pylist():
            for name in _columns(item, mapping):
                result.setdefault(row, {}).setdefault(name, short(item, mapping))
    return result


def _columns(item: Faults, mapping: ImportMapping) -> tuple[str, ...]:
    """The columns of the file that a fault is about; "" for the whole row."""
    rule = mapping.fields.get(item.field or "")
    if rule is not None and rule.origins and item.column not in rule.origins:
        return rule.origins
    return (item.column or "",)


def short(item: Faults, mapping: ImportMapping) -> str:
    """What is wrong, in a few words that stand beside the cell."""
    if item.reason == "enum" and item.field == "priority":
        return say("Not a priority")
    if item.reason == "date_order":
        first = "started_at" if item.field == "ended_at" else "opened_at"
        origins = mapping.fields[first].origins if first in mapping.fields else ()
        return f"Before {shown(origins[0])}" if len(origins) == 1 else "Too early"
    return _SHORT.get(item.reason) or say("Cannot be used")
