"""What an import would do, before anything is saved: its counts, and the tables as they would be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from deltalake import DeltaTable

from keepscore.engine.tables import Source
from keepscore.records.store_compare import Change, fitted, joined
from keepscore.records.store_tables import KEYS, OWN, dataset_of, files_of
from keepscore.records.store_touched import ClientMonth

UPDATED_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class Counts:
    """What an import would do. `updated_rows` are the numbers of the rows that would update a record, the first 10,000 of them."""

    new: int
    updated: int
    unchanged: int
    touched: frozenset[ClientMonth] = frozenset()
    updated_rows: tuple[int, ...] = ()


def updated_rows(incoming: pa.Table, ready: pa.Array, changes: Mapping[str, Change], *, name: str) -> tuple[int, ...]:
    """The rows of the file whose key is known and that would change it, or its pauses."""
    change = changes[name]
    if len(ready) != incoming.num_rows:  # made by hand, without row numbers
        return ()
    keys = joined(incoming, KEYS[name])
    moved = [change.changed_keys.slice(change.inserted)]
    if name == "records" and "pauses" in changes:
        fresh = change.changed_keys.slice(0, change.inserted)
        paused = changes["pauses"].changed_keys
        moved.append(paused.filter(pc.invert(pc.is_in(paused, value_set=fresh))))
    found: list[int] = ready.filter(pc.is_in(keys, value_set=pa.concat_arrays(moved))).slice(0, UPDATED_ROWS).to_pylist()
    return tuple(found)


def unsaved(change: Change, table: DeltaTable | None, *, folder: Path, local: bool, stored: Callable[[], Source | None]) -> Source | None:
    """One table as it would be after the change: the files that stay, and one beside them for the months concerned."""
    if change.is_empty:
        return stored()
    rows = _plain(change.rows)
    if table is None:
        return rows
    dataset = dataset_of(table)
    if not local or change.name != "records":
        present = dataset.to_table()
        return pa.concat_tables([_plain(_without(present, change)), rows], promote_options="default")
    months = pc.unique(change.earlier["month"]).to_pylist()
    kept = _without(dataset.to_table(filter=ds.field("month").isin(months)), change) if months else change.earlier.slice(0, 0)
    beside = folder / "unsaved.parquet"
    pq.write_table(pa.concat_tables([_plain(kept), rows], promote_options="default"), beside)
    return [*(file for file in files_of(table) if not any(f"/month={month}/" in file for month in months)), str(beside)]


def _without(rows: pa.Table, change: Change) -> pa.Table:
    leaves = pc.is_in(joined(rows, KEYS[change.name]), value_set=joined(change.earlier, KEYS[change.name]))
    return rows.filter(pc.invert(leaves))


def _plain(rows: pa.Table) -> pa.Table:
    """Without the store's own columns, in which the engine has no interest."""
    plain = rows.drop_columns([name for name in rows.column_names if name in OWN])
    return fitted(plain, plain.schema)
