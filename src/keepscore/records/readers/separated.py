"""CSV and TSV: any line ends, line breaks inside quotes, strict quotes, every row as wide as the header."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.csv
from numpy.typing import NDArray

from keepscore.records.checks.errors import LISTED, Faults, FileRefused, RowError, shown
from keepscore.records.readers.blank import without_blank
from keepscore.records.readers.content import as_utf8
from keepscore.records.readers.raw import Early, Limits, Raw, check_count, check_names
from keepscore.records.readers.survey import survey

_HEADER = re.compile(rb'(?:[^"\r\n]|"[^"]*")*(?:\r\n|\r|\n|\Z)')
LONGEST = 100_000       # bytes of a header
CELL = 32_767           # characters kept of a row of another width
RAGGED = 10_000         # rows of another width; more of them are one fault of the whole file


def read_separated(
    content: bytes, *, encoding: str, mark: str, names: Sequence[str] | None, wanted: Sequence[str], limits: Limits
) -> Raw:
    """Rows of a CSV or TSV file. `names` stand for a missing header; `wanted` are the columns that must be there."""
    text = as_utf8(content, declared=encoding)
    survey(text, mark, limits)
    start, header, first = _header(text, mark) if names is None else (0, list(names), 1)
    check_names(header, wanted=wanted, row=None if names else 1)
    if not text[start:].strip():
        check_count(0, limits)
    table, ragged = _parse(text[start:] if start else text, mark, len(header), first)
    rows, early = _number(table.num_rows, ragged, len(header), first)
    named = table.rename_columns([name or f"column {at + 1}" for at, name in enumerate(header)])
    return without_blank(Raw(named, rows, early), limits)


def _header(text: bytes, mark: str) -> tuple[int, list[str], int]:
    """Where the data begins, the names, and the number of the first data row."""
    found = _HEADER.match(text, 0, LONGEST)
    line = found.group() if found else b""
    if len(line) >= LONGEST:
        raise FileRefused("csv_structure", f"found a first row of more than {LONGEST:,} bytes; it holds the names of the columns", row=1)
    cells = next(csv.reader(io.StringIO(line.decode(), newline=""), delimiter=mark), [])
    names = [cell.strip() for cell in cells]
    if not any(names):
        raise FileRefused("missing_column", "found a blank first row; the first row holds the names of the columns", row=1)
    return len(line), names, 2


def _parse(text: bytes, mark: str, width: int, first: int) -> tuple[pa.Table, list[pa.csv.InvalidRow]]:
    ragged: list[pa.csv.InvalidRow] = []

    def skip(row: pa.csv.InvalidRow) -> str:
        ragged.append(row)
        return "skip" if len(ragged) <= RAGGED else "error"

    names = [f"f{at}" for at in range(width)]
    try:
        table = pa.csv.read_csv(
            pa.BufferReader(text),
            read_options=pa.csv.ReadOptions(column_names=names, use_threads=False, block_size=max(1 << 22, min(len(text), 1 << 26))),
            parse_options=pa.csv.ParseOptions(
                delimiter=mark, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=skip
            ),
            convert_options=pa.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
            ),
        )
    except pa.ArrowInvalid as error:
        if len(ragged) > RAGGED:
            raise FileRefused(
                "row_shape", f"found more than {RAGGED:,} rows that are not as wide as the header of {width} cells; check the delimiter",
                row=int(ragged[0].number) - 1 + first,
            ) from None
        raise FileRefused("csv_structure", f"the rows cannot be told apart ({shown(str(error))}); check quotes and line ends") from None
    return table, ragged


def _number(good: int, ragged: list[pa.csv.InvalidRow], width: int, first: int) -> tuple[NDArray[np.int64], Early]:
    """Row numbers of the good rows, and one error for each row of another width."""
    numbers = np.arange(first, first + good + len(ragged), dtype=np.int64)
    at = np.array([row.number - 1 for row in ragged], dtype=np.int64)
    listed = tuple(
        RowError(
            int(row.number) - 1 + first, None, "row_shape", shown(row.text),
            f"found {row.actual_columns} cells; the header has {width}, so put text that holds the delimiter into quotes",
        )
        for row in ragged[:LISTED]
    )
    rows = (at + first).tolist()
    texts = pa.array([row.text[:CELL] for row in ragged], pa.string())
    faults = (Faults(None, None, "row_shape", pa.array(rows, pa.int64()), texts, f"{width} cells, as in the header"),) if ragged else ()
    return np.delete(numbers, at), Early(listed, tuple(rows), len(ragged), faults)
