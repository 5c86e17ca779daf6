"""The records behind a score, kept as Parquet beside the database: one row group a measure, so that a page reads only its own.

A file belongs to a score as long as its definition, its as_of and its store version are those of the score; else it is made again.
"""

from __future__ import annotations

import io
import json
import os
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.conf import settings

from keepscore import engine
from keepscore.evidence.shelf import safe_name
from keepscore.intake.store import the_store
from keepscore.records.store import RecordStore
from keepscore.records.store_errors import StoreUnreadable
from keepscore.scores.models import Score
from keepscore.scores.terms import agreed_of

BELONGS, MEASURES = b"keepscore.score", b"keepscore.measures"


def judged_rows(score: Score) -> pa.Table:
    """Every record of the score under every measure that looked at it; see `keepscore.engine.judge`."""
    return _file(score).read(use_threads=False)


def measure_rows(score: Score, measure: str, *, columns: Sequence[str] | None = None) -> pa.Table:
    """The records of one measure, misses first, furthest over first; `columns` are those wanted, all unless said."""
    file = _file(score)
    groups = [at for at, key in enumerate(_measures(file)) if key == measure]
    return file.read_row_groups(groups, columns=columns, use_threads=False)


def record_rows(score: Score, *, source: str, reference: str, columns: Sequence[str] | None = None) -> pa.Table:
    """One record under every measure that looked at it; `columns` are those wanted besides its two names, all unless said."""
    wanted = None if columns is None else ["source", "reference", *columns]
    rows = _file(score).read(columns=wanted, use_threads=False)
    return rows.filter(pc.and_(pc.equal(rows["source"], source), pc.equal(rows["reference"], reference)))


def write_judged(score: Score, table: pa.Table) -> Path:
    """Keep the judged records of a score: whole or not at all, in place of those before."""
    return _write(score, _parquet(score, table))


def store_of(score: Score) -> RecordStore:
    """The record store as it was when the score was made. Raises StoreUnreadable where it does not hold that version."""
    wanted = {"batches": 0, **score.store_version}
    store = the_store().at(wanted)
    if store.version() != wanted:  # a store that is not there looks like an empty one, and must not be taken for it
        raise StoreUnreadable(f"The record store {store.root} does not hold what this score was made from. Check its path.")
    return store


def _file(score: Score) -> pq.ParquetFile:
    path = _path(score)
    kept = _open(path)
    if kept is not None and kept.schema_arrow.metadata.get(BELONGS) == _belongs(score):
        return kept
    data = _parquet(score, _judge(score))
    with suppress(OSError):  # a full disk must not keep anybody from reading
        _write(score, data)
    return pq.ParquetFile(pa.BufferReader(data))


def _parquet(score: Score, table: pa.Table) -> bytes:
    parts = list(_by_measure(table))
    named = {BELONGS: _belongs(score), MEASURES: json.dumps([key for key, _ in parts]).encode()}
    sink = io.BytesIO()
    with pq.ParquetWriter(sink, table.schema.with_metadata(named), compression="zstd") as writer:
        for _, part in parts:
            writer.write_table(part.replace_schema_metadata(named), row_group_size=max(part.num_rows, 1))
    return sink.getvalue()


def _write(score: Score, data: bytes) -> Path:
    path = _path(score)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as target:
            target.write(data)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return path


def _open(path: Path) -> pq.ParquetFile | None:
    """None where there is no file, or none that can be read: it is made again then."""
    try:
        file = pq.ParquetFile(pa.OSFile(str(path)))      # a name alone is looked up among all file systems first
    except (FileNotFoundError, pa.ArrowInvalid):
        return None
    return file if file.schema_arrow.metadata else None


def _judge(score: Score) -> pa.Table:
    tables = store_of(score).tables()
    return engine.judge(agreed_of(score), tables, client=score.client.key, period=score.period, as_of=score.as_of)


def _path(score: Score) -> Path:
    return place(score.client.slug, score.contract.key, score.period)


def place(client: str, contract: str, period: str) -> Path:
    """Where the judged records of a client's contract and period are, by slug and keys."""
    return Path(settings.FOLDERS.judged) / safe_name(client) / f"{safe_name(contract)}-{safe_name(period)}.parquet"


def _belongs(score: Score) -> bytes:
    told: dict[str, Any] = {
        "client": score.client.key, "definition": score.result["definition"], "as_of": score.as_of.isoformat(),
        "store_version": score.store_version, "keepscore": score.result["engine"]["keepscore"],
    }  # fmt: skip
    return json.dumps(told, sort_keys=True).encode()


def _measures(file: pq.ParquetFile) -> list[str]:
    found: list[str] = json.loads(file.schema_arrow.metadata[MEASURES])
    return found


def _by_measure(table: pa.Table) -> Iterable[tuple[str, pa.Table]]:
    """The rows of each measure, which stand together."""
    runs = pc.run_end_encode(table["measure"].combine_chunks()) if table.num_rows else None
    start = 0
    for key, end in zip(runs.values.to_pylist(), runs.run_ends.to_pylist(), strict=True) if runs is not None else ():
        yield key, table.slice(start, end - start)
        start = end
