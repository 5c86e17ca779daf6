"""What is wrong in a file, row by row: one vocabulary of reasons, at most 100 listed, all counted."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

LISTED = 100
CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x{80}-\x{9f}]"     # for RE2: all but tab and line breaks
UNSAFE = r"[\x{202a}-\x{202e}\x{2066}-\x{2069}]"              # overrides and isolates of direction
REASONS = (
    "file_type", "corrupt", "encrypted", "macro", "too_large", "zip_bomb", "xml_entities", "encoding", "control_char",
    "unsafe_unicode", "empty", "missing_column", "duplicate_column", "too_many_columns", "csv_structure", "row_shape",
    "required", "unknown_client", "client_scope", "unknown_function", "enum", "bool_format", "number_format", "out_of_range",
    "date_format", "date_ambiguous", "date_invalid", "tz_missing", "dst_nonexistent", "dst_ambiguous", "date_order",
    "future_date", "duplicate_key", "formula_cell", "merged_cells", "yaml_tag", "alias_bomb", "syntax", "duplicate_mapping_key",
    "depth", "schema",
)
Indexes = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class RowError:
    """One fault. `row` counts as a person sees it (the header is row 1); None where the whole file is meant."""

    row: int | None
    column: str | None
    reason: str
    value: str | None   # what was found, at most 60 characters, controls shown
    message: str        # what was found and what would be accepted


@dataclass(frozen=True, slots=True)
class Faults:
    """All faults of one kind in one column, however many: `rows` as a person counts them, with the whole text found where there is one."""

    field: str | None   # of the mapping; None where the fault is not of one field
    column: str | None
    reason: str
    rows: pa.Array
    values: pa.Array | None
    expected: str       # what would be accepted


class FileRefused(Exception):
    """The file cannot be read at all, or only without trusting it; `error` says why."""

    def __init__(self, reason: str, message: str, *, row: int | None = None, column: str | None = None, value: str | None = None) -> None:
        self.error = RowError(row, column, reason, None if value is None else shown(value), message)
        super().__init__(message)


def shown(value: str) -> str:
    """The value for a person: at most 60 characters, control and direction characters made visible."""
    if len(value) <= 60 and value.isprintable():
        return value
    text = "".join(_visible(char) for char in value[:61])
    return text if len(value) <= 60 and len(text) <= 60 else text[:57] + "..."


def _visible(char: str) -> str:
    hidden = unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")
    return f"\\u{ord(char):04x}" if hidden and ord(char) > 255 else f"\\x{ord(char):02x}" if hidden else char


class Errors:
    """Collects faults of the rows of one table; knows which rows are bad."""

    def __init__(self, rows: Indexes) -> None:
        self.rows = rows                                    # row number of each index
        self.bad: Mask = np.zeros(len(rows), dtype=np.bool_)
        self.total = 0
        self.field: str | None = None                       # the one that is being judged
        self.faults: list[Faults] = []
        self._listed: list[tuple[int, int, RowError]] = []

    def add(self, where: Mask, column: str | None, reason: str, values: pa.Array | None, say: str | Callable[[str], str]) -> None:
        """One fault of the same kind for each row of the mask; `say` is what would be accepted, or makes it from the value."""
        found = np.flatnonzero(where)
        if not len(found):
            return
        self.bad[found] = True
        self.total += len(found)
        self.note(found, column, reason, values, say if isinstance(say, str) else "")
        for index in found[:LISTED]:
            value = None if values is None else values[int(index)].as_py()
            self.tell(int(index), column, reason, value, say if isinstance(say, str) else say(value or ""))

    def note(self, found: Indexes, column: str | None, reason: str, values: pa.Array | None, expected: str) -> None:
        """Remembers every row of one kind of fault."""
        texts = None if values is None else values.take(pa.array(found)).cast(pa.string())
        self.faults.append(Faults(self.field, column, reason, pa.array(self.rows[found], pa.int64()), texts, expected))

    def tell(self, index: int, column: str | None, reason: str, value: str | None, expected: str) -> None:
        row = int(self.rows[index])
        found = "nothing" if value is None else f"{shown(value)!r}" if value == shown(value) else f"'{shown(value)}'"
        error = RowError(row, column, reason, None if value is None else shown(value), f"found {found}; {expected}")
        self._listed.append((row, len(self._listed), error))

    def listed(self) -> tuple[RowError, ...]:
        """The first 100 in the order of the rows."""
        return tuple(error for _, _, error in sorted(self._listed, key=lambda item: item[:2])[:LISTED])

    def absorb(self, inner: Errors, indexes: Indexes) -> None:
        """Takes over the faults of some of the rows, judged apart."""
        self.bad[indexes[inner.bad]] = True
        self.total += inner.total
        self.faults += inner.faults
        self._listed += inner._listed
