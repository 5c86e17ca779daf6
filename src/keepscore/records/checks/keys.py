"""Rows against each other: identical rows count once; one key with different values is an error."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from keepscore.engine.saying import say
from keepscore.records.checks.errors import Errors, Indexes, Mask


def row_groups(table: pa.Table, columns: tuple[str, ...]) -> Indexes:
    """A number for each row; equal for rows whose columns are equal."""
    codes = np.zeros(table.num_rows, np.int64)
    for name in columns:
        column = table[name].combine_chunks()
        encoded = pc.dictionary_encode(column, null_encoding="encode")
        if isinstance(encoded, pa.ChunkedArray):
            encoded = encoded.combine_chunks()
        size = len(encoded.dictionary) + 1
        codes = np.unique(codes * size + encoded.indices.fill_null(size - 1).to_numpy(zero_copy_only=False), return_inverse=True)[1]
    return codes


def judge_keys(table: pa.Table, key: tuple[str, ...], errors: Errors, *, label: str) -> Mask:
    """Which rows stay: the first of identical ones. Rows that share a key but differ are errors, each naming the first."""
    keep = np.ones(table.num_rows, np.bool_)
    key = tuple(name for name in key if name in table.column_names)
    groups = row_groups(table, key)
    first = _first_of(groups)
    again = np.flatnonzero(first != np.arange(len(groups)))
    if not len(again):
        return keep
    whole = np.flatnonzero(np.isin(groups, groups[again]))
    part = table.take(pa.array(whole))
    same = row_groups(part, tuple(table.column_names))
    place = {int(index): at for at, index in enumerate(whole)}
    first_same = _first_of(same)
    text = part[key[-1]].cast(pa.string())
    clash = np.zeros(table.num_rows, np.bool_)
    for index in again:
        at = place[int(index)]
        if first_same[at] != at:
            keep[index] = False
        if same[at] != same[place[int(first[index])]]:
            clash[index] = first_same[at] == at
    earlier = {int(index): int(errors.rows[first[index]]) for index in np.flatnonzero(clash)}
    for index in np.flatnonzero(clash):
        errors.bad[[index, first[index]]] = True    # nobody can say which of them is right
    errors.total += int(clash.sum())
    both = np.flatnonzero(np.isin(groups, groups[np.flatnonzero(clash)]))
    if len(both):
        errors.field = key[-1]
        texts = table[key[-1]].cast(pa.string()).combine_chunks()
        errors.note(both, label, "duplicate_key", texts, say("one row for each key, or equal rows"))
    for index in np.flatnonzero(clash)[:100]:
        value = text[place[int(index)]].as_py()
        wanted = f"row {earlier[int(index)]} has the same key with other values; keep one of them"
        errors.tell(int(index), label, "duplicate_key", value, wanted)
    return keep


def _first_of(groups: Indexes) -> Indexes:
    """For each row the first row of its group."""
    _, index, inverse = np.unique(groups, return_index=True, return_inverse=True)
    return index[inverse]
