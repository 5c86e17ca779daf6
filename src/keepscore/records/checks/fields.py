"""From columns of text to one column per field: trimmed, blanks known, tables of values applied, parts joined."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from keepscore.records.checks.errors import CONTROL, UNSAFE, Errors
from keepscore.records.mapping_model import FieldRule, ImportMapping

REFERENCE, CELL = 200, 32_767


def field_text(table: pa.Table, rule: FieldRule, mapping: ImportMapping, *, name: str, errors: Errors) -> pa.Array:
    """The text of one field, null where blank."""
    if rule.constant is not None:
        text = pa.array([rule.constant], pa.string()).take(pa.array(np.zeros(table.num_rows, np.int64)))
    else:
        blanks = (*mapping.blanks, *rule.blanks)
        parts = [column_text(table, column, blanks=blanks, errors=errors) for column in rule.origins]
        text = parts[0] if len(parts) == 1 else pc.coalesce(*parts) if rule.first_of else pc.binary_join_element_wise(*parts, rule.join)
    text = text if rule.values is None else _translated(text, rule.values, name=name, errors=errors)
    return text if rule.default is None else text.fill_null(rule.default)


def column_text(table: pa.Table, column: str, *, blanks: tuple[str, ...], errors: Errors) -> pa.Array:
    """One column trimmed, composed (NFC) and judged as text; declared blanks and empty cells are null."""
    chunks = table[column].combine_chunks()
    raw = chunks if isinstance(chunks, pa.Array) else pa.concat_arrays(chunks.chunks) if chunks.num_chunks else pa.array([], pa.string())
    _judge_text(raw, column, errors)
    text = pc.utf8_trim_whitespace(raw)
    if pc.any(pc.match_substring(text, "\r")).as_py():     # one kind of line break, so that equal texts are equal
        text = pc.replace_substring(pc.replace_substring(text, "\r\n", "\n"), "\r", "\n")
    if not _ascii(text):
        text = pc.utf8_normalize(text, form="NFC")
    return pc.if_else(pc.is_in(text, pa.array(["", *blanks], pa.string())), pa.scalar(None, pa.string()), text)


def _ascii(text: pa.Array) -> bool:
    return bool(pc.all(pc.string_is_ascii(text).fill_null(True)).as_py() is not False)


def _judge_text(raw: pa.Array, column: str, errors: Errors) -> None:
    long = pc.greater(pc.utf8_length(raw), CELL).fill_null(False).to_numpy(zero_copy_only=False)
    errors.add(long, column, "out_of_range", raw, f"a cell holds at most {CELL:,} characters")
    control = pc.match_substring_regex(raw, CONTROL).fill_null(False).to_numpy(zero_copy_only=False)
    errors.add(control, column, "control_char", raw, "text holds no control characters but tab and line breaks")
    if not _ascii(raw):
        unsafe = pc.match_substring_regex(raw, UNSAFE).fill_null(False).to_numpy(zero_copy_only=False)
        errors.add(unsafe, column, "unsafe_unicode", raw, "text holds no characters that turn the direction of reading")


def _translated(text: pa.Array, values: dict[str, str], *, name: str, errors: Errors) -> pa.Array:
    """The value table applied; a value it does not list is an error. A blank may be listed as ""."""
    place = pc.index_in(text.fill_null(""), pa.array(list(values), pa.string()))
    unknown = pc.and_(pc.is_null(place), pc.is_valid(text)).to_numpy(zero_copy_only=False)
    accepted = ", ".join(list(values)[:8]) + (", ..." if len(values) > 8 else "")
    errors.add(unknown, name, "enum", text, f"the mapping's table for {name} lists {accepted}")
    meant = pa.array([value or None for value in values.values()], pa.string())
    return meant.take(place)
