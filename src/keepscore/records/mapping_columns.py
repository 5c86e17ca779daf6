"""The columns of a file with a guess at each, for a person who matches them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from keepscore.records.checks.errors import shown
from keepscore.records.mapping_guess import guessed, written
from keepscore.records.mapping_sample import look
from keepscore.records.readers.raw import BROWSER, Limits


@dataclass(frozen=True, slots=True)
class ColumnSample:
    """A column of a file with its first three values that are not blank, and the field it may be."""

    name: str
    samples: tuple[str, ...]
    field: str | None


@dataclass(frozen=True, slots=True)
class Columns:
    """A guess at a file: the text of a mapping, what to check in it, how the file is written, and its columns."""

    text: str
    check: tuple[str, ...]
    format: str
    encoding: str
    delimiter: str
    columns: tuple[ColumnSample, ...]


def guess_columns(path: str | Path, *, limits: Limits = BROWSER) -> Columns:
    """A guess with the columns it was made from, for matching them by hand. Raises FileRefused where the file cannot be read at all."""
    path = Path(path)
    sample = look(path, limits)
    made = guessed(sample)
    fields = {column: name for name, column in made.columns.items()}
    columns = tuple(ColumnSample(name, _first(sample.table[name]), fields.get(name)) for name in sample.table.column_names)
    return Columns(written(made, path), tuple(made.check), sample.format, sample.encoding, sample.delimiter, columns)


def _first(column: pa.ChunkedArray) -> tuple[str, ...]:
    """The first three values that are not blank, whole but for length."""
    text = pc.utf8_trim_whitespace(column.cast(pa.string()))
    found = text.filter(pc.greater(pc.utf8_length(text), 0).fill_null(False)).slice(0, 3).to_pylist()
    return tuple(shown(value) for value in found)
