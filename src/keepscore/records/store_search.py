"""Finding a record by its reference, and all that is known of one."""

from __future__ import annotations

import os
import time
from bisect import bisect_left
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import get_ident
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import DeltaTable

from keepscore.records.checks.fields import composed
from keepscore.records.store import RecordStore
from keepscore.records.store_errors import told_plainly
from keepscore.records.store_files import sync
from keepscore.records.store_tables import dataset_of

LAST = "\U0010ffff"
FOLDER = "search"  # in the store: derived, and made anew when it is missing


@dataclass(frozen=True, slots=True)
class Found:
    """A record that a search found."""

    source: str
    reference: str
    client: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class RecordView:
    """One record: its columns, its pauses, and its states, oldest first, the present one last."""

    columns: dict[str, Any]
    pauses: tuple[dict[str, Any], ...]
    states: tuple[dict[str, Any], ...]


def find_records(store: RecordStore, text: str, *, clients: frozenset[str] | None, limit: int = 20) -> tuple[Found, ...]:
    """Records whose reference is the text or begins with it, capitals or not; those that are it first, then the newest.

    `clients` are those whose records may be seen; None sees all.
    """
    wanted = pc.utf8_lower(pa.scalar(composed(text))).as_py()
    if not wanted or limit < 1 or (clients is not None and not clients):
        return ()
    with told_plainly(str(store.root)):
        table = store.opened("records")
        if table is None:
            return ()
        rows = _beginning(_references(table, store.root), wanted)
        if clients is not None:
            rows = rows.filter(_of(rows["client"], clients))
    rows = rows.append_column("other", pc.not_equal(rows["folded"], wanted))
    order = [("other", "ascending"), ("opened_at", "descending"), ("reference", "ascending")]
    best = rows.take(pc.select_k_unstable(rows, k=min(limit, rows.num_rows), sort_keys=order)) if rows.num_rows else rows
    return tuple(Found(row["source"], row["reference"], row["client"], row["opened_at"]) for row in best.to_pylist())


def record(store: RecordStore, source: str, reference: str, *, clients: frozenset[str] | None = None) -> RecordView | None:
    """All that is known of a record; None where there is none, or where it belongs to a client that may not be seen."""
    month = _month_of(store, source, reference)
    states = store.history(source, reference, month=month)
    if month is not None and not (states and states[-1]["replaced_by"] is None):  # another batch came meanwhile
        states = store.history(source, reference)
    if not states or states[-1]["replaced_by"] is not None:
        return None
    if clients is not None and states[-1]["client"] not in clients:
        return None
    seen = tuple(state for state in states if clients is None or state["client"] in clients)
    pauses = store.rows_of("pauses", source=source, reference=reference)
    return RecordView(states[-1], tuple(sorted(pauses, key=lambda row: row["started_at"])), seen)


def _month_of(store: RecordStore, source: str, reference: str) -> str | None:
    """The month in which a record was opened, from the list of references; None where that does not say."""
    wanted = pc.utf8_lower(pa.scalar(reference)).as_py()
    if isinstance(store.root, str) or not wanted:
        return None
    with told_plainly(str(store.root)):
        table = store.opened("records")
        if table is None:
            return None
        rows = _beginning(_references(table, store.root), wanted, exactly=True)
    found = (row["opened_at"] for row in rows.to_pylist() if row["source"] == source and row["reference"] == reference)
    opened: datetime | None = next(found, None)
    return f"{opened:%Y-%m}" if opened is not None else None


def _beginning(rows: pa.Table, wanted: str, *, exactly: bool = False) -> pa.Table:
    """The rows that begin with a text: they stand together, since all are in the order of their references. `exactly`: are it."""
    folded = rows["folded"]
    until = wanted + ("\0" if exactly else LAST)
    begin, end = (bisect_left(range(len(folded)), text, key=lambda at: folded[at].as_py()) for text in (wanted, until))
    return rows.slice(begin, end - begin)


def _of(column: pa.ChunkedArray, clients: frozenset[str]) -> pa.ChunkedArray:
    masks = []
    for chunk in column.chunks:
        codes = [code for code, name in enumerate(chunk.dictionary.to_pylist()) if name in clients]
        masks.append(pc.is_in(chunk.indices, value_set=pa.array(codes, chunk.indices.type)))
    return pa.chunked_array(masks, pa.bool_())


def prepare_search(store: RecordStore) -> None:
    """Make the list of references for the present version, so that the next search need not. Worth calling after an import."""
    with told_plainly(str(store.root)):
        table = store.opened("records")
        if table is not None:
            _references(table, store.root)


def _references(table: DeltaTable, root: Path | str) -> pa.Table:
    """Every reference with its client and opening, in the order of its small letters: derived from one version of the records.

    It is mapped from a file. A store at a URL, or one that may only be read, has it made anew for each search.
    """
    if isinstance(root, str):
        return _listed(table)
    place = root / FOLDER / f"{table.metadata().id}-{table.version()}.arrow"
    try:
        if not place.exists():
            _write(_listed(table), place)
        return pa.ipc.open_file(pa.memory_map(str(place))).read_all()
    except (OSError, pa.ArrowInvalid):
        return _listed(table)


def _listed(table: DeltaTable) -> pa.Table:
    rows = dataset_of(table).to_table(columns=["source", "reference", "client", "opened_at"])
    for at, name in ((0, "source"), (2, "client")):
        rows = rows.set_column(at, name, rows[name].dictionary_encode())
    rows = rows.append_column("folded", pc.utf8_lower(rows["reference"])).unify_dictionaries()
    return rows.sort_by("folded").combine_chunks()


def _write(rows: pa.Table, place: Path) -> None:
    """Written beside, then renamed, so that it is never half there; lists of earlier versions go."""
    place.parent.mkdir(exist_ok=True)
    beside = place.with_suffix(f".{os.getpid()}-{get_ident()}.part")
    with pa.ipc.new_file(str(beside), rows.schema) as target:
        target.write_table(rows)
    sync([beside])
    beside.rename(place)
    for other in place.parent.iterdir():
        if other != place and (other.suffix == ".arrow" or time.time() - other.stat().st_mtime > 3600):
            other.unlink(missing_ok=True)
