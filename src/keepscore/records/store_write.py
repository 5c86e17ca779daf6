"""Writing a change into one Delta table: months that lose rows are written anew, whole; other rows are added.

Only the months concerned are read or written. Within a file the rows of a client stand together in small groups, so that who asks
for one client reads little of it. Delta's own MERGE and DELETE are not used: the files that they rewrite carry Arrow's
string views in their schema, which Arrow cannot put beside the plain strings of the other files.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from deltalake import DeltaTable, WriterProperties, write_deltalake

from keepscore.records.store_compare import joined
from keepscore.records.store_tables import KEYS, dataset_of, stamped

IN_GROUPS = WriterProperties(compression="SNAPPY", max_row_group_size=20_000)
TOGETHER = ("month", "client", "opened_at", "source", "reference")  # as far as a table has these columns


def replace_rows(table: DeltaTable, *, name: str, gone: pa.Table, rows: pa.Table, batch: str) -> None:
    """Take out the rows whose keys are in `gone`, put in `rows`; both have the columns of the table.

    One Delta commit for each month concerned; readers see all of them or none, since they follow the list of batches.
    """
    if name != "records":
        _replace_all(table, name=name, gone=gone, rows=rows, batch=batch)
        return
    months = pc.unique(gone["month"])
    before = dataset_of(table)  # made once: a commit for one month leaves the files of the others as they are
    for month in months.to_pylist():
        leaves = gone.filter(pc.equal(gone["month"], month))
        kept = _without(_month(before, month), leaves, name=name)
        comes = rows.filter(pc.equal(rows["month"], month))
        _overwrite(table, pa.concat_tables([kept, comes]), batch=batch, predicate=f"month = '{month}'")
    _append(table, rows.filter(pc.invert(pc.is_in(rows["month"], value_set=months))), batch=batch)


def _replace_all(table: DeltaTable, *, name: str, gone: pa.Table, rows: pa.Table, batch: str) -> None:
    if gone.num_rows == 0:
        _append(table, rows, batch=batch)
        return
    kept = _without(dataset_of(table).to_table(), gone, name=name)
    _overwrite(table, pa.concat_tables([kept, rows]), batch=batch, predicate=None)


def _month(dataset: ds.Dataset, month: str) -> pa.Table:
    """The rows of one partition; `month` is text made by the store, such as 2026-03."""
    return dataset.to_table(filter=ds.field("month") == month)


def _without(rows: pa.Table, gone: pa.Table, *, name: str) -> pa.Table:
    leaves = pc.is_in(joined(rows, KEYS[name]), value_set=joined(gone, KEYS[name]))
    return rows.filter(pc.invert(leaves)).cast(gone.schema)


def _append(table: DeltaTable, rows: pa.Table, *, batch: str) -> None:
    if rows.num_rows:
        write_deltalake(table, _sorted(rows), mode="append", commit_properties=stamped(batch), writer_properties=IN_GROUPS)


def _overwrite(table: DeltaTable, rows: pa.Table, *, batch: str, predicate: str | None) -> None:
    write_deltalake(
        table, _sorted(rows), mode="overwrite", predicate=predicate, commit_properties=stamped(batch), writer_properties=IN_GROUPS
    )


def _sorted(rows: pa.Table) -> pa.Table:
    return rows.sort_by([(name, "ascending") for name in TOGETHER if name in rows.column_names])
