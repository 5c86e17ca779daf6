"""Reading a store: one consistent version of its tables, its batches, its sources, one record."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import DeltaTable

from keepscore.engine.tables import SCHEMAS, Source, Tables
from keepscore.records import store_batches, store_undo
from keepscore.records.store_batches import Batch
from keepscore.records.store_errors import told_plainly
from keepscore.records.store_files import root_of
from keepscore.records.store_sources import SourceState, source_states
from keepscore.records.store_tables import BASE, SUPERSEDED, Place, dataset_of, files_of
from keepscore.records.store_touched import ClientMonth


class StoreReader:
    """What can be read of a store at a local folder or a URL."""

    def __init__(
        self, place: str | os.PathLike[str], *, storage_options: Mapping[str, str] | None = None, wait_seconds: float = 600,
        pinned: int | None = None,
    ) -> None:  # fmt: skip
        self.root = root_of(place)
        self.wait_seconds = wait_seconds
        self._options = storage_options
        self._pinned = pinned

    def batches(self) -> list[Batch]:
        """Every batch loaded, oldest first; one that was undone since says when."""
        return store_batches.imports(self._entries())

    def version(self) -> dict[str, int]:
        """What a scorecard pins: `batches` is the number of the last batch or undo, the rest are the Delta versions readers see."""
        return version_of(self._entries())

    def _entries(self) -> list[Batch]:
        """Every batch and every undo, oldest first."""
        with told_plainly(str(self.root)):
            found = store_batches.read(self._place(store_batches.NAME))
        return found if self._pinned is None else [entry for entry in found if entry.number <= self._pinned]

    def at(self, version: Mapping[str, int]) -> Self:
        """The store as it was at an earlier `version()`; for reading."""
        return type(self)(self.root, storage_options=self._options, wait_seconds=self.wait_seconds, pinned=version["batches"])

    def tables(self) -> Tables:
        """What the engine scores: Parquet files of one consistent version (rows in memory where the store is a URL)."""
        entries = self._entries()
        versions = version_of(entries)
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

    def history(self, source: str, reference: str, *, month: str | None = None) -> list[dict[str, Any]]:
        """The states of one record, oldest first, the present one last: its columns, `batch` that wrote it, `replaced_by` (or None).

        Where the `month` of the present one is known, no other month is read for it.
        """
        versions = self.version()
        order = {batch.id: batch.number for batch in self.batches()}
        with told_plainly(str(self.root)):
            states = [
                *self._rows_of(SUPERSEDED, versions, source=source, reference=reference),
                *self._rows_of("records", versions, source=source, reference=reference, month=month),
            ]
        return sorted(states, key=lambda row: order[row["batch"]])

    def _rows_of(
        self, name: str, versions: Mapping[str, int], *, source: str, reference: str, month: str | None = None
    ) -> list[dict[str, Any]]:
        table = self._open(name, versions)
        if table is None:
            return []
        data, own = dataset_of(table), pc.field("reference") == reference
        if month is None and not data.count_rows(filter=own):      # one column says it of the most; all of them cost more to read
            return []
        where = own & (pc.field("source") == source)
        if month is not None:
            where &= pc.field("month") == month
        rows: list[dict[str, Any]] = data.to_table(filter=where).to_pylist()
        return [{"replaced_by": None, **row} for row in rows]

    def opened(self, name: str) -> DeltaTable | None:
        """The Delta table as readers see it now."""
        return self._open(name, self.version())

    def rows_of(self, name: str, *, source: str, reference: str) -> list[dict[str, Any]]:
        """The rows of one table that belong to a record."""
        with told_plainly(str(self.root)):
            return self._rows_of(name, self.version(), source=source, reference=reference)

    def touched_by(self, batch: str) -> frozenset[ClientMonth]:
        """The months, in UTC, whose numbers may differ for a client because of a batch that was loaded. LookupError for another one."""
        entries = self._entries()
        entry = next((entry for entry in entries if entry.id == batch and entry.undoes is None), None)
        if entry is None:
            raise LookupError(f"The record store holds no batch {batch}.")
        before = next((earlier.versions for earlier in entries if earlier.number == entry.number - 1), {})
        with told_plainly(str(self.root)):
            return store_undo.touched_between(self._open, before=before, after=entry.versions)

    def sources(self) -> tuple[SourceState, ...]:
        """Each source with how far it is complete, its last batch and its records."""
        return source_states(store_batches.in_force(self._entries()))

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


def version_of(batches: list[Batch]) -> dict[str, int]:
    """What an entry of the list pins."""
    return {"batches": batches[-1].number, **batches[-1].versions} if batches else {"batches": 0}
