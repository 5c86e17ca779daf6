"""Judging a file for people: what is wrong, grouped by what mends it, some rows to look at, and what the import would count."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from keepscore.engine.saying import packed
from keepscore.intake.known import World
from keepscore.records.checks.errors import FileRefused
from keepscore.records.door import Checked, check_file
from keepscore.records.error_groups import ErrorGroup, group_errors
from keepscore.records.mapping_guess import guess
from keepscore.records.mapping_model import ImportMapping
from keepscore.records.mapping_sample import look
from keepscore.records.preview import Preview, PreviewRow, preview_rows
from keepscore.records.readers.raw import Limits
from keepscore.records.repairs import Repairs
from keepscore.records.store import RecordStore
from keepscore.records.store_preview import Counts

PROBLEMS, OTHERS = 60, 20       # rows shown of each kind
LEAVABLE = 20_000               # rows that groups remember one by one, so that each can be left out by itself
CUT = 300                       # characters of a cell that are shown


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in a file under its mapping."""

    checked: Checked
    counts: Counts
    groups: list[dict[str, Any]]
    preview: dict[str, Any]
    errors: int         # rows that need a decision


class Elsewhere(ValueError):
    """Rows would change records of clients that the actor may not touch."""


def columns_of(path: Path) -> dict[str, Any]:
    """The columns of a file with some values of each, and a first mapping from a guess, as JSON. Raises FileRefused."""
    table = look(path).table
    text, check = guess(path)
    samples = {name: _some(table[name]) for name in table.column_names}
    return {"columns": table.column_names, "samples": samples, "guess": text, "check": list(check)}


def _some(column: pa.ChunkedArray) -> list[str]:
    texts = pc.unique(column.slice(0, 500).cast(pa.string()).fill_null(""))
    return [text[:60] for text in texts.to_pylist() if text.strip()][:3]


def find(
    path: Path, mapping: ImportMapping, repairs: Repairs, *, store: RecordStore, world: World, now: datetime, limits: Limits,
    is_limited: bool, step: Callable[[int], None],
) -> Found:  # fmt: skip
    """Judge every row and look ahead; nothing is saved. Raises FileRefused, RepairError, StoreError, Elsewhere."""
    checked = judge(path, mapping, repairs, world=world, now=now, limits=limits)
    if checked.refused:
        error = checked.errors[0]
        raise FileRefused(error.reason, error.message, row=error.row, column=error.column, value=error.value)
    step(1)
    counts = store.compare(checked)
    if is_limited and not {client for client, _ in counts.touched} <= set(world.clients):
        raise Elsewhere("Some of these numbers belong to records of clients that this access does not cover. Nothing can be imported.")
    groups = group_errors(checked, mapping, known=world.known, labels=world.labels)
    wrong = [row for row in checked.rejected_rows if row not in set(repairs.left_out)]
    preview = _preview(path, mapping, checked, counts, wrong, repairs, limits)
    return Found(checked, counts, _groups(checked, groups), preview, len(wrong))


def judge(path: Path, mapping: ImportMapping, repairs: Repairs, *, world: World, now: datetime, limits: Limits) -> Checked:
    """Every row judged; the good ones are kept. The same file, answers and world give the same digest."""
    return check_file(path, mapping, known=world.known, now=now, leave_out_rejected=True, limits=limits, repairs=repairs)


def fitting(repairs: Repairs, mapping: ImportMapping) -> Repairs:
    """The remembered answers that are about fields of this mapping."""
    return Repairs(values={name: answers for name, answers in repairs.values.items() if name in mapping.fields})


def _groups(checked: Checked, groups: Sequence[ErrorGroup]) -> list[dict[str, Any]]:
    """As JSON; `every` are all rows of a group where they are few enough to be remembered."""
    left, result = LEAVABLE, []
    for group in groups:
        rows = _rows(checked, group) if group.values == 1 and group.rows <= left else []
        left -= len(rows)
        told = {"title": str(group.title), "detail": str(group.detail)}
        result.append({**asdict(group), **told, "says": [packed(group.title), packed(group.detail)], "every": rows})
    return result


def _rows(checked: Checked, group: ErrorGroup) -> list[int]:
    kind = (group.field, group.column, group.reason)
    mine = [item for item in checked.faults if (item.field, item.column, item.reason) == kind]
    found = [
        item.rows if group.value is None or item.values is None else item.rows.filter(pc.equal(item.values, group.value)) for item in mine
    ]
    rows: list[int] = pc.unique(pa.concat_arrays(found)).sort().to_pylist() if found else []
    return rows


def _preview(
    path: Path, mapping: ImportMapping, checked: Checked, counts: Counts, wrong: Sequence[int], repairs: Repairs, limits: Limits
) -> dict[str, Any]:  # fmt: skip
    """Some rows of each kind, read in one go."""
    updates = list(counts.updated_rows[:OTHERS])
    kinds = {"problems": list(wrong[:PROBLEMS]), "updates": updates, "ready": checked.ready.slice(0, OTHERS).to_pylist()}
    every = sorted({row for rows in kinds.values() for row in rows})
    shown: Preview = preview_rows(path, mapping, every, checked=checked, repairs=repairs, limits=limits)
    by_row = {item.row: _row(item) for item in shown.rows}
    return {"columns": list(shown.columns), **{kind: [by_row[row] for row in rows if row in by_row] for kind, rows in kinds.items()}}


def _row(item: PreviewRow) -> dict[str, Any]:
    return {"row": item.row, "cells": [[cell.text[:CUT], cell.wrong] for cell in item.cells], "wrong": list(item.wrong)}
