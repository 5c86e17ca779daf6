"""Repairs: the answers a person gives to rows that were rejected. Declared, never guessed; the original stays as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Self

import numpy as np
import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field

from keepscore.records.mapping_model import FieldRule, ImportMapping
from keepscore.records.readers.raw import Raw

Text = Annotated[str, Field(min_length=1, max_length=1_000)]
Cell = Annotated[str, Field(max_length=32_767)]
Row = Annotated[int, Field(ge=1)]
Column = Annotated[str, Field(min_length=1, max_length=300)]


class RepairError(ValueError):
    """An answer that does not fit the file or its mapping; the message says which."""


class Repairs(BaseModel):
    """What a person answered. `values` hold for the source from then on, the rest for one file only."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    values: dict[str, Annotated[dict[Text, Text], Field(max_length=10_000)]] = {}   # field: {text found: text meant}
    cells: Annotated[dict[Row, dict[Column, Cell]], Field(max_length=10_000)] = {}  # row: {column: the right text}
    left_out: tuple[Row, ...] = ()                                                  # rows that are not to be imported

    @property
    def remembered(self) -> Repairs:
        """The answers that hold for the next file of the source too."""
        return Repairs(values=self.values)

    def plus(self, later: Repairs) -> Self:
        """These answers and later ones, which win."""
        values = {name: {**self.values.get(name, {}), **later.values.get(name, {})} for name in {**self.values, **later.values}}
        cells = {row: {**self.cells.get(row, {}), **later.cells.get(row, {})} for row in {**self.cells, **later.cells}}
        return type(self)(values=values, cells=cells, left_out=tuple(sorted({*self.left_out, *later.left_out})))


def merged(mapping: ImportMapping, repairs: Repairs) -> ImportMapping:
    """The mapping with the answers for values: in the field's own table of values where it has one, else beside it."""
    if not repairs.values:
        return mapping
    unknown = [name for name in repairs.values if name not in mapping.fields]
    if unknown:
        raise RepairError(f"the mapping has no field {unknown[0]}; it has {', '.join(mapping.fields)}")
    fields = {name: _answered(rule, repairs.values.get(name, {})) for name, rule in mapping.fields.items()}
    return mapping.model_copy(update={"fields": fields})


def _answered(rule: FieldRule, answers: Mapping[str, str]) -> FieldRule:
    if not answers:
        return rule
    if rule.values is None:
        return rule.model_copy(update={"replace": {**(rule.replace or {}), **answers}})
    meant = set(rule.values.values())
    table = {found: answers.get(value, value) for found, value in rule.values.items()}  # what the table gives may be what is unknown
    return rule.model_copy(update={"values": {**table, **{found: to for found, to in answers.items() if found not in meant}}})


def mended(raw: Raw, repairs: Repairs) -> Raw:
    """The rows with corrected cells, without the rows that are left out. RepairError for a row or column that is not there."""
    if repairs.left_out:
        raw = _without(raw, set(repairs.left_out))
    if not repairs.cells:
        return raw
    corrections: dict[str, dict[int, str]] = {}
    for row, cells in repairs.cells.items():
        if row not in repairs.left_out:
            index = _index(raw, row)
            for column, text in cells.items():
                corrections.setdefault(column, {})[index] = text
    return replace(raw, table=_corrected(raw.table, corrections))


def _without(raw: Raw, rows: set[int]) -> Raw:
    gone = np.isin(raw.rows, sorted(rows))
    missing = rows - set(raw.rows[gone].tolist()) - set(raw.early.rows)
    if missing:
        raise RepairError(f"row {min(missing)} cannot be left out: the file has no such row")
    stay = ~gone
    return replace(raw, table=raw.table.filter(pa.array(stay)), rows=raw.rows[stay], early=raw.early.without(rows))


def _index(raw: Raw, row: int) -> int:
    at = int(np.searchsorted(raw.rows, row))
    if at == len(raw.rows) or raw.rows[at] != row:
        raise RepairError(f"row {row} has no cells that can be corrected; leave it out, or correct the file")
    return at


def _corrected(table: pa.Table, corrections: Mapping[str, Mapping[int, str]]) -> pa.Table:
    for name, texts in corrections.items():
        if name not in table.column_names:
            raise RepairError(f"the file has no column {name!r}")
        place = table.column_names.index(name)
        new = pa.array(list(texts.values()), pa.string())
        picks = np.arange(table.num_rows, dtype=np.int64)
        picks[list(texts)] = table.num_rows + np.arange(len(texts))
        column = pa.concat_arrays([*table[name].cast(pa.string()).chunks, new]).take(pa.array(picks))
        table = table.set_column(place, name, column)
    return table
