"""The record store: Delta Lake tables of records, pauses, outages and values, changed by whole batches only.

Readers see the table versions named by the last row of the list of batches, never the newest Delta version. A batch that was killed
half-way is therefore unseen; the next import first sets the tables back to what the list says and then begins afresh.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import DeltaTable

from keepscore.engine.tables import SCHEMAS, Source, Tables
from keepscore.records import store_batches, store_sweep, store_undo
from keepscore.records.store_batches import Batch
from keepscore.records.store_compare import Change, compare_groups, compare_rows, fitted, joined, present_rows, with_month
from keepscore.records.store_errors import NotTheLast, OlderExport, StoreUnreadable, told_plainly
from keepscore.records.store_files import keep_original, root_of
from keepscore.records.store_lock import single_writer
from keepscore.records.store_preview import Counts, unsaved, updated_rows
from keepscore.records.store_sources import SourceState, source_states
from keepscore.records.store_tables import BASE, KEYS, SUPERSEDED, Place, dataset_of, files_of, schema_of, widened
from keepscore.records.store_touched import ClientMonth, touched_months
from keepscore.records.store_undo import Undone
from keepscore.records.store_write import replace_rows

TABLES = (*SCHEMAS, SUPERSEDED)
MAIN = ("records", "outages", "values", "pauses")  # the first of these in a file is what its rows are counted as


class Judged(Protocol):
    """What the store needs of a file that passed the door."""

    @property
    def tables(self) -> dict[str, pa.Table]: ...
    @property
    def ready(self) -> pa.Array: ...
    @property
    def rejected_rows(self) -> tuple[int, ...]: ...
    @property
    def content_digest(self) -> str: ...
    @property
    def file_sha256(self) -> str: ...
    @property
    def newest(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What one import did. `touched` are the months, in UTC, whose numbers may differ for a client because of it."""

    inserted: int
    updated: int
    unchanged: int
    batch: str
    touched: frozenset[ClientMonth] = frozenset()
    recognised: bool = False  # the same content was loaded before and nothing changed since


