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

from keepscore.records.checks.errors import FileRefused, RowError, shown
from keepscore.records.readers.blank import without_blank
from keepscore.records.readers.content import as_utf8
from keepscore.records.readers.raw import Limits, Raw, check_count, check_names

_HEADER = re.compile(rb'(?:[^"\r\n]|"[^"]*")*(?:\r\n|\r|\n|\Z)')
_STEP = 1 << 24


def read_separated(
    content: bytes, *, encoding: str, mark: str, names: Sequence[str] | None, wanted: Sequence[str], limits: Limits
) -> Raw:
    """Rows of a CSV or TSV file. `names` stand for a missing header; `wanted` are the columns that must be there."""
    text = as_utf8(content, declared=encoding)
    _refuse_nul(text)
    quotes = _places(text, b'"')
    _check_quotes(text, quotes, mark.encode())
    _check_rows(text, quotes, limits)
    start, header, first = _header(text, mark) if names is None else (0, list(names), 1)
    check_names(header, wanted=wanted, row=None if names else 1)
    if not text[start:].strip():
        check_count(0, limits)
    table, ragged = _parse(text[start:] if start else text, mark, len(header))
    rows, errors = _number(table.num_rows, ragged, len(header), first)
    return without_blank(Raw(table.rename_columns([name or f"column {at + 1}" for at, name in enumerate(header)]), rows, errors), limits)


def _header(text: bytes, mark: str) -> tuple[int, list[str], int]:
    """Where the data begins, the names, and the number of the first data row."""
    found = _HEADER.match(text)
    line = found.group() if found else b""
    cells = next(csv.reader(io.StringIO(line.decode(), newline=""), delimiter=mark), [])
    names = [cell.strip() for cell in cells]
    if not any(names):
        raise FileRefused("missing_column", "found a blank first row; the first row holds the names of the columns", row=1)
    return len(line), names, 2


def _parse(text: bytes, mark: str, width: int) -> tuple[pa.Table, list[pa.csv.InvalidRow]]:
    ragged: list[pa.csv.InvalidRow] = []

    def skip(row: pa.csv.InvalidRow) -> str:
        ragged.append(row)
        return "skip"

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
        raise FileRefused("csv_structure", f"the rows cannot be told apart ({shown(str(error))}); check quotes and line ends") from None
    return table, ragged


def _number(good: int, ragged: list[pa.csv.InvalidRow], width: int, first: int) -> tuple[NDArray[np.int64], tuple[RowError, ...]]:
    """Row numbers of the good rows, and one error for each row of another width."""
    numbers = np.arange(first, first + good + len(ragged), dtype=np.int64)
    at = np.array([row.number - 1 for row in ragged], dtype=np.int64)
    errors = tuple(
        RowError(
            int(row.number) - 1 + first, None, "row_shape", shown(row.text),
            f"found {row.actual_columns} cells; the header has {width}, so put text that holds the delimiter into quotes",
        )
        for row in ragged
    )
    return np.delete(numbers, at), errors


def _places(text: bytes, char: bytes) -> NDArray[np.int64]:
    """Positions of one byte, found piece by piece to stay small."""
    if char not in text:
        return np.zeros(0, np.int64)
    whole = np.frombuffer(text, np.uint8)
    pieces = [np.flatnonzero(whole[at:at + _STEP] == char[0]) + at for at in range(0, len(whole), _STEP)]
    return np.concatenate(pieces)


def _check_quotes(text: bytes, quotes: NDArray[np.int64], mark: bytes) -> None:
    """A quote opens only at the start of a cell and closes only at its end; doubled quotes stand for one."""
    if not len(quotes):
        return
    whole = np.frombuffer(text, np.uint8)
    edge = np.array([mark[0], 10, 13], np.uint8)
    opens, closes = quotes[0::2], quotes[1::2]
    doubled = np.zeros(len(opens), np.bool_)
    doubled[1:] = opens[1:] == closes[: len(opens) - 1] + 1
    stray = opens[(opens > 0) & ~doubled & ~np.isin(whole[np.maximum(opens - 1, 0)], edge)]
    after = whole[np.minimum(closes + 1, len(whole) - 1)]
    early = closes[(closes + 1 < len(whole)) & ~np.isin(after, np.append(edge, 34))]
    places = [int(found[0]) for found in (stray, early) if len(found)]
    if not places and len(quotes) % 2:
        places = [int(quotes[-1])]
        raise FileRefused("csv_structure", "found a quote that is never closed; close it, or double quotes inside a cell",
                          row=_row_at(text, quotes[:-1], places[0]))
    if places:
        at = min(places)
        raise FileRefused(
            "csv_structure", "found a quote inside a cell; put the cell into quotes and double the quotes inside it",
            row=_row_at(text, quotes[quotes < at], at), value=text[max(at - 20, 0):at + 20].decode(errors="replace"),
        )


def _ends(text: bytes, quotes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Positions at which a row ends: line feed, carriage return, or both together, outside quotes."""
    returns = _places(text, b"\r")
    feeds = _places(text, b"\n")
    if len(returns) and len(feeds):
        returns = returns[~np.isin(returns + 1, feeds)]
    ends = np.sort(np.concatenate([returns, feeds])) if len(returns) else feeds
    return ends[np.searchsorted(quotes, ends) % 2 == 0] if len(quotes) else ends


def _row_at(text: bytes, quotes: NDArray[np.int64], at: int) -> int:
    return int((_ends(text[:at], quotes) < at).sum()) + 1


def _check_rows(text: bytes, quotes: NDArray[np.int64], limits: Limits) -> None:
    ends = len(_ends(text, quotes))
    if ends > limits.rows + 1:
        check_count(ends - 1, limits)


def _refuse_nul(text: bytes) -> None:
    at = text.find(b"\0")
    if at >= 0:
        row = max(text.count(b"\n", 0, at), text.count(b"\r", 0, at)) + 1
        raise FileRefused("control_char", "found a NUL byte; text files hold none", row=row, value="\0")
