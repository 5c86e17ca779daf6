"""What a batch would change: new rows, replaced rows, unchanged rows, found without touching months that are not concerned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from deltalake import DeltaTable

from keepscore.records.store_tables import KEYS, MONTH, dataset_of

_SEPARATOR = "\x1f"  # control characters never pass the door, so joined keys cannot run into each other
_BLANK = "\x1e"
_TOGETHER = 1_000_000  # rows whose keys are held in memory at once


@dataclass(frozen=True, slots=True)
class Change:
    """What one table would go through. `earlier` are the present rows that leave, `rows` those that come."""

    name: str
    rows: pa.Table  # new and changed rows, as stored but without `batch`
    earlier: pa.Table  # their present state, with `batch`
    inserted: int
    updated: int
    unchanged: int
    changed_keys: pa.Array  # joined keys of everything that changed

    @property
    def is_empty(self) -> bool:
        return len(self.rows) == 0 and len(self.earlier) == 0


def joined(rows: pa.Table | pa.RecordBatch, columns: tuple[str, ...]) -> pa.Array:
    """One text per row that stands for the values of `columns`."""
    parts = [_text(rows[column]) for column in columns]
    array = pc.binary_join_element_wise(*parts, _SEPARATOR, null_handling="replace", null_replacement=_BLANK)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.int64())
    return column if pa.types.is_string(column.type) else column.cast(pa.string())


def with_month(records: pa.Table) -> pa.Table:
    """Add the month of opening (UTC) as text such as 2026-03."""
    naive = records["opened_at"].cast(pa.int64()).cast(pa.timestamp("us"))
    return records.append_column(MONTH, pc.strftime(naive, format="%Y-%m"))


def fitted(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """The rows with every column of the stored schema, in its order; a column that the file lacks is blank."""
    columns = [
        rows[item.name].cast(item.type) if item.name in rows.column_names else pa.chunked_array([pa.nulls(rows.num_rows, item.type)])
        for item in schema
    ]
    return pa.table(columns, schema=schema)


def present_rows(table: DeltaTable | None, schema: pa.Schema, keys: pa.Array, *, name: str, months: set[str] | None = None) -> pa.Table:
    """The stored rows whose joined key is among `keys`; `months` are looked at first, the others only for keys not found there."""
    if table is None or len(keys) == 0:
        return schema.empty_table()
    dataset = dataset_of(table)
    first = ds.field("month").isin(sorted(months)) if months is not None else None
    found = _matching(dataset, schema, keys, name=name, where=first)
    if first is not None and found.num_rows < len(keys):
        rest = keys.filter(pc.invert(pc.is_in(keys, value_set=joined(found, KEYS[name]))))
        found = pa.concat_tables([found, _matching(dataset, schema, rest, name=name, where=~first)])
    return found


def _matching(dataset: ds.Dataset, schema: pa.Schema, keys: pa.Array, *, name: str, where: ds.Expression | None) -> pa.Table:
    """Reads the key columns first, and whole rows only of files that hold one of `keys`."""
    pieces = []
    for fragments, found in _key_groups(dataset, name=name, where=where):
        mask = pc.is_in(pa.concat_arrays(found), value_set=keys)  # for many files at once: every call hashes all keys anew
        start = 0
        for fragment, size in zip(fragments, map(len, found), strict=True):
            here = mask.slice(start, size)
            start += size
            if pc.any(here).as_py():
                rows = fragment.to_table(schema=dataset.schema, columns=_stored(dataset, schema), filter=where)
                pieces.append(fitted(rows.filter(here), schema))
    return pa.concat_tables(pieces) if pieces else schema.empty_table()


def _key_groups(dataset: ds.Dataset, *, name: str, where: ds.Expression | None) -> Iterator[tuple[list[ds.Fragment], list[pa.Array]]]:
    """Files with the joined keys of their rows, as many together as hold about a million rows."""
    fragments: list[ds.Fragment] = []
    keys: list[pa.Array] = []
    for fragment in dataset.get_fragments(where):
        fragments.append(fragment)
        keys.append(joined(fragment.to_table(schema=dataset.schema, columns=list(KEYS[name]), filter=where), KEYS[name]))
        if sum(map(len, keys)) >= _TOGETHER:
            yield fragments, keys
            fragments, keys = [], []
    if fragments:
        yield fragments, keys


def _stored(dataset: ds.Dataset, schema: pa.Schema) -> list[str]:
    return [name for name in schema.names if name in dataset.schema.names]


def compare_rows(incoming: pa.Table, present: pa.Table, *, name: str) -> Change:
    """For tables with one row a key. A row that differs in any column replaces the present one; equal rows are left alone."""
    keys = joined(incoming, KEYS[name])
    at = pc.index_in(keys, value_set=joined(present, KEYS[name])) if present.num_rows else pa.nulls(len(keys), pa.int32())
    is_new = pc.is_null(at)
    known = incoming.filter(pc.invert(is_new))
    same_order = present.take(pc.drop_null(at))
    differs = _differs(known, same_order, incoming.column_names)
    changed = known.filter(differs)
    added = incoming.filter(is_new)
    rows = pa.concat_tables([added, changed])
    return Change(
        name=name, rows=rows, earlier=same_order.filter(differs), inserted=added.num_rows, updated=changed.num_rows,
        unchanged=known.num_rows - changed.num_rows, changed_keys=joined(rows, KEYS[name]),
    )  # fmt: skip


def _differs(left: pa.Table, right: pa.Table, columns: list[str]) -> pa.ChunkedArray | pa.Array:
    result = pa.repeat(pa.scalar(False), left.num_rows)
    for column in columns:
        a, b = left[column], right[column]
        unequal = pc.fill_null(pc.not_equal(a, b), False)
        result = pc.or_(result, pc.or_(unequal, pc.xor(pc.is_null(a), pc.is_null(b))))
    return result


def compare_groups(incoming: pa.Table, present: pa.Table, *, name: str) -> Change:
    """For pauses: the rows of a key are replaced together when they differ as a set.

    Counted are the incoming rows: of a new key as inserted, of a changed one as updated.
    """
    columns = tuple(incoming.column_names)
    key_in, key_now = joined(incoming, KEYS[name]), joined(present, KEYS[name])
    row_in, row_now = joined(incoming, columns), joined(present, columns)
    moved = pc.unique(pa.concat_arrays([*_odd(key_in, row_in, row_now), *_odd(key_now, row_now, row_in)]))
    leaves, comes = pc.is_in(key_now, value_set=moved), pc.is_in(key_in, value_set=moved)
    inserted = pc.sum(pc.invert(pc.is_in(key_in, value_set=key_now))).as_py() or 0 if len(key_in) else 0
    rows = incoming.filter(comes)
    return Change(
        name=name, rows=rows, earlier=present.filter(leaves), inserted=inserted, updated=rows.num_rows - inserted,
        unchanged=incoming.num_rows - rows.num_rows, changed_keys=moved,
    )  # fmt: skip


def _odd(keys: pa.Array, rows: pa.Array, others: pa.Array) -> Iterator[pa.Array]:
    """Keys of rows that the other side has not."""
    yield keys.filter(pc.invert(pc.is_in(rows, value_set=others)))
