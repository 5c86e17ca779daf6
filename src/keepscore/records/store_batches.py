"""The list of batches. Its last row is what makes a batch true: it names the versions of the tables that readers see."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa
from deltalake import DeltaTable, Field, write_deltalake

from keepscore.engine.tables import MOMENT
from keepscore.records.store_handles import newest, once
from keepscore.records.store_tables import Place, dataset_of, stamped

NAME = "batches"
_COMPACT_EVERY = 50  # one small file a batch, put together now and then so that reading the list stays quick
SCHEMA = pa.schema(
    [
        pa.field("number", pa.int64(), nullable=False),
        pa.field("id", pa.string(), nullable=False),
        pa.field("source", pa.string(), nullable=False),
        pa.field("file_name", pa.string()),
        pa.field("file_sha256", pa.string(), nullable=False),
        pa.field("content_digest", pa.string(), nullable=False),
        pa.field("at", MOMENT, nullable=False),
        pa.field("exported_at", MOMENT),
        pa.field("complete_to", MOMENT),
        pa.field("records", pa.int64(), nullable=False),
        pa.field("inserted", pa.int64(), nullable=False),
        pa.field("updated", pa.int64(), nullable=False),
        pa.field("unchanged", pa.int64(), nullable=False),
        pa.field("rejected_rows", pa.string(), nullable=False),  # JSON, so that every reader of Delta can show it
        pa.field("versions", pa.string(), nullable=False),  # JSON
        pa.field("undoes", pa.string()),  # the batch that this entry takes back; blank for an import
    ]
)


@dataclass(frozen=True, slots=True)
class Batch:
    """One import that was loaded, or, where `undoes` names one, the undo of it.

    `versions` are those of the Delta tables after it; `number` counts all entries from 1. `undone_at` is not stored: it follows from a
    later entry.
    """

    number: int
    id: str
    source: str
    file_name: str | None
    file_sha256: str
    content_digest: str
    at: datetime
    exported_at: datetime | None
    complete_to: datetime | None
    records: int
    inserted: int
    updated: int
    unchanged: int
    rejected_rows: tuple[int, ...]
    versions: Mapping[str, int]
    undoes: str | None = None
    undone_at: datetime | None = None


def read(place: Place) -> list[Batch]:
    """All entries, oldest first; none where there is no store yet."""
    key = newest(place.uri) if isinstance(place.root, Path) else None
    return list(once(key and ("batches", key), lambda: _read(place)))


def _read(place: Place) -> tuple[Batch, ...]:
    table = place.open()
    if table is None:
        return ()
    rows = dataset_of(table).to_table().sort_by("number").to_pylist()
    return tuple(_batch(row) for row in rows)


def _batch(row: dict[str, object]) -> Batch:
    plain = {**row, "rejected_rows": tuple(json.loads(str(row["rejected_rows"]))), "versions": json.loads(str(row["versions"]))}
    return Batch(**plain)


def write(place: Place, batch: Batch) -> None:
    """The act that loads a batch: one row, one Delta commit. Before it nothing of the batch is seen, after it all."""
    row = {**asdict(batch), "rejected_rows": json.dumps(batch.rejected_rows), "versions": json.dumps(dict(batch.versions), sort_keys=True)}
    row.pop("undone_at")
    table = place.open() or DeltaTable.create(
        place.uri, schema=SCHEMA, mode="ignore", storage_options=dict(place.options) if place.options else None
    )
    if "undoes" not in pa.schema(table.schema().to_arrow()).names:  # a list made before batches could be undone
        table.alter.add_columns([Field.from_arrow(SCHEMA.field("undoes"))], commit_properties=stamped(batch.id))
        table.update_incremental()
    since = table.version()
    write_deltalake(table, pa.Table.from_pylist([row], schema=SCHEMA), mode="append", commit_properties=stamped(batch.id))
    place.settle(since=since)
    if batch.number % _COMPACT_EVERY == 0:
        table.optimize.compact()


def in_force(entries: Iterable[Batch]) -> list[Batch]:
    """The imports that were not undone, oldest first: what the store is made of."""
    result: list[Batch] = []
    for entry in entries:
        if entry.undoes is None:
            result.append(entry)
        else:
            result = [batch for batch in result if batch.id != entry.undoes]
    return result


def imports(entries: Sequence[Batch]) -> list[Batch]:
    """Every import, oldest first; one that was undone says when."""
    undone = {entry.undoes: entry.at for entry in entries if entry.undoes is not None}
    return [replace(entry, undone_at=undone.get(entry.id)) for entry in entries if entry.undoes is None]


def newest_complete(batches: Iterable[Batch]) -> dict[str, datetime]:
    """Per source, up to when it is complete: the latest that any of its batches stated."""
    result: dict[str, datetime] = {}
    for batch in batches:
        if batch.complete_to is not None:
            result[batch.source] = max(batch.complete_to, result.get(batch.source, batch.complete_to))
    return result


def recognised(batches: Sequence[Batch], *, source: str, digest: str) -> Batch | None:
    """The batch that loaded the same content, provided nothing was changed since; otherwise the rows must be compared."""
    for batch in reversed(batches):
        if batch.source == source and batch.content_digest == digest:
            return batch
        if batch.inserted or batch.updated:
            return None
    return None
