"""What every reader gives: text columns, the row number of each row, and the faults met on the way."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from keepscore.records.checks.errors import LISTED, Faults, FileRefused, RowError, shown

COLUMNS = 64


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a file may hold. Parquet rows are not limited on the command line."""

    rows: int = 1_000_000
    size: int = 200_000_000         # bytes of the file as it lies there
    unzipped: int = 200_000_000
    ratio: int = 100
    seconds: int = 12               # for the child process that reads a sheet
    memory: int = 450_000_000


COMMAND_LINE = Limits()
BROWSER = Limits(size=50_000_000)


@dataclass(frozen=True, slots=True)
class Early:
    """Rows that could not be read as rows of this table."""

    listed: tuple[RowError, ...] = ()       # at most 100
    rows: tuple[int, ...] = ()              # their numbers, each once
    total: int = 0
    faults: tuple[Faults, ...] = ()         # every one of them

    def more(self, errors: Iterable[RowError]) -> Early:
        """These and further faults."""
        found = Collected()
        for error in errors:
            found.add(error)
        return Early(
            (*self.listed, *found.listed)[:LISTED], tuple(dict.fromkeys((*self.rows, *found.rows))), self.total + found.total,
            (*self.faults, *found.faults()),
        )  # fmt: skip

    def without(self, rows: Collection[int]) -> Early:
        """The faults of other rows."""
        gone = pa.array(sorted(rows), pa.int64())
        kept = [_outside(item, gone) for item in self.faults]
        return Early(
            tuple(error for error in self.listed if error.row not in rows), tuple(row for row in self.rows if row not in rows),
            sum(len(item.rows) for item in kept), tuple(item for item in kept if len(item.rows)),
        )  # fmt: skip


def _outside(item: Faults, gone: pa.Array) -> Faults:
    stay = pc.invert(pc.is_in(item.rows, value_set=gone))
    return replace(item, rows=item.rows.filter(stay), values=None if item.values is None else item.values.filter(stay))


class Collected:
    """Faults of rows that are being read: the first 100 whole, of the others their rows."""

    def __init__(self) -> None:
        self.listed: list[RowError] = []
        self.rows: dict[int, None] = {}
        self.total = 0
        self._kinds: dict[tuple[str | None, str], list[int]] = {}

    def add(self, error: RowError) -> None:
        self.total += 1
        if len(self.listed) < LISTED:
            self.listed.append(error)
        if error.row is not None:
            self.rows[error.row] = None
            self._kinds.setdefault((error.column, error.reason), []).append(error.row)

    def faults(self) -> tuple[Faults, ...]:
        return tuple(Faults(None, column, reason, pa.array(rows, pa.int64()), None, "") for (column, reason), rows in self._kinds.items())

    def early(self) -> Early:
        return Early(tuple(self.listed), tuple(self.rows), self.total, self.faults())


@dataclass(frozen=True, slots=True)
class Raw:
    """Rows as text. `typed` says that moments and numbers were cells of their own type and are written in ISO 8601 and with a point."""

    table: pa.Table                 # every column a string; blank cells "" or null
    rows: NDArray[np.int64]         # row number of each row, as a person sees it
    early: Early = Early()          # faults of rows that are not in the table
    typed: bool = False


def check_names(names: Sequence[str], *, wanted: Sequence[str], row: int | None) -> None:
    """Refuses too many columns, names that stand twice, and columns the mapping needs that are not there."""
    if len(names) > COLUMNS:
        raise FileRefused("too_many_columns", f"found {len(names)} columns; at most {COLUMNS} are accepted", row=row)
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise FileRefused(
            "duplicate_column", f"found the column {shown(twice[0])!r} {names.count(twice[0])} times; each column needs a name of its own",
            row=row, column=shown(twice[0]), value=twice[0],
        )
    missing = [name for name in wanted if name not in names]
    if missing:
        there = shown(", ".join(repr(name) for name in names))
        raise FileRefused(
            "missing_column", f"found no column {', '.join(repr(shown(name)) for name in missing)}; the file has {there}", row=row,
            column=shown(missing[0]),
        )


def check_count(count: int, limits: Limits) -> None:
    if count == 0:
        raise FileRefused("empty", "found no rows; a file needs at least one row below its header")
    if count > limits.rows:
        raise FileRefused("too_large", f"found {count:,} rows; at most {limits.rows:,} are accepted in one file, so split it")
