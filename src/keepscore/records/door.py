"""The door: a file is judged row by row before anything is loaded."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from keepscore.engine.tables import EXTRA_TYPES, PROMISE, SCHEMAS
from keepscore.records.checks.digest import content_digest
from keepscore.records.checks.errors import LISTED, Errors, Faults, FileRefused, RowError
from keepscore.records.checks.events import Events, last_events
from keepscore.records.checks.fields import field_text
from keepscore.records.checks.keys import judge_keys
from keepscore.records.checks.values import Judge, Known
from keepscore.records.mapping_kinds import BLANK_BOOLEAN, KEYS, ORDERED, PAST
from keepscore.records.mapping_model import ImportMapping
from keepscore.records.readers.choose import read
from keepscore.records.readers.raw import COMMAND_LINE, Limits, Raw
from keepscore.records.repairs import Repairs, mended, merged

__all__ = ["Checked", "Known", "check_file"]


def _none() -> pa.Array:
    return pa.array([], pa.int64())


@dataclass(frozen=True, slots=True)
class Checked:
    """A judged file. `tables` hold what would be loaded; without leave_out_rejected they are empty when there is any error."""

    tables: dict[str, pa.Table]         # schemas of engine.tables plus the mapping's further columns
    errors: tuple[RowError, ...]        # at most 100, in the order of the rows
    errors_total: int
    records: int                        # rows of the mapping's table that would be loaded
    rejected_rows: tuple[int, ...]      # rows as a person counts them
    content_digest: str                 # over the canonical sorted rows
    file_sha256: str
    newest: datetime | None             # latest moment that has happened in the file
    refused: bool = False               # nothing of the file can be loaded, not even without its bad rows
    faults: tuple[Faults, ...] = ()     # every fault of every row, by kind
    ready: pa.Array = field(default_factory=_none)  # numbers of the good rows, in the order of the mapping's table

    @property
    def accepted(self) -> bool:
        return self.errors_total == 0


def check_file(
    path: str | Path, mapping: ImportMapping, *, known: Known | None = None, now: datetime, leave_out_rejected: bool = False,
    limits: Limits = COMMAND_LINE, repairs: Repairs | None = None,
) -> Checked:  # fmt: skip
    """Judges every row of a file. `now` bounds the moments that have happened (plus a day).

    With `leave_out_rejected` the good rows are kept and the others named. `repairs` are a person's answers: rows that they leave out are
    not judged, and named among the rejected. Raises OSError where the file cannot be opened, RepairError where an answer does not fit.
    """
    path = Path(path)
    sha = _sha256(path)
    repairs = repairs or Repairs()
    mapping = merged(mapping, repairs)
    try:
        raw = mended(read(path, mapping, limits), repairs)
    except FileRefused as refusal:
        return Checked({}, (refusal.error,), 1, 0, (), "", sha, None, refused=True)
    known = known or Known()
    errors = Errors(raw.rows)
    tables, ready = _judge(raw, mapping, known, now, errors)
    listed = tuple(sorted((*raw.early.listed, *errors.listed()), key=lambda error: error.row or 0)[:LISTED])
    total = errors.total + raw.early.total
    rejected = tuple(sorted({*raw.early.rows, *errors.rows[errors.bad].tolist(), *repairs.left_out}))
    if total and not leave_out_rejected:
        tables = {name: table.slice(0, 0) for name, table in tables.items()}
    digest = content_digest(tables, KEYS)
    return Checked(
        tables, listed, total, tables[mapping.table].num_rows, rejected, digest, sha, _newest(tables[mapping.table]),
        faults=(*raw.early.faults, *errors.faults), ready=ready,
    )  # fmt: skip


def _judge(raw: Raw, mapping: ImportMapping, known: Known, now: datetime, errors: Errors) -> tuple[dict[str, pa.Table], pa.Array]:
    """The good rows as tables, with their numbers; every fault of the others in `errors`."""
    table, pauses, rows = raw.table, None, raw.rows
    if mapping.rows == "event":
        events: Events = last_events(raw, mapping, errors)
        table, pauses, rows = table.take(pa.array(events.last)), events.pauses, raw.rows[events.last]
        inner = Errors(rows)
        typed = _typed(table, mapping, Judge(mapping, known, now, raw.typed, inner))
        good = ~inner.bad & ~errors.bad[events.last]
        errors.absorb(inner, events.last)
    else:
        typed = _typed(table, mapping, Judge(mapping, known, now, raw.typed, errors))
        keep = judge_keys(typed, KEYS[mapping.table], errors, label=_key_label(mapping))
        good = ~errors.bad & keep
    tables: dict[str, pa.Table] = {mapping.table: _conform(typed.filter(pa.array(good)), mapping)}
    if pauses is not None:
        references = tables["records"]["reference"]
        tables["pauses"] = pauses.filter(pc.is_in(pauses["reference"], references.combine_chunks()))
    return tables, pa.array(rows[good], pa.int64())


def _typed(table: pa.Table, mapping: ImportMapping, judge: Judge) -> pa.Table:
    columns: dict[str, pa.Array] = {}
    for name, rule in mapping.fields.items():
        judge.errors.field = name
        text = field_text(table, rule, mapping, name=judge.label(name), errors=judge.errors)
        columns[name] = judge.typed_column(name, text)
    for earlier, later in ORDERED[mapping.table]:
        if earlier in columns and later in columns:
            judge.errors.field = later
            wrong = pc.less(columns[later], columns[earlier]).fill_null(False).to_numpy(zero_copy_only=False)
            value = pc.strftime(columns[later].cast(pa.timestamp("s", tz="UTC")), "%Y-%m-%dT%H:%M:%SZ") if wrong.any() else None
            judge.errors.add(wrong, judge.label(later), "date_order", value, f"{later} is not before {earlier}")
    return pa.table(columns)


def _conform(table: pa.Table, mapping: ImportMapping) -> pa.Table:
    """The table in its published schema; further columns after it, in the order of the mapping."""
    size, columns, fields = table.num_rows, [], []
    for known in SCHEMAS[mapping.table]:
        if known.name == "source":
            column: pa.Array | pa.ChunkedArray = pa.array([mapping.source] * size, pa.string())
        elif known.name in table.column_names:
            column = table[known.name].cast(known.type)
        else:
            column = pa.nulls(size, known.type)
        if known.name in BLANK_BOOLEAN:
            column = column.fill_null(BLANK_BOOLEAN[known.name])
        columns.append(column)
        fields.append(known)
    for name, kind in mapping.extra.items():
        columns.append(table[name].cast(EXTRA_TYPES[kind]))
        fields.append(pa.field(name, EXTRA_TYPES[kind], metadata=PROMISE if kind == "promise" else None))
    return pa.table(columns, schema=pa.schema(fields)).combine_chunks()


def _key_label(mapping: ImportMapping) -> str:
    name = KEYS[mapping.table][-1]
    origins = mapping.fields[name].origins
    return origins[0] if len(origins) == 1 else name


def _newest(table: pa.Table) -> datetime | None:
    names = [name for name in table.column_names if name in PAST | {"started_at", "ended_at", "at"}]
    found: list[Mapping[str, datetime]] = [pc.max(table[name]).as_py() for name in names]
    return max((at for at in found if isinstance(at, datetime)), default=None)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
