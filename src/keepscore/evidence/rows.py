"""Which row of a table was changed, told by its other copy: the Parquet file and the CSV file say the same."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from itertools import zip_longest
from typing import Any

from keepscore.evidence.canonical import digest
from keepscore.evidence.sheets import UnreadableTable, from_parquet, to_csv

_REFERENCE = {"records": "reference", "pauses": "reference", "outages": "reference", "values": "measure"}


def first_changed_row(name: str, files: Mapping[str, bytes], listed: Mapping[str, Any]) -> str | None:
    """A sentence on the first row that differs from the other copy; None where no whole copy is at hand."""
    table, _, ending = name.partition(".")
    other = f"{table}.csv" if ending == "parquet" else f"{table}.parquet"
    if table not in _REFERENCE or other not in files or digest(files[other]) != listed[other]["sha256"]:
        return None
    try:
        made = to_csv(from_parquet(files[f"{table}.parquet"], name=name))
    except (UnreadableTable, ValueError) as error:
        return str(error) if ending == "parquet" else None
    return first_difference_of_rows(files[f"{table}.csv"], made, table=table, changed_first=ending == "csv")


def first_difference_of_rows(csv_copy: bytes, parquet_rows: bytes, *, table: str, changed_first: bool = False) -> str | None:
    """Compare the CSV copy with the CSV made of the Parquet file, cell by cell."""
    try:
        left, right = (list(csv.reader(io.StringIO(data.decode(errors="replace"), newline=""))) for data in (csv_copy, parquet_rows))
    except csv.Error as error:
        return f"it is not readable as CSV: {error}"
    if not left or not right or left[0] != right[0]:
        return "its columns are not those of the other copy"
    head = left[0]
    at = head.index(_REFERENCE[table])
    for one, other in zip_longest(left[1:], right[1:]):
        if one != other:
            row = one if (changed_first and one) or not other else other
            return f"row {row[at] if at < len(row) else '?'}: {_cells(head, one, other, changed_first=changed_first)}"
    return None


def _cells(head: list[str], csv_row: list[str] | None, parquet_row: list[str] | None, *, changed_first: bool) -> str:
    if csv_row is None or parquet_row is None:
        return f"is in only one of the two copies ({'CSV' if parquet_row is None else 'Parquet'})"
    for name, left, right in zip_longest(head, csv_row, parquet_row):
        if left != right:
            now, was = (left, right) if changed_first else (right, left)
            return f"{name} is {_shown(now)}, the other copy says {_shown(was)}"
    return "differs"


def _shown(text: str | None) -> str:
    return repr((text or "")[:60])
