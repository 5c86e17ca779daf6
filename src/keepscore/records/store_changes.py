"""What a judged file would change in a store, found and shown before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc

from keepscore.engine.tables import SCHEMAS, Source, Tables
from keepscore.records import store_batches
from keepscore.records.store_compare import Change, compare_groups, compare_rows, fitted, joined, present_rows, with_month
from keepscore.records.store_errors import told_plainly
from keepscore.records.store_preview import Counts, unsaved, updated_rows
from keepscore.records.store_read import StoreReader, version_of
from keepscore.records.store_tables import KEYS, schema_of, widened
from keepscore.records.store_touched import touched_months

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


class StoreChanges(StoreReader):
    """A store that is compared with a file."""

    def compare(self, checked: Judged) -> Counts:
        """What importing a judged file would count. Nothing is written."""
        with told_plainly(str(self.root)):
            versions = self.version()
            changes = self._changes(checked, versions)
            touched = touched_months(changes, records_of=lambda keys: self._records_by_key(keys, changes, versions))
            name = next((name for name in MAIN if name in changes), "")
            rows = updated_rows(checked.tables[name], checked.ready, changes, name=name) if name else ()
            return Counts(*counts_of(changes), touched, rows)

    @contextmanager
    def with_unsaved(self, checked: Judged, *, source: str, now: datetime, complete_to: datetime | None = None) -> Iterator[Tables]:
        """The tables as they would be after importing a judged file; nothing is saved.

        Of the records only the months that lose rows are read and written, into a folder that is gone afterwards.
        """
        entries = self._entries()
        versions = version_of(entries)
        complete = store_batches.newest_complete(store_batches.in_force(entries))
        newest = complete_to or (checked.newest and min(checked.newest, now))
        if newest is not None and is_later(newest, complete.get(source)):
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
        return {name: self._change(name, rows, checked, versions) for name, rows in wanted(checked.tables)}

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

    def _records_by_key(self, keys: pa.Array, changes: Mapping[str, Change], versions: Mapping[str, int]) -> pa.Table:
        table = self._open("records", versions)
        return present_rows(table, schema_of(table, "records"), keys, name="records")


def is_later(one: datetime | None, other: datetime | None) -> bool:
    return one is not None and (other is None or one > other)


def wanted(tables: Mapping[str, pa.Table]) -> list[tuple[str, pa.Table]]:
    return [(name, tables[name]) for name in MAIN if name in tables]


def counts_of(changes: Mapping[str, Change]) -> tuple[int, int, int]:
    """Inserted, updated, unchanged rows of the file's main table; a record whose pauses alone changed counts as updated."""
    main = changes.get(next((name for name in MAIN if name in changes), ""))
    if main is None:
        return 0, 0, 0
    if main.name != "records" or "pauses" not in changes:
        return main.inserted, main.updated, main.unchanged
    pauses = changes["pauses"].changed_keys
    only = len(pauses) - (pc.sum(pc.is_in(pauses, value_set=main.changed_keys)).as_py() or 0) if len(pauses) else 0
    return main.inserted, main.updated + only, main.unchanged - only
