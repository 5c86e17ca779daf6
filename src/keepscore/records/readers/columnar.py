"""Parquet: typed columns become text as it would be written in a CSV, moments in ISO 8601."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from keepscore.records.checks.errors import FileRefused, shown
from keepscore.records.readers.raw import Limits, Raw, check_count, check_names
from keepscore.records.readers.sheet_numbers import number_text

_CELL = 12          # bytes that a cell takes at least, once it is text
_FREE = 400_000_000


def read_columnar(path: Path, *, wanted: Sequence[str] | None, decimal: str, limits: Limits) -> Raw:
    """The columns of a Parquet file that the mapping reads (None: all); the first row is row 1.

    Rows are not limited, but their growth is.
    """
    with path.open("rb") as file:
        start = file.read(4)
    if start == b"PARE":
        raise FileRefused("encrypted", "found an encrypted Parquet file; write it without a key")
    if start != b"PAR1":
        raise FileRefused("file_type", "found a file that is not Parquet; the mapping says Parquet")
    try:
        with pq.ParquetFile(path) as file:
            wanted = file.schema_arrow.names if wanted is None else wanted
            _check(file, path, wanted, limits)
            table = file.read(columns=list(wanted))
    except (pa.ArrowException, OSError, ValueError) as error:
        if "ncrypt" in str(error):
            raise FileRefused("encrypted", "found an encrypted Parquet file; write it without a key") from None
        raise FileRefused("corrupt", f"found a damaged Parquet file ({shown(str(error))}); write it again") from None
    columns = {name: _text(table[name], name, decimal) for name in wanted}
    return Raw(pa.table(columns), np.arange(1, table.num_rows + 1, dtype=np.int64), typed=True)


def _check(file: pq.ParquetFile, path: Path, wanted: Sequence[str], limits: Limits) -> None:
    schema, meta = file.schema_arrow, file.metadata
    check_names(schema.names, wanted=wanted, row=None)
    check_count(min(meta.num_rows, 1), limits)
    sizes = sum(meta.row_group(at).total_byte_size for at in range(meta.num_row_groups))
    grown = max(sizes, meta.num_rows * len(wanted) * _CELL)
    if grown > _FREE and grown > limits.ratio * path.stat().st_size:
        size = path.stat().st_size
        raise FileRefused("zip_bomb", f"found {meta.num_rows:,} rows in {size:,} bytes; that grows more than {limits.ratio} times")


def _text(column: pa.ChunkedArray, name: str, decimal: str) -> pa.Array:
    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if pa.types.is_null(kind):
        return pa.nulls(len(column), pa.string())
    if pa.types.is_timestamp(kind):
        text = _moments(column)
    elif pa.types.is_date(kind):
        text = pc.strftime(column, "%Y-%m-%d")
    elif pa.types.is_decimal(kind) or pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        text = column.cast(pa.string())
    elif pa.types.is_floating(kind):
        text = _floats(column)
    elif pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return _sound(_joined(column.cast(pa.string())), name)
    else:
        wanted = "a column is text, a number, true/false, a day or a moment"
        raise FileRefused("schema", f"found {shown(str(kind))}; {wanted}", column=shown(name))
    if decimal != "." and (pa.types.is_decimal(kind) or pa.types.is_floating(kind)):
        text = pc.replace_substring(text, ".", decimal)
    return _joined(text)


def _sound(text: pa.Array, name: str) -> pa.Array:
    """Parquet does not promise that its texts are UTF-8."""
    try:
        text.validate(full=True)
    except pa.ArrowInvalid:
        raise FileRefused("encoding", "found a text that is not UTF-8; write the column again", column=shown(name)) from None
    return text


def _moments(column: pa.ChunkedArray) -> pa.ChunkedArray:
    zoned = column.type.tz is not None
    seconds = pc.floor_temporal(column.cast(pa.timestamp(column.type.unit)), unit="second").cast(pa.timestamp("s"))
    return pc.strftime(seconds, "%Y-%m-%dT%H:%M:%SZ" if zoned else "%Y-%m-%dT%H:%M:%S")


def _floats(column: pa.ChunkedArray) -> pa.Array:
    encoded = _joined(column.cast(pa.float64())).dictionary_encode()
    texts = [number_text(value) for value in encoded.dictionary.to_pylist()]
    return pa.array(texts, pa.string()).take(encoded.indices)


def _joined(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    if isinstance(column, pa.Array):
        return column
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)
