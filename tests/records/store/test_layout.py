"""How records lie in their files: a client's together, in groups small enough to pass over."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from keepscore.engine.tables import RECORDS
from keepscore.records.store_tables import BATCH, MONTH, Place, files_of
from keepscore.records.store_write import replace_rows


def test_the_rows_of_a_client_stand_together(tmp_path: Path) -> None:
    schema = pa.schema([*RECORDS, MONTH, BATCH])
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    same = {"source": "desk", "opened_at": at, "in_scope": True, "month": "2026-03", "batch": "b"}
    rows = [{**same, "reference": f"T-{n:05}", "client": f"c{n % 3}"} for n in range(30_000)]
    table = Place("records", tmp_path).ready(schema, batch="b")
    replace_rows(table, name="records", gone=schema.empty_table(), rows=pa.Table.from_pylist(rows, schema=schema), batch="b")
    (file,) = files_of(Place("records", tmp_path).open())  # type: ignore[arg-type]
    stored = pq.ParquetFile(file)
    clients = stored.read(columns=["client"])["client"].to_pylist()
    assert clients == sorted(clients)
    assert [stored.metadata.row_group(n).num_rows for n in range(stored.num_row_groups)] == [20_000, 10_000]
