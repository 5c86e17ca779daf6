"""The digest of what a file says: the same content in any row order, format or notation gives the same digest."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def content_digest(tables: Mapping[str, pa.Table], keys: Mapping[str, tuple[str, ...]]) -> str:
    """SHA-256 over tables, columns and values in the order of their keys; moments in UTC, decimals at full scale."""
    digest = hashlib.sha256()
    for name in sorted(tables):
        table = tables[name]
        order = [(column, "ascending") for column in (*keys[name], *sorted(set(table.column_names) - set(keys[name])))]
        table = table.take(pc.sort_indices(table, sort_keys=order)) if table.num_rows else table
        digest.update(f"{name} {table.num_rows}\n".encode())
        for column in sorted(table.column_names):
            digest.update(f"{column} {table[column].type}\n".encode())
            _add(digest, table[column])
    return digest.hexdigest()


def _add(digest: hashlib._Hash, column: pa.ChunkedArray) -> None:
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.int64())
    text = column.cast(pa.large_string()).combine_chunks()
    if isinstance(text, pa.ChunkedArray):
        text = pa.concat_arrays(text.chunks) if text.num_chunks else pa.array([], pa.large_string())
    lengths = pc.binary_length(text).fill_null(-1).to_numpy(zero_copy_only=False)
    digest.update(np.ascontiguousarray(lengths, "<i8").tobytes())
    filled = pa.concat_arrays([text.fill_null("")])
    data = filled.buffers()[2]
    if data is not None:
        bounds = np.frombuffer(filled.buffers()[1], "<i8")
        digest.update(memoryview(data)[int(bounds[filled.offset]):int(bounds[filled.offset + len(filled)])])
