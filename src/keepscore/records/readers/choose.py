"""Reads a file by the reader its mapping names, and joins the look-up files beside it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from keepscore.records.checks.errors import FileRefused, shown
from keepscore.records.mapping_model import ImportMapping, Join
from keepscore.records.readers.columnar import read_columnar
from keepscore.records.readers.content import read_bytes
from keepscore.records.readers.lines import line_keys, read_lines
from keepscore.records.readers.raw import Limits, Raw
from keepscore.records.readers.separated import read_separated
from keepscore.records.readers.sheet import read_sheet


def read(path: Path, mapping: ImportMapping, limits: Limits) -> Raw:
    """The rows of a file as its mapping describes it. Raises FileRefused where they cannot be had."""
    beside = [(join, _beside(path, join, mapping, limits)) for join in mapping.join]
    offered = {name for join, table in beside for name in _names(join, table)}
    keys = {next(iter(join.on)) for join in mapping.join}
    wanted = tuple(name for name in mapping.used_columns() if name not in offered or name in keys)
    raw = _read(path, mapping, wanted, limits)
    for join, table in beside:
        raw = _joined(raw, join, table)
    return raw


def read_whole(path: Path, mapping: ImportMapping, limits: Limits) -> Raw:
    """The rows with every column of the file, as found, for people to look at. Joined files are left away."""
    used = tuple(mapping.used_columns())
    if mapping.format == "parquet":
        try:
            return read_columnar(path, wanted=None, decimal=mapping.decimal, limits=limits)
        except FileRefused:     # another column is of a kind that no cell can show
            return _read(path, mapping, used, limits)
    if mapping.format == "jsonl":
        content = read_bytes(path, limits)
        names = tuple(dict.fromkeys((*line_keys(content, mapping.encoding), *used)))
        return read_lines(content, encoding=mapping.encoding, wanted=names, decimal=mapping.decimal, limits=limits, strict=False)
    return _read(path, mapping, (), limits)


def _read(path: Path, mapping: ImportMapping, wanted: tuple[str, ...], limits: Limits) -> Raw:
    if mapping.format == "parquet":
        return read_columnar(path, wanted=wanted, decimal=mapping.decimal, limits=limits)
    content = read_bytes(path, limits)
    if mapping.format == "xlsx":
        return read_sheet(path, content, names=mapping.columns, wanted=wanted, decimal=mapping.decimal, limits=limits)
    if mapping.format == "jsonl":
        return read_lines(content, encoding=mapping.encoding, wanted=wanted, decimal=mapping.decimal, limits=limits)
    return read_separated(
        content, encoding=mapping.encoding, mark=mapping.mark, names=mapping.columns, wanted=wanted, limits=limits
    )


def _beside(path: Path, join: Join, mapping: ImportMapping, limits: Limits) -> pa.Table:
    """The look-up file as text; each key stands once in it."""
    there = path.parent / join.file
    if not there.is_file():
        raise FileRefused("missing_column", f"found no file {shown(join.file)!r} beside {shown(path.name)!r}; the mapping joins it")
    key = next(iter(join.on.values()))
    raw = read_separated(
        read_bytes(there, limits), encoding=join.encoding or mapping.encoding, names=join.columns, wanted=(key,), limits=limits,
        mark=join.delimiter or ("\t" if there.suffix == ".tsv" else mapping.mark),
    )
    if raw.early.listed:
        error = raw.early.listed[0]
        raise FileRefused(error.reason, f"in {shown(join.file)}, row {error.row}: {error.message}")
    counts = pc.value_counts(raw.table[key].combine_chunks())
    twice = counts.filter(pc.greater(counts.field("counts"), 1))
    if len(twice):
        value = twice[0].as_py()["values"]
        raise FileRefused(
            "duplicate_key", f"in {shown(join.file)}: found {shown(value)!r} more than once in {shown(key)}; a look-up has each key once",
            column=shown(key), value=value,
        )
    return raw.table


def _names(join: Join, table: pa.Table) -> list[str]:
    """A joined column goes by its name, and by file.name where the imported file has one of that name too."""
    stem = Path(join.file).stem
    return [*table.column_names, *(f"{stem}.{name}" for name in table.column_names)]


def _joined(raw: Raw, join: Join, table: pa.Table) -> Raw:
    here, there = next(iter(join.on.items()))
    place = pc.index_in(pc.utf8_trim_whitespace(raw.table[here]), pc.utf8_trim_whitespace(table[there]))
    found, mine = table.take(place), raw.table
    stem = Path(join.file).stem
    for name in table.column_names:
        if name not in mine.column_names:
            mine = mine.append_column(name, found[name])
        mine = mine.append_column(f"{stem}.{name}", found[name]) if f"{stem}.{name}" not in mine.column_names else mine
    return replace(raw, table=mine)
