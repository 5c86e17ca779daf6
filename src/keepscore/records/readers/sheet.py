"""XLSX: looked into, then read by a child process that can be lost without harm."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from keepscore.records.checks.errors import FileRefused, RowError, shown
from keepscore.records.readers.blank import without_blank
from keepscore.records.readers.raw import Limits, Raw, check_count, check_names
from keepscore.records.readers.sheet_zip import check_zip


def read_sheet(path: Path, content: bytes, *, names: Sequence[str] | None, wanted: Sequence[str], decimal: str, limits: Limits) -> Raw:
    """The first visible sheet of a workbook."""
    check_zip(content, limits)
    head, rows = _child(path, decimal, limits)
    header = list(names) if names is not None else [cell.strip() for cell in rows[0]] if rows else []
    first = 0 if names is not None else 1
    while header and not header[-1] and names is None:
        header.pop()
    if names is None and not header:
        if len(rows) < 2:
            check_count(0, limits)
        raise FileRefused("missing_column", "found a blank first row; the first row holds the names of the columns", row=1)
    check_names(header, wanted=wanted, row=None if names else 1)
    _refuse_merged(head["merged"], header, wanted)
    body = rows[first:]
    columns = [pa.array([row[at] if at < len(row) else "" for row in body], pa.string()) for at in range(len(header))]
    table = pa.table(columns, names=[name or f"column {at + 1}" for at, name in enumerate(header)])
    raw = Raw(table, np.arange(first + 1, first + 1 + len(body), dtype=np.int64), typed=True)
    return without_blank(_without_formulas(raw, head["formulas"], header, wanted), limits)


def _child(path: Path, decimal: str, limits: Limits) -> tuple[dict[str, Any], list[list[str]]]:
    child = [sys.executable, "-m", "keepscore.records.readers.sheet_child"]
    command = [*child, str(path.resolve()), str(limits.memory), str(limits.seconds), decimal]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", "MALLOC_ARENA_MAX": "1"}
    try:
        done = subprocess.run(command, capture_output=True, timeout=limits.seconds, env=environment, check=False)
    except subprocess.TimeoutExpired:
        raise FileRefused("too_large", f"reading the sheet took longer than {limits.seconds} seconds; split the file") from None
    if done.returncode != 0:
        known = done.returncode < 0 or done.returncode == 3 or b"memory" in done.stderr.lower()
        if known:
            raise FileRefused("too_large", "reading the sheet needs more memory or time than a sheet may; split the file or save it as CSV")
        raise FileRefused("corrupt", "found a damaged sheet; save the workbook again from the spreadsheet")
    lines = done.stdout.decode().splitlines()
    head = json.loads(lines[0])
    if "refused" in head:
        raise FileRefused(head["refused"], f"{head['why']}; the first visible sheet is read, with at most 64 columns")
    return head, [row for line in lines[1:] for row in json.loads(line)]


def _refuse_merged(merged: list[list[int]], header: list[str], wanted: Sequence[str]) -> None:
    for top, left, _bottom, right in merged:
        names = [header[at] for at in range(left, min(right + 1, len(header))) if header[at] in wanted or not wanted]
        if names:
            raise FileRefused(
                "merged_cells", "found merged cells; undo the merge, so that each row has its own value",
                row=top + 1, column=shown(names[0]),
            )


def _without_formulas(raw: Raw, formulas: list[list[int]], header: list[str], wanted: Sequence[str]) -> Raw:
    """Formula cells in columns that the mapping reads are faults: what they show depends on who opened the file last."""
    places = [(row + 1, header[column]) for row, column in formulas if column < len(header) and header[column] in wanted]
    if not places:
        return raw
    errors = tuple(
        RowError(row, shown(name), "formula_cell", None, "found a formula; paste the values instead") for row, name in places
    )
    stay = ~np.isin(raw.rows, [row for row, _ in places])
    return replace(raw, table=raw.table.filter(pa.array(stay)), rows=raw.rows[stay], early=raw.early.more(errors))
