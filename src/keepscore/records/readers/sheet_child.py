"""The child process that reads a sheet: little memory, little time, nothing but text out.

`python -m keepscore.records.readers.sheet_child FILE MEMORY SECONDS DECIMAL` writes JSON lines: first what was found, then rows.
"""

from __future__ import annotations

import json
import resource
import sys
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from keepscore.records.readers.sheet_numbers import number_text
from keepscore.records.readers.sheet_scan import Scan, scan_sheet

CHUNK, WIDEST, CELLS = 2_000, 1_000, 6_500_000


def main(path: str, memory: int, seconds: int, decimal: str) -> None:
    """Writes the first visible sheet to standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    book = CalamineWorkbook.from_path(path)
    index = next(
        (at for at, sheet in enumerate(book.sheets_metadata)
         if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet), None,
    )
    if index is None:
        _write({"refused": "empty", "why": "found no visible sheet"})
        return
    with zipfile.ZipFile(path) as archive:
        scan = scan_sheet(archive, index)
    if scan.columns > WIDEST or scan.rows * scan.columns > CELLS:
        _write({"refused": "too_many_columns" if scan.columns > WIDEST else "too_large",
                "why": f"found a sheet that reaches to row {scan.rows:,} and column {scan.columns:,}"})
        return
    sheet = book.get_sheet_by_index(index)
    merged = [[*start, *end] for start, end in sheet.merged_cell_ranges or ()]
    _write({"sheet": sheet.name, "formulas": scan.formulas[:100_000], "merged": merged[:1_000]})
    chunk: list[list[str]] = []
    for row, cells in enumerate(sheet.to_python(skip_empty_area=False)):
        chunk.append([_text(cell, (row, column), scan, decimal) for column, cell in enumerate(cells)])
        if len(chunk) == CHUNK:
            _write(chunk)
            chunk = []
    _write(chunk)


def _write(value: Any) -> None:
    sys.stdout.write(json.dumps(value) + "\n")


def _text(cell: Any, place: tuple[int, int], scan: Scan, decimal: str) -> str:
    """A cell as text: moments in ISO 8601, numbers as a sheet shows them (15 digits, no exponent)."""
    if isinstance(cell, str):
        return cell or scan.errors.get(place, "")
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return number_text(cell).replace(".", decimal)
    if isinstance(cell, datetime):
        return (cell + timedelta(microseconds=500)).isoformat(timespec="seconds")    # sheets count in fractions of a day
    if isinstance(cell, date):
        return f"{cell.isoformat()}T00:00:00" if place in scan.timed else cell.isoformat()
    if isinstance(cell, time):
        return cell.isoformat()
    return str(cell)


if __name__ == "__main__":
    try:
        main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
    except MemoryError:
        sys.exit(3)
