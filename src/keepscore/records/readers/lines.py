"""JSON lines: one object a line, flat; numbers are kept as they are written."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from keepscore.records.checks.errors import FileRefused, RowError, shown
from keepscore.records.readers.blank import without_blank
from keepscore.records.readers.content import as_utf8
from keepscore.records.readers.raw import COLUMNS, Collected, Limits, Raw, check_count, check_names

LONGEST = 4_000_000     # characters of one line


class _Twice(ValueError):
    pass


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise _Twice(next(name for name in names if names.count(name) > 1))
    return found


def _no_constant(text: str) -> str:
    raise ValueError(f"{text} is not JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_float=str, parse_int=str, parse_constant=_no_constant)


def read_lines(content: bytes, *, encoding: str, wanted: Sequence[str], decimal: str, limits: Limits, strict: bool = True) -> Raw:
    """Rows of a JSON lines file; line 1 is row 1. A key that a line lacks is blank there."""
    text = as_utf8(content, declared=encoding)
    count = text.count(b"\n")
    if count > limits.rows + 1:
        check_count(count, limits)
    columns: dict[str, list[str | None]] = {name: [] for name in wanted}
    rows: list[int] = []
    errors = Collected()
    seen: dict[str, None] = {}
    for number, line in enumerate(text.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n"), start=1):
        if not line.strip():
            continue
        item = _object(line, number)
        if isinstance(item, RowError):
            errors.add(item)
            continue
        seen.update(dict.fromkeys(item))
        if len(seen) > COLUMNS:
            check_names(list(seen), wanted=(), row=number)
        rows.append(number)
        for name, values in columns.items():
            values.append(_text(item.get(name), decimal))
    check_count(len(rows) + errors.total, limits)
    if rows and strict:
        check_names(list(seen), wanted=wanted, row=None)
    arrays = {name: pa.array(values, pa.string()) for name, values in columns.items()}
    table = pa.table(arrays) if arrays else pa.table({"": pa.nulls(len(rows), pa.string())})
    return without_blank(Raw(table, np.array(rows, np.int64), errors.early(), typed=True), limits)


def line_keys(content: bytes, encoding: str) -> list[str]:
    """The keys of the first 1,000 lines, each once."""
    names: dict[str, None] = {}
    for line in content.decode(encoding, errors="replace").splitlines()[:1_000]:
        try:
            item = json.loads(line)
        except ValueError:
            continue
        names.update(dict.fromkeys(item if isinstance(item, dict) else ()))
    return list(names)


def _object(line: bytes, number: int) -> dict[str, Any] | RowError:
    """One line as a flat object. Raises FileRefused for what is not JSON at all."""
    if len(line) > LONGEST:
        raise FileRefused("too_large", f"found a line of {len(line):,} bytes; at most {LONGEST:,} are accepted", row=number)
    try:
        item = _DECODER.decode(line.decode())
        if b"\\u" in line:
            json.dumps(item, ensure_ascii=False).encode()   # halves of letters are no text
    except _Twice as error:
        name = shown(str(error))
        return RowError(number, name, "duplicate_column", name, f"found the key {name!r} twice; each key stands once in a line")
    except RecursionError:
        raise FileRefused("depth", "found lists inside lists without end; a line is a flat object", row=number) from None
    except ValueError as error:
        return RowError(number, None, "syntax", shown(line.decode()), f"found {shown(str(error))}; a line is one JSON object")
    if not isinstance(item, dict):
        return RowError(number, None, "row_shape", shown(line.decode()), "found no object; a line is one flat JSON object")
    deep = next((name for name, value in item.items() if isinstance(value, dict | list)), None)
    if deep is not None:
        return RowError(number, shown(deep), "row_shape", None, "found a list or an object; a cell is text, a number or true/false")
    return item


def _text(value: Any, decimal: str) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return "true" if value is True else "false" if value is False else str(value)
