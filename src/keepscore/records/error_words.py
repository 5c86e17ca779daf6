"""What is wrong with a group of rows, in words for a person who mends a file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from keepscore.records.checks.errors import Faults, shown
from keepscore.records.mapping_model import ImportMapping

_SAMPLE = datetime(2026, 12, 31, 17, 30, tzinfo=UTC)
_ENDS = {"due_at": "Due", "resolved_at": "Closed", "cancelled_at": "Cancelled"}
_FIRST = {"due_at": "opened_at", "resolved_at": "opened_at", "cancelled_at": "opened_at", "ended_at": "started_at"}

_Title = Callable[[str, str], str]  # of the column and the value found
_TITLES: Mapping[str, _Title] = {
    "unknown_client": lambda column, value: f"No client called “{value}”",
    "unknown_function": lambda column, value: f"No function called “{value}”",
    "enum": lambda column, value: f"“{value}” is not a known value of {column}",
    "bool_format": lambda column, value: f"“{value}” is neither yes nor no",
    "client_scope": lambda column, value: f"“{value}” is another client than the one this file is for",
    "required": lambda column, value: f"{column} is blank",
    "date_format": lambda column, value: f"{column} holds dates that cannot be read",
    "date_invalid": lambda column, value: f"{column} holds days or times that do not exist",
    "date_ambiguous": lambda column, value: f"{column}: day and month cannot be told apart",
    "tz_missing": lambda column, value: f"{column} holds times without a time zone",
    "dst_nonexistent": lambda column, value: f"{column} holds times that the clocks skipped",
    "dst_ambiguous": lambda column, value: f"{column} holds times that the clocks showed twice",
    "future_date": lambda column, value: f"{column} lies in the future",
    "out_of_range": lambda column, value: f"{column} holds something too long, too large or too far away",
    "number_format": lambda column, value: f"{column} holds numbers that cannot be read",
    "duplicate_key": lambda column, value: f"The same {column} stands in rows that differ",
    "control_char": lambda column, value: f"{column} holds hidden characters",
    "unsafe_unicode": lambda column, value: f"{column} holds characters that turn the direction of reading",
    "formula_cell": lambda column, value: f"{column} holds formulas",
    "row_shape": lambda column, value: "Rows with too many or too few cells",
    "syntax": lambda column, value: "Lines that cannot be read",
    "duplicate_column": lambda column, value: f"{column} stands twice in one line",
}
_DETAILS: Mapping[str, str] = {
    "required": "It cannot be blank.",
    "date_ambiguous": "Say in the mapping how dates are written.",
    "future_date": "It cannot lie more than a day ahead.",
    "date_order": "Both dates can be read, but the order cannot be right.",
    "duplicate_key": "Nobody can say which row is right. Leave one out, or correct it.",
    "row_shape": "Put text that holds the delimiter into quotes.",
    "formula_cell": "Paste the values instead.",
    "client_scope": "Import those rows for their own client.",
    "tz_missing": "Add an offset such as +01:00, or name the time zone in the mapping.",
}


def title_of(faults: Faults, value: str | None, others: int, mapping: ImportMapping) -> str:
    """What is wrong, in one sentence without a stop. `others` counts the values of a group that holds many."""
    column = faults.column or "The row"
    if faults.reason == "date_order":
        return _order_title(faults.field)
    if others:
        return f"{others:,} other values of {column} are not known"
    if faults.reason == "enum" and faults.field == "priority":
        return f"“{shown(value or '')}” is not one of your priorities"
    title = _TITLES.get(faults.reason)
    return title(column, shown(value or "")) if title else f"{column} cannot be used"


def _order_title(field: str | None) -> str:
    return "Ended before it started" if field == "ended_at" else f"{_ENDS.get(field or '', 'Ended')} before it was opened"


def detail_of(faults: Faults, rows: str, mapping: ImportMapping, hint: str) -> str:
    """Where it is, and what would be right."""
    where = f"{_where(faults, mapping)}{rows}."
    return " ".join(part for part in (where[:1].upper() + where[1:], hint or _wanted(faults)) if part)


def _where(faults: Faults, mapping: ImportMapping) -> str:
    if faults.reason == "date_order" and faults.field in _FIRST:
        return f"Columns {column_of(_FIRST[faults.field], mapping)} and {faults.column}, "
    return f"Column {faults.column}, " if faults.column else ""


def column_of(field: str, mapping: ImportMapping) -> str:
    """The column of the file a person knows, where the field reads one; else the field's name."""
    origins = mapping.fields[field].origins if field in mapping.fields else ()
    return origins[0] if len(origins) == 1 else field


def rows_text(rows: Sequence[int], *, count: int, last: int) -> str:
    """rows 212, 213, 377 and 6 more; rows 1,408 to 1,412; row 5. `rows` are the first of them, `last` is the last of all."""
    if count == 1:
        return f"row {rows[0]:,}"
    if count > 2 and last - rows[0] == count - 1:
        return f"rows {rows[0]:,} to {last:,}"
    if count <= 4:
        return f"rows {listed([f'{row:,}' for row in rows])}"
    return f"rows {', '.join(f'{row:,}' for row in rows[:3])} and {count - 3:,} more"


def listed(words: Sequence[str]) -> str:
    """1, 2, 3 and 4."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _wanted(faults: Faults) -> str:
    if faults.reason in _DETAILS:
        return _DETAILS[faults.reason]
    text = re.sub(r"%-?([A-Za-z])", lambda found: _SAMPLE.strftime(f"%{found[1]}"), faults.expected)
    return f"{text[:1].upper()}{text[1:]}." if text else ""
