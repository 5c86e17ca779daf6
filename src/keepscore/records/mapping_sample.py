"""A look at a file for guessing: its format, encoding, delimiter, columns and some of its values."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from keepscore.records.checks.errors import FileRefused
from keepscore.records.readers.columnar import read_columnar
from keepscore.records.readers.content import kind_of, read_bytes
from keepscore.records.readers.lines import line_keys, read_lines
from keepscore.records.readers.raw import COMMAND_LINE, Limits
from keepscore.records.readers.separated import read_separated
from keepscore.records.readers.sheet import read_sheet

_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Sample:
    """What a file seems to be, with its first rows as text."""

    format: str
    encoding: str
    delimiter: str
    table: pa.Table
    typed: bool


def look(path: Path, limits: Limits = COMMAND_LINE) -> Sample:
    """Raises FileRefused where the file cannot be read at all."""
    content = read_bytes(path, limits)
    if content.startswith(b"PAR1"):
        raw = read_columnar(path, wanted=None, decimal=".", limits=limits)
        return Sample("parquet", "utf-8", ",", raw.table.slice(0, _ROWS), True)
    if content.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        raw = read_sheet(path, content, names=None, wanted=(), decimal=".", limits=limits)
        return Sample("xlsx", "utf-8", ",", raw.table.slice(0, _ROWS), True)
    found = kind_of(content[:64])
    if found:
        raise FileRefused("file_type", f"found {found}; a mapping is for CSV, TSV, XLSX, JSON lines or Parquet")
    encoding = _encoding(content)
    start = content[:100_000].decode(encoding if encoding != "utf-8" else "utf-8-sig", errors="replace")
    if start.lstrip().startswith("{"):
        names = line_keys(content, encoding)
        raw = read_lines(content, encoding=encoding, wanted=names, decimal=".", limits=limits, strict=False)
        return Sample("jsonl", encoding, ",", raw.table.slice(0, _ROWS), True)
    mark = _delimiter(start)
    raw = read_separated(content, encoding=encoding, mark=mark, names=None, wanted=(), limits=limits)
    return Sample("tsv" if mark == "\t" else "csv", encoding, mark, raw.table.slice(0, _ROWS), False)


def _encoding(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "windows-1252"
    return "utf-8"


def _delimiter(start: str) -> str:
    """The mark that stands most often in the first line, outside quotes."""
    line = "".join(start.splitlines()[:1])
    outside = "".join(line.split('"')[::2])
    return max(",;\t|", key=outside.count)
