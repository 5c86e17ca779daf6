"""The Delta tables of a store: opened at a version, widened by new columns, changed by one commit, set back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pyarrow as pa
import pyarrow.dataset as ds
from deltalake import CommitProperties, DeltaTable, Field
from deltalake.exceptions import TableNotFoundError
from pyarrow import fs

from keepscore.engine.tables import SCHEMAS, column_type
from keepscore.records.store_errors import TypeClash
from keepscore.records.store_files import part, sync
from keepscore.records.store_handles import once, stamp

KEYS: Mapping[str, tuple[str, ...]] = {
    "records": ("source", "reference"),
    "pauses": ("source", "reference"),  # of the record: its pauses are replaced together
    "outages": ("source", "reference"),
    "values": ("client", "measure", "at"),
}
MONTH = pa.field("month", pa.string(), nullable=False)  # of opening, in UTC: the partition
BATCH = pa.field("batch", pa.string(), nullable=False)  # the batch that last wrote the row
REPLACED_BY = pa.field("replaced_by", pa.string(), nullable=False)  # the batch that replaced this earlier state
SUPERSEDED = "superseded"
BASE: Mapping[str, pa.Schema] = {
    "records": pa.schema([*SCHEMAS["records"], MONTH, BATCH]),
    "pauses": pa.schema([*SCHEMAS["pauses"], BATCH]),
    "outages": pa.schema([*SCHEMAS["outages"], BATCH]),
    "values": pa.schema([*SCHEMAS["values"], BATCH]),
    SUPERSEDED: pa.schema([*SCHEMAS["records"], MONTH, BATCH, REPLACED_BY]),
}
OWN = frozenset({"month", "batch", "replaced_by", "gone"})  # names that a mapping cannot give to a further column
KEPT = {  # earlier versions are pinned by scorecards: nothing of the log or of replaced files is ever cleaned up by itself
    "delta.logRetentionDuration": "interval 36500 days",
    "delta.deletedFileRetentionDuration": "interval 36500 days",
}
BATCH_ID = "keepscore.batch"  # in the metadata of each Delta commit


@dataclass(frozen=True, slots=True)
class Place:
    """Where one Delta table lies."""

    name: str
    root: Path | str
    options: Mapping[str, str] | None = None

    @property
    def uri(self) -> str:
        return part(self.root, self.name)

    def open(self, version: int | None = None) -> DeltaTable | None:
        """The table as of a version (default: the newest); None when there is no such table yet. Only the newest may be changed."""
        options = dict(self.options) if self.options else None
        if isinstance(self.root, Path) and not Path(self.uri, "_delta_log").is_dir():
            return None
        key = stamp(self.uri, version) if version is not None and isinstance(self.root, Path) else None
        try:
            return once(key and ("table", key), lambda: DeltaTable(self.uri, version=version, storage_options=options))
        except TableNotFoundError:
            return None

    def ready(self, schema: pa.Schema, *, batch: str) -> DeltaTable:
        """The newest version, made where missing and widened to `schema`."""
        table = self.open() or self._created(batch)
        known = pa.schema(table.schema().to_arrow())
        missing = [item for item in schema if item.name not in known.names]
        if missing:
            fields = [Field.from_arrow(item.with_nullable(True)) for item in missing]
            table.alter.add_columns(fields, commit_properties=stamped(batch))
            table.update_incremental()
        return table

    def _created(self, batch: str) -> DeltaTable:
        base = BASE[self.name]
        if isinstance(self.root, Path):
            Path(self.uri).mkdir(parents=True, exist_ok=True)
        return DeltaTable.create(
            self.uri, schema=base, mode="ignore", partition_by=["month"] if self.name == "records" else None,
            configuration=KEPT, storage_options=dict(self.options) if self.options else None, commit_properties=stamped(batch),
        )  # fmt: skip

    def settle(self, *, since: int) -> None:
        """Force what was written after version `since` to the disk, before the batch is called loaded."""
        if isinstance(self.root, str) or (table := self.open()) is None or table.version() <= since:
            return
        log = Path(self.uri, "_delta_log")
        commits = [log / f"{number:020d}.json" for number in range(since + 1, table.version() + 1)]
        before = set(files_of(DeltaTable(self.uri, version=since))) if since >= 0 else set()
        files = [Path(file) for file in files_of(table) if file not in before]
        folders = {file.parent for file in files} | {log, Path(self.uri)}
        sync([*files, *commits, *sorted(folders)])


def stamped(batch: str) -> CommitProperties:
    return CommitProperties(custom_metadata={BATCH_ID: batch})


def files_of(table: DeltaTable) -> list[str]:
    """The Parquet files of a local table as paths; Delta writes a space as %20."""
    return [unquote(uri) for uri in table.file_uris()]


def dataset_of(table: DeltaTable) -> ds.Dataset:
    """The table as an Arrow data set.

    A local one is read by Arrow itself: through Delta's own file system, a process that ends soon after may be aborted by its threads.
    """
    place = urlsplit(table.table_uri)
    if place.scheme not in ("", "file"):
        return table.to_pyarrow_dataset()
    path = unquote(place.path)
    key = stamp(path, table.version())
    return once(key and ("rows", key), lambda: table.to_pyarrow_dataset(filesystem=fs.SubTreeFileSystem(path, fs.LocalFileSystem())))


def schema_of(table: DeltaTable | None, name: str) -> pa.Schema:
    return BASE[name] if table is None else pa.schema(table.schema().to_arrow())


def widened(known: pa.Schema, incoming: pa.Schema, *, name: str) -> pa.Schema:
    """The stored schema with the further columns that arrive. TypeClash for a type that differs or a name that is ours."""
    fields = list(known)
    for item in incoming:
        if item.name in known.names and item.name not in OWN:
            _same_type(known.field(item.name), item, name=name)
        elif item.name in OWN:
            raise TypeClash(f"The store keeps its own column '{item.name}' in {name}. Give the further column another name in the mapping.")
        elif (twin := _twin(item.name, fields)) is not None:
            raise TypeClash(f"Column '{item.name}' differs from the stored column '{twin}' in {name} by case alone. Use one spelling.")
        else:
            fields.append(item.with_nullable(True))
    return pa.schema(fields)


def _twin(name: str, fields: list[pa.Field]) -> str | None:
    """A column that Delta cannot tell from `name`, since it ignores case."""
    return next((item.name for item in fields if item.name.lower() == name.lower()), None)


def _same_type(known: pa.Field, item: pa.Field, *, name: str) -> None:
    have, got = column_type(known), column_type(item)
    if have != got:
        raise TypeClash(
            f"Column '{item.name}' of {name} is stored as {have} and arrives as {got}."
            f" Declare it as {have} in the mapping, or give it another name."
        )
