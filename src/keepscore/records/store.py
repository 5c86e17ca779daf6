"""The record store: Delta Lake tables of records, pauses, outages and values, changed by whole batches only.

Readers see the table versions named by the last row of the list of batches, never the newest Delta version. A batch that was killed
half-way is therefore unseen; the next import first sets the tables back to what the list says and then begins afresh.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from keepscore.engine.tables import SCHEMAS
from keepscore.records import store_batches, store_sweep, store_undo
from keepscore.records.store_batches import Batch
from keepscore.records.store_changes import Judged, StoreChanges, counts_of, is_later
from keepscore.records.store_compare import Change, fitted
from keepscore.records.store_errors import NotTheLast, OlderExport, StoreUnreadable, told_plainly
from keepscore.records.store_files import keep_original
from keepscore.records.store_lock import single_writer
from keepscore.records.store_read import version_of
from keepscore.records.store_tables import SUPERSEDED
from keepscore.records.store_touched import ClientMonth, touched_months
from keepscore.records.store_undo import Undone
from keepscore.records.store_write import replace_rows

TABLES = (*SCHEMAS, SUPERSEDED)


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What one import did. `touched` are the months, in UTC, whose numbers may differ for a client because of it."""

    inserted: int
    updated: int
    unchanged: int
    batch: str
    touched: frozenset[ClientMonth] = frozenset()
    recognised: bool = False  # the same content was loaded before and nothing changed since


class RecordStore(StoreChanges):
    """A store at a local folder or a URL. Nothing is made there before the first import."""

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
            self._set_back(version_of(entries))
            known = store_batches.recognised(batches, source=source, digest=checked.content_digest)
            newest = checked.newest and min(checked.newest, now)  # what is planned for later says nothing about the export
            complete = complete_to or newest
            if known is not None and not is_later(complete, store_batches.newest_complete(batches).get(source)):
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
                self._set_back(version_of(entries))
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
        inserted, updated, unchanged = counts_of(changes)
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