class RecordStore:
    """A store at a local folder or a URL. Nothing is made there before the first import."""

    def __init__(
        self, place: str | os.PathLike[str], *, storage_options: Mapping[str, str] | None = None, wait_seconds: float = 600,
        pinned: int | None = None,
    ) -> None:  # fmt: skip
        self.root = root_of(place)
        self.wait_seconds = wait_seconds
        self._options = storage_options
        self._pinned = pinned

    # --- reading ---------------------------------------------------------------------------------------------------------

    def batches(self) -> list[Batch]:
        """Every batch loaded, oldest first; one that was undone since says when."""
        return store_batches.imports(self._entries())

    def version(self) -> dict[str, int]:
        """What a scorecard pins: `batches` is the number of the last batch or undo, the rest are the Delta versions readers see."""
        return _version(self._entries())

    def _entries(self) -> list[Batch]:
        """Every batch and every undo, oldest first."""
        with told_plainly(str(self.root)):
            found = store_batches.read(self._place(store_batches.NAME))
        return found if self._pinned is None else [entry for entry in found if entry.number <= self._pinned]

    def at(self, version: Mapping[str, int]) -> RecordStore:
        """The store as it was at an earlier `version()`; for reading."""
        return RecordStore(self.root, storage_options=self._options, wait_seconds=self.wait_seconds, pinned=version["batches"])

    def tables(self) -> Tables:
        """What the engine scores: Parquet files of one consistent version (rows in memory where the store is a URL)."""
        entries = self._entries()
        versions = _version(entries)
        with told_plainly(str(self.root)):
            parts = {name: self._source(name, versions.get(name)) for name in SCHEMAS}
        records = parts["records"] if parts["records"] is not None else SCHEMAS["records"].empty_table()
        return Tables(
            records=records, pauses=parts["pauses"], outages=parts["outages"], values=parts["values"],
            complete_to=store_batches.newest_complete(store_batches.in_force(entries)),
        )  # fmt: skip

    def read(self, name: str) -> pa.Table:
        """One table in memory, `batch` included."""
        with told_plainly(str(self.root)):
            table = self._open(name, self.version())
            return BASE[name].empty_table() if table is None else dataset_of(table).to_table()

    def history(self, source: str, reference: str) -> list[dict[str, Any]]:
        """The states of one record, oldest first, the present one last: its columns, `batch` that wrote it, `replaced_by` (or None)."""
        versions = self.version()
        order = {batch.id: batch.number for batch in self.batches()}
        with told_plainly(str(self.root)):
            states = [
                row for name in (SUPERSEDED, "records") for row in self._rows_of(name, versions, source=source, reference=reference)
            ]  # fmt: skip
        return sorted(states, key=lambda row: order[row["batch"]])

    def _rows_of(self, name: str, versions: Mapping[str, int], *, source: str, reference: str) -> list[dict[str, Any]]:
        table = self._open(name, versions)
        if table is None:
            return []
        where = (pc.field("source") == source) & (pc.field("reference") == reference)
        rows: list[dict[str, Any]] = dataset_of(table).to_table(filter=where).to_pylist()
        return [{"replaced_by": None, **row} for row in rows]

    def opened(self, name: str) -> DeltaTable | None:
        """The Delta table as readers see it now."""
        return self._open(name, self.version())

    def rows_of(self, name: str, *, source: str, reference: str) -> list[dict[str, Any]]:
        """The rows of one table that belong to a record."""
        with told_plainly(str(self.root)):
            return self._rows_of(name, self.version(), source=source, reference=reference)

    def sources(self) -> tuple[SourceState, ...]:
        """Each source with how far it is complete, its last batch and its records."""
        return source_states(store_batches.in_force(self._entries()))

    # --- what an import would do ---------------------------------------------------------------------------------------------

    def compare(self, checked: Judged) -> Counts:
        """What importing a judged file would count. Nothing is written."""
        with told_plainly(str(self.root)):
            versions = self.version()
            changes = self._changes(checked, versions)
            touched = touched_months(changes, records_of=lambda keys: self._records_by_key(keys, changes, versions))
            name = next((name for name in MAIN if name in changes), "")
            rows = updated_rows(checked.tables[name], checked.ready, changes, name=name) if name else ()
            return Counts(*_counts(changes), touched, rows)

    def touched_by(self, batch: str) -> frozenset[ClientMonth]:
        """The months, in UTC, whose numbers may differ for a client because of a batch that was loaded."""
        entries = self._entries()
        entry = next(entry for entry in entries if entry.id == batch and entry.undoes is None)
        before = next((earlier.versions for earlier in entries if earlier.number == entry.number - 1), {})
        with told_plainly(str(self.root)):
            return store_undo.touched_between(self._open, before=before, after=entry.versions)

    @contextmanager
    def with_unsaved(self, checked: Judged, *, source: str, now: datetime, complete_to: datetime | None = None) -> Iterator[Tables]:
        """The tables as they would be after importing a judged file; nothing is saved.

        Of the records only the months that lose rows are read and written, into a folder that is gone afterwards.
        """
        entries = self._entries()
        versions = _version(entries)
        complete = store_batches.newest_complete(store_batches.in_force(entries))
        newest = complete_to or (checked.newest and min(checked.newest, now))
        if newest is not None and _later(newest, complete.get(source)):
            complete[source] = newest
        with TemporaryDirectory(prefix="keepscore-") as folder, told_plainly(str(self.root)):
            changes = self._changes(checked, versions)
            parts = {name: self._unsaved(name, changes.get(name), versions, Path(folder)) for name in SCHEMAS}
            records = parts["records"] if parts["records"] is not None else SCHEMAS["records"].empty_table()
            yield Tables(
                records=records, pauses=parts["pauses"], outages=parts["outages"], values=parts["values"], complete_to=complete
            )  # fmt: skip

    def _unsaved(self, name: str, change: Change | None, versions: Mapping[str, int], folder: Path) -> Source | None:
        if change is None:
            return self._source(name, versions.get(name))
        return unsaved(
            change, self._open(name, versions), folder=folder, local=isinstance(self.root, Path),
            stored=lambda: self._source(name, versions.get(name)),
        )  # fmt: skip

    def _changes(self, checked: Judged, versions: Mapping[str, int]) -> dict[str, Change]:
        return {name: self._change(name, rows, checked, versions) for name, rows in _wanted(checked.tables)}

    # --- writing ---------------------------------------------------------------------------------------------------------

    def import_checked(
        self, checked: Judged, *, source: str, now: datetime, exported_at: datetime | None = None, complete_to: datetime | None = None,
        allow_older: bool = False, original: Path | None = None,
    ) -> ImportResult:  # fmt: skip
        """Load a judged file as one batch, exactly once.

        `exported_at` (default: the newest moment in the file) guards against older exports; `complete_to` (same default) says up to when
        the source is complete. Raises OlderExport, TypeClash, StoreBusy, StoreFull, StoreUnreadable; then nothing was loaded.
        """
        if self._pinned is not None:
            raise StoreUnreadable("This is an earlier version of the store; records are imported into the present one.")
        with told_plainly(str(self.root)), single_writer(self.root, wait_seconds=self.wait_seconds):
            entries = self._entries()
            batches = store_batches.in_force(entries)
            self._set_back(_version(entries))
            known = store_batches.recognised(batches, source=source, digest=checked.content_digest)
            newest = checked.newest and min(checked.newest, now)  # what is planned for later says nothing about the export
            complete = complete_to or newest
            if known is not None and not _later(complete, store_batches.newest_complete(batches).get(source)):
                return ImportResult(0, 0, known.records, known.id, recognised=True)
            number = entries[-1].number + 1 if entries else 1
            batch = Batch(
                number=number, id=f"{number:06d}-{checked.content_digest[:12]}", source=source,
                file_name=original.name if original else None,
                file_sha256=checked.file_sha256, content_digest=checked.content_digest, at=now.astimezone(UTC).replace(microsecond=0),
                exported_at=exported_at or newest, complete_to=complete, records=0, inserted=0, updated=0, unchanged=0,
                rejected_rows=checked.rejected_rows, versions={},
            )  # fmt: skip
            return self._load(checked, batch, batches, allow_older=allow_older, original=original)

    def undo_last(self, *, now: datetime, expected: str) -> Undone:
        """Take the last batch back, exactly once: readers see what the store held before it, and the same file can be loaded again.

        `expected` is the id of that batch. NotTheLast when another one is the last; then nothing was changed. Its rows stay readable
        for whoever pinned its version.
        """
        if self._pinned is not None:
            raise StoreUnreadable("This is an earlier version of the store; batches are undone in the present one.")
        if not self._entries():
            raise NotTheLast(expected=expected, last=None)
        with told_plainly(str(self.root)), single_writer(self.root, wait_seconds=self.wait_seconds):
            entries = self._entries()
            entry, known = store_undo.entry_of(entries, expected=expected, now=now)
            if not known:
                self._set_back(_version(entries))
                store_batches.write(self._place(store_batches.NAME), entry)
            self._set_back(entry.versions)
            batch = next(batch for batch in entries if batch.id == expected)
            touched = store_undo.touched_between(self._open, before=entry.versions, after=batch.versions)
            return Undone(expected, entry.at, batch.inserted, batch.updated, touched, recognised=known)

    def _set_back(self, versions: Mapping[str, int]) -> None:
        store_sweep.set_back(self.root, [self._place(name) for name in TABLES], versions)

    def _load(self, checked: Judged, batch: Batch, batches: list[Batch], *, allow_older: bool, original: Path | None) -> ImportResult:
        versions = dict(batches[-1].versions) if batches else {}
        changes = self._changes(checked, versions)
        if not allow_older:
            for change in changes.values():
                _refuse_older(change, batch, {entry.id: entry for entry in batches})
        store_sweep.begin(self.root)
        if original is not None:
            keep_original(self.root, original, sha256=checked.file_sha256)
        inserted, updated, unchanged = _counts(changes)
        touched = touched_months(changes, records_of=lambda keys: self._records_by_key(keys, changes, versions))
        for name, change in changes.items():
            versions |= self._write(name, change, batch.id, versions)
        total = inserted + updated + unchanged
        store_batches.write(
            self._place(store_batches.NAME),
            replace(batch, records=total, inserted=inserted, updated=updated, unchanged=unchanged, versions=versions),
        )
        store_sweep.end(self.root)
        return ImportResult(inserted, updated, unchanged, batch.id, touched)

    def _change(self, name: str, rows: pa.Table, checked: Judged, versions: Mapping[str, int]) -> Change:
        table = self._open(name, versions)
        schema = widened(schema_of(table, name), rows.schema, name=name)
        stored = pa.schema([item for item in schema if item.name != "batch"])
        incoming = fitted(with_month(rows) if name == "records" else rows, stored)
        if name == "pauses":
            owners = checked.tables.get("records", rows)  # records that come without pauses lose the ones they had
            keys = pc.unique(joined(owners, KEYS[name]))
            return compare_groups(incoming, present_rows(table, schema, keys, name=name), name=name)
        months = set(pc.unique(incoming["month"]).to_pylist()) if name == "records" else None
        return compare_rows(incoming, present_rows(table, schema, joined(incoming, KEYS[name]), name=name, months=months), name=name)

    def _write(self, name: str, change: Change, batch: str, versions: Mapping[str, int]) -> dict[str, int]:
        """Change one table, earlier states of records first; the versions after it."""
        if change.is_empty:
            return {}
        result: dict[str, int] = {}
        if name == "records" and change.earlier.num_rows:
            result |= self._commit(SUPERSEDED, _with(change.earlier, "replaced_by", batch), None, batch, versions)
        return result | self._commit(name, _with(change.rows, "batch", batch), change.earlier, batch, versions)

    def _commit(self, name: str, rows: pa.Table, gone: pa.Table | None, batch: str, versions: Mapping[str, int]) -> dict[str, int]:
        place = self._place(name)
        table = place.ready(rows.schema, batch=batch)
        schema = pa.schema(table.schema().to_arrow())
        gone = schema.empty_table() if gone is None else fitted(gone, schema)
        replace_rows(table, name=name, gone=gone, rows=fitted(rows, schema), batch=batch)
        place.settle(since=versions.get(name, -1))
        return {name: table.version()}

    def _records_by_key(self, keys: pa.Array, changes: Mapping[str, Change], versions: Mapping[str, int]) -> pa.Table:
        table = self._open("records", versions)
        return present_rows(table, schema_of(table, "records"), keys, name="records")

    # --- parts -----------------------------------------------------------------------------------------------------------

    def _place(self, name: str) -> Place:
        return Place(name, self.root, self._options)

    def _open(self, name: str, versions: Mapping[str, int]) -> DeltaTable | None:
        return self._place(name).open(versions[name]) if name in versions else None

    def _source(self, name: str, version: int | None) -> Source | None:
        table = self._place(name).open(version) if version is not None else None
        if table is None:
            return None
        files = files_of(table) if isinstance(self.root, Path) else ()
        return files or dataset_of(table).to_table()


