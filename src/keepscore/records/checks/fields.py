"""From columns of text to one column per field: trimmed, blanks known, tables of values applied, parts joined."""

from __future__ import annotations

import unicodedata

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from keepscore.engine.saying import Figure, say
from keepscore.records.checks.distinct import Distinct, distinct
from keepscore.records.checks.errors import CONTROL, UNSAFE, Errors
from keepscore.records.mapping_model import FieldRule, ImportMapping

REFERENCE, CELL = 200, 32_767
_CONTROL_BYTES = np.zeros(256, np.bool_)
_CONTROL_BYTES[[*range(9), 11, 12, *range(14, 32), 127, 0xC2]] = True     # 0xC2 begins U+0080 to U+009F


def field_text(table: pa.Table, rule: FieldRule, mapping: ImportMapping, *, name: str, errors: Errors) -> pa.Array:
    """The text of one field, null where blank."""
    if rule.constant is not None:
        text = pa.array([rule.constant], pa.string()).take(pa.array(np.zeros(table.num_rows, np.int64)))
    else:
        blanks = (*mapping.blanks, *rule.blanks)
        parts = [column_text(table, column, blanks=blanks, errors=errors) for column in rule.origins]
        text = parts[0] if len(parts) == 1 else pc.coalesce(*parts) if rule.first_of else pc.binary_join_element_wise(*parts, rule.join)
    text = text if rule.replace is None else _replaced(text, rule.replace)
    text = text if rule.values is None else _translated(text, rule.values, name=name, errors=errors)
    return text if rule.default is None else text.fill_null(rule.default)


def column_text(table: pa.Table, column: str, *, blanks: tuple[str, ...], errors: Errors) -> pa.Array:
    """One column trimmed, composed (NFC) and judged as text; declared blanks and empty cells are null."""
    chunks = table[column]
    raw = pa.concat_arrays(chunks.chunks) if chunks.num_chunks else pa.array([], pa.string())
    values = distinct(raw)
    _judge_text(raw, values, column, errors)
    text = pc.utf8_trim_whitespace(values.values)
    if pc.any(pc.match_substring(text, "\r")).as_py():     # one kind of line break, so that equal texts are equal
        text = pc.replace_substring(pc.replace_substring(text, "\r\n", "\n"), "\r", "\n")
    if not _ascii(text):
        text = pc.utf8_normalize(text, form="NFC")
    text = pc.if_else(pc.is_in(text, pa.array(["", *blanks], pa.string())), pa.scalar(None, pa.string()), text)
    return values.rows(text)


def _ascii(text: pa.Array) -> bool:
    return pc.all(pc.string_is_ascii(text)).as_py() is not False


_TOO_LONG = say("a cell holds at most %(most)s characters", most=Figure(f"{CELL:,}"))


def _judge_text(raw: pa.Array, values: Distinct, column: str, errors: Errors) -> None:
    text = values.values
    if (pc.max(pc.binary_length(text)).as_py() or 0) > CELL:
        long = pc.greater(pc.utf8_length(text), CELL).fill_null(False).to_numpy(zero_copy_only=False)
        errors.add(values.mask(long), column, "out_of_range", raw, _TOO_LONG)
    if _suspicious(text):
        control = pc.match_substring_regex(text, CONTROL).fill_null(False).to_numpy(zero_copy_only=False)
        errors.add(values.mask(control), column, "control_char", raw, say("text holds no control characters but tab and line breaks"))
    if not _ascii(text):
        unsafe = pc.match_substring_regex(text, UNSAFE).fill_null(False).to_numpy(zero_copy_only=False)
        wanted = say("text holds no characters that turn the direction of reading")
        errors.add(values.mask(unsafe), column, "unsafe_unicode", raw, wanted)


def _suspicious(text: pa.Array) -> bool:
    """Whether any byte could belong to a control character; far quicker than a pattern over each value."""
    data = text.buffers()[2]
    return data is not None and bool(_CONTROL_BYTES[np.frombuffer(data, np.uint8)].any())


def _replaced(text: pa.Array, values: dict[str, str]) -> pa.Array:
    """The values that a person has answered for; all others stay as they are."""
    place = pc.index_in(text, pa.array([composed(value) for value in values], pa.string()), skip_nulls=True)
    return pc.coalesce(pa.array(list(values.values()), pa.string()).take(place), text)


def composed(text: str) -> str:
    """A text as the checks see it: trimmed, letters composed."""
    return unicodedata.normalize("NFC", text.strip())


def _translated(text: pa.Array, values: dict[str, str], *, name: str, errors: Errors) -> pa.Array:
    """The value table applied; a value it does not list is an error. A blank may be listed as ""."""
    place = pc.index_in(text.fill_null(""), pa.array(list(values), pa.string()))
    unknown = pc.and_(pc.is_null(place), pc.is_valid(text)).to_numpy(zero_copy_only=False)
    accepted = ", ".join(list(values)[:8]) + (", ..." if len(values) > 8 else "")
    errors.add(unknown, name, "enum", text, say("the mapping's table for %(field)s lists %(some)s", field=name, some=accepted))
    meant = pa.array([value or None for value in values.values()], pa.string())
    return meant.take(place)
