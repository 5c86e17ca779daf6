"""Undoing the last batch: readers go back to the versions before it; what it wrote stays readable for who pinned it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from deltalake import DeltaTable

from keepscore.engine.tables import SCHEMAS
from keepscore.records.store_batches import Batch, in_force
from keepscore.records.store_compare import Change, joined
from keepscore.records.store_errors import NotTheLast
from keepscore.records.store_tables import KEYS, dataset_of, schema_of
from keepscore.records.store_touched import ClientMonth, touched_months

Opener = Callable[[str, Mapping[str, int]], DeltaTable | None]


@dataclass(frozen=True, slots=True)
class Undone:
    """What an undo did. `touched` are the months, in UTC, whose numbers may differ for a client because of it."""

    batch: str
    at: datetime
    removed: int  # records that the batch had brought
    restored: int  # records that have their earlier state again
    touched: frozenset[ClientMonth] = frozenset()
    recognised: bool = False  # it was undone before, and nothing was changed now


def entry_of(entries: Sequence[Batch], *, expected: str, now: datetime) -> tuple[Batch, bool]:
    """The entry that undoes `expected`, and whether it stands there already. NotTheLast where another batch is the last."""
    if entries and entries[-1].undoes == expected:
        return entries[-1], True
    loaded = in_force(entries)
    if not loaded or loaded[-1].id != expected:
        raise NotTheLast(expected=expected, last=loaded[-1].id if loaded else None)
    before = loaded[-2].versions if len(loaded) > 1 else {}
    number = entries[-1].number + 1
    at = now.astimezone(UTC).replace(microsecond=0)
    last = replace(loaded[-1], number=number, id=f"{number:06d}-undo-{loaded[-1].content_digest[:12]}", at=at)
    return replace(last, versions=dict(before), undoes=expected), False


def touched_between(opened: Opener, *, before: Mapping[str, int], after: Mapping[str, int]) -> frozenset[ClientMonth]:
    """The months of every row that differs between two versions of the store."""
    changes = {name: _difference(opened, name, before, after) for name in SCHEMAS if before.get(name) != after.get(name)}

    def records_of(keys: pa.Array) -> pa.Table:
        return pa.concat_tables([_with_keys(opened, versions, keys) for versions in (before, after)], promote_options="default")

    return touched_months(changes, records_of=records_of)


def _difference(opened: Opener, name: str, before: Mapping[str, int], after: Mapping[str, int]) -> Change:
    """Rows that only one of two versions has: found among the files that only one of them has, by key and the batch that wrote them."""
    one, two = opened(name, before), opened(name, after)
    old, new = _files(one), _files(two)
    gone = _rows([file for path, file in old.items() if path not in new], schema_of(one, name))
    come = _rows([file for path, file in new.items() if path not in old], schema_of(two, name))
    marks = (*KEYS[name], *(["started_at"] if name == "pauses" else []), "batch")
    left, right = joined(gone, marks), joined(come, marks)
    gone = gone.filter(pc.invert(pc.is_in(left, value_set=right)))
    come = come.filter(pc.invert(pc.is_in(right, value_set=left)))
    keys = pc.unique(pa.concat_arrays([joined(gone, KEYS[name]), joined(come, KEYS[name])]))
    return Change(name=name, rows=come, earlier=gone, inserted=0, updated=0, unchanged=0, changed_keys=keys)


def _files(table: DeltaTable | None) -> dict[str, tuple[ds.Fragment, pa.Schema]]:
    if table is None:
        return {}
    dataset = dataset_of(table)
    return {fragment.path: (fragment, dataset.schema) for fragment in dataset.get_fragments()}


def _rows(files: Sequence[tuple[ds.Fragment, pa.Schema]], schema: pa.Schema) -> pa.Table:
    pieces = [fragment.to_table(schema=own).select(schema.names).cast(schema) for fragment, own in files]
    return pa.concat_tables(pieces) if pieces else schema.empty_table()


def _with_keys(opened: Opener, versions: Mapping[str, int], keys: pa.Array) -> pa.Table:
    table = opened("records", versions)
    if table is None or len(keys) == 0:
        return schema_of(None, "records").empty_table()
    columns = ["source", "reference", "client", "opened_at", "due_at", "resolved_at"]
    rows = dataset_of(table).to_table(columns=columns)
    return rows.filter(pc.is_in(joined(rows, KEYS["records"]), value_set=keys))