def _version(batches: list[Batch]) -> dict[str, int]:
    return {"batches": batches[-1].number, **batches[-1].versions} if batches else {"batches": 0}


def _later(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and (other is None or one > other)


def _wanted(tables: Mapping[str, pa.Table]) -> list[tuple[str, pa.Table]]:
    return [(name, tables[name]) for name in MAIN if name in tables]


def _with(rows: pa.Table, column: str, batch: str) -> pa.Table:
    return rows.append_column(pa.field(column, pa.string(), nullable=False), pa.repeat(pa.scalar(batch), rows.num_rows))


def _refuse_older(change: Change, batch: Batch, known: Mapping[str, Batch]) -> None:
    if batch.exported_at is None:
        return
    newer: dict[datetime, int] = {}
    for entry in pc.value_counts(change.earlier["batch"]).to_pylist():
        writer = known[entry["values"]]
        if writer.source == batch.source and writer.exported_at is not None and writer.exported_at > batch.exported_at:
            newer[writer.exported_at] = entry["counts"]
    if newer:
        raise OlderExport(source=batch.source, exported_at=batch.exported_at, newer=max(newer), records=sum(newer.values()))


def _counts(changes: Mapping[str, Change]) -> tuple[int, int, int]:
    """Inserted, updated, unchanged rows of the file's main table; a record whose pauses alone changed counts as updated."""
    main = changes.get(next((name for name in MAIN if name in changes), ""))
    if main is None:
        return 0, 0, 0
    if main.name != "records" or "pauses" not in changes:
        return main.inserted, main.updated, main.unchanged
    pauses = changes["pauses"].changed_keys
    only = len(pauses) - (pc.sum(pc.is_in(pauses, value_set=main.changed_keys)).as_py() or 0) if len(pauses) else 0
    return main.inserted, main.updated + only, main.unchanged - only
