"""The rejected rows as a file to mend: every column as found, then which row it was and what is wrong with it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from keepscore.records.checks.errors import FileRefused, shown
from keepscore.records.door import Checked
from keepscore.records.mapping_model import ImportMapping
from keepscore.records.preview import found_rows
from keepscore.records.readers.choose import read_whole
from keepscore.records.readers.raw import COLUMNS, COMMAND_LINE, Limits

REASONS = ("keepscore row", "keepscore reason")
FILE = "keepscore file"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # what a spreadsheet may run
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")


def write_rejected(files: Sequence[tuple[Path, Checked]], out: Path, mapping: ImportMapping, *, limits: Limits = COMMAND_LINE) -> None:
    """Write the rejected rows of judged files as one CSV in their own columns, with the delimiter and encoding of the mapping.

    Mended, it can be imported by the same mapping: the columns of ours at its end are not read. Cells that a spreadsheet would run as a
    formula begin with an apostrophe.
    """
    parts = [(file, *_rejected(file, checked, mapping, limits)) for file, checked in files]
    names = list(dict.fromkeys(name for _, columns, _ in parts for name in columns))
    own = ((FILE,) if len(files) > 1 else ()) + REASONS
    with out.open("w", newline="", encoding=_encoding(mapping), errors="replace") as target:
        writer = csv.writer(target, delimiter=mapping.mark if mapping.format in ("csv", "tsv") else ",")
        writer.writerow([harmless(cell) for cell in (*names, *own)][:COLUMNS])
        for file, columns, rows in parts:
            for row, cells, why in rows:
                texts = dict(zip(columns, cells, strict=False))
                ours = [*([file.name] if len(files) > 1 else []), row, why]
                writer.writerow([harmless(cell) for cell in (*(texts.get(name, "") for name in names), *ours)][:COLUMNS])


def _rejected(
    file: Path, checked: Checked, mapping: ImportMapping, limits: Limits
) -> tuple[Sequence[str], Iterator[tuple[int | str, list[str], str]]]:  # fmt: skip
    """The columns of a file, and its rejected rows with their reasons."""
    if checked.refused:
        return (), iter([("", [], "; ".join(error.message for error in checked.errors))])
    try:
        raw = read_whole(file, mapping, limits)
    except FileRefused as refusal:
        return (), iter([("", [], refusal.error.message)])
    reasons = _reasons(checked)
    texts = dict(found_rows(raw, checked.rejected_rows, mark=mapping.mark))
    return raw.table.column_names, ((row, texts.get(row, []), "; ".join(reasons.get(row, ["left out"]))) for row in checked.rejected_rows)


def _reasons(checked: Checked) -> dict[int, list[str]]:
    """What is wrong with each row, all of it; the first hundred with the whole message."""
    result: dict[int, list[str]] = {}
    for item in checked.faults:
        values = item.values.to_pylist() if item.values is not None else [None] * len(item.rows)
        for row, value in zip(item.rows.to_pylist(), values, strict=True):
            found = "found nothing" if value is None else f"found '{shown(value)}'"
            column = f"{item.column}: " if item.column else ""
            result.setdefault(row, []).append(f"{column}{found}; {item.expected or item.reason} ({item.reason})")
    return result


def _encoding(mapping: ImportMapping) -> str:
    plain = mapping.encoding.lower().replace("_", "-")
    return "utf-8-sig" if plain in ("utf-8", "utf8", "ascii") or mapping.format not in ("csv", "tsv") else mapping.encoding


def harmless(cell: object) -> object:
    """Text that a spreadsheet shows and does not run; a plain number stays a number."""
    if not isinstance(cell, str) or not cell.startswith(_FORMULA) or _NUMBER.fullmatch(cell):
        return cell
    return f"'{cell}"
