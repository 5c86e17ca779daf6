"""Tables as files: Parquet to recompute from, CSV to read, and a digest of the content whatever wrote it."""

from __future__ import annotations

import csv
import io
import json

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from keepscore.engine.tables import column_type
from keepscore.evidence.canonical import digest

# A sheet program runs a cell that begins like this as a formula; the last four are the full-width forms.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class UnreadableTable(ValueError):
    """A file that should be Parquet and is not."""


def to_parquet(table: pa.Table) -> bytes:
    """Parquet of a table; the same bytes for the same rows under one version of Arrow."""
    sink = io.BytesIO()
    pq.write_table(table.combine_chunks(), sink, compression="zstd", store_schema=True, write_statistics=False)
    return sink.getvalue()


def from_parquet(data: bytes, *, name: str) -> pa.Table:
    """The rows of a Parquet file in memory."""
    try:
        return pq.read_table(io.BytesIO(data))
    except (pa.ArrowException, OSError, ValueError) as error:
        raise UnreadableTable(f"{name} is not readable as Parquet: {str(error)[:200]}") from None


def content_digest(table: pa.Table) -> str:
    """SHA-256 over names, types and values, row by row: independent of the library that wrote the file."""
    columns = [_texts(table[name]) for name in table.column_names]
    head = [[item.name, str(item.type), column_type(item)] for item in table.schema]
    rows = list(zip(*columns, strict=True))
    return digest(json.dumps([head, rows], ensure_ascii=False, separators=(",", ":")).encode())


def to_csv(table: pa.Table) -> bytes:
    """A reading copy: moments as UTC text, booleans as true and false, text that a sheet would run made harmless."""
    columns = []
    for item in table.schema:
        texts = _texts(table[item.name])
        harmless = pa.types.is_string(item.type)
        columns.append([("" if text is None else harmless_text(text) if harmless else text) for text in texts])
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([harmless_text(name) for name in table.column_names])
    writer.writerows(zip(*columns, strict=True))
    return out.getvalue().encode()


def harmless_text(text: str) -> str:
    """Text that no sheet program runs: an apostrophe goes before what would begin a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) or text.startswith(FORMULA) else text


def _texts(column: pa.ChunkedArray) -> list[str | None]:
    kind = column.type
    if pa.types.is_timestamp(kind):
        # to whole seconds without a zone first: Arrow then needs no zone database and writes no fraction
        whole = column.cast(pa.timestamp("us")).cast(pa.timestamp("s"), safe=False)
        column = pc.strftime(whole, format="%Y-%m-%dT%H:%M:%SZ")
    elif not pa.types.is_string(kind):
        column = column.cast(pa.string())
    texts: list[str | None] = column.to_pylist()
    return texts
