"""What is wrong with a group of rows, in words for a person who mends a file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from keepscore.engine.saying import Figure, changed, joined, say, say_many, sentence
from keepscore.records.checks.errors import Faults, shown
from keepscore.records.mapping_model import ImportMapping

_SAMPLE = datetime(2026, 12, 31, 17, 30, tzinfo=UTC)
_ORDER = {
    "due_at": say("Due before it was opened"), "resolved_at": say("Closed before it was opened"),
    "cancelled_at": say("Cancelled before it was opened"), "ended_at": say("Ended before it started"),
}  # fmt: skip
_FIRST = {"due_at": "opened_at", "resolved_at": "opened_at", "cancelled_at": "opened_at", "ended_at": "started_at"}

_Title = Callable[[str, str], str]  # of the column and the value found
_TITLES: Mapping[str, _Title] = {
    "unknown_client": lambda column, value: say("No client called “%(value)s”", value=value),
    "unknown_function": lambda column, value: say("No function called “%(value)s”", value=value),
    "enum": lambda column, value: say("“%(value)s” is not a known value of %(column)s", column=column, value=value),
    "bool_format": lambda column, value: say("“%(value)s” is neither yes nor no", value=value),
    "client_scope": lambda column, value: say("“%(value)s” is another client than the one this file is for", value=value),
    "required": lambda column, value: say("%(column)s is blank", column=column),
    "date_format": lambda column, value: say("%(column)s holds dates that cannot be read", column=column),
    "date_invalid": lambda column, value: say("%(column)s holds days or times that do not exist", column=column),
    "date_ambiguous": lambda column, value: say("%(column)s: day and month cannot be told apart", column=column),
    "tz_missing": lambda column, value: say("%(column)s holds times without a time zone", column=column),
    "dst_nonexistent": lambda column, value: say("%(column)s holds times that the clocks skipped", column=column),
    "dst_ambiguous": lambda column, value: say("%(column)s holds times that the clocks showed twice", column=column),
    "future_date": lambda column, value: say("%(column)s lies in the future", column=column),
    "out_of_range": lambda column, value: say("%(column)s holds something too long, too large or too far away", column=column),
    "number_format": lambda column, value: say("%(column)s holds numbers that cannot be read", column=column),
    "duplicate_key": lambda column, value: say("The same %(column)s stands in rows that differ", column=column),
    "control_char": lambda column, value: say("%(column)s holds hidden characters", column=column),
    "unsafe_unicode": lambda column, value: say("%(column)s holds characters that turn the direction of reading", column=column),
    "formula_cell": lambda column, value: say("%(column)s holds formulas", column=column),
    "row_shape": lambda column, value: say("Rows with too many or too few cells"),
    "syntax": lambda column, value: say("Lines that cannot be read"),
    "duplicate_column": lambda column, value: say("%(column)s stands twice in one line", column=column),
}
_DETAILS: Mapping[str, str] = {
    "required": say("It cannot be blank."),
    "date_ambiguous": say("Say in the mapping how dates are written."),
    "future_date": say("It cannot lie more than a day ahead."),
    "date_order": say("Both dates can be read, but the order cannot be right."),
    "duplicate_key": say("Nobody can say which row is right. Leave one out, or correct it."),
    "row_shape": say("Put text that holds the delimiter into quotes."),
    "formula_cell": say("Paste the values instead."),
    "client_scope": say("Import those rows for their own client."),
    "tz_missing": say("Add an offset such as +01:00, or name the time zone in the mapping."),
}


def title_of(faults: Faults, value: str | None, others: int, mapping: ImportMapping) -> str:
    """What is wrong, in one sentence without a stop. `others` counts the values of a group that holds many."""
    column = faults.column or say("The row")
    if faults.reason == "date_order":
        return _ORDER.get(faults.field or "") or say("Ended before it was opened")
    if others:
        return say_many("%(number)s other value of %(column)s is not known", "%(number)s other values of %(column)s are not known", others,
                        number=_count(others), column=column)  # fmt: skip
    if faults.reason == "enum" and faults.field == "priority":
        return say("“%(value)s” is not one of your priorities", value=shown(value or ""))
    title = _TITLES.get(faults.reason)
    return title(column, shown(value or "")) if title else say("%(column)s cannot be used", column=column)


def detail_of(faults: Faults, rows: Rows, mapping: ImportMapping, hint: str) -> str:
    """Where it is, and what would be right."""
    return joined([_where(faults, rows, mapping), hint or _wanted(faults)])


def _where(faults: Faults, rows: Rows, mapping: ImportMapping) -> str:
    if faults.reason == "date_order" and faults.field in _FIRST:
        return say("Columns %(first)s and %(second)s, %(rows)s.", first=column_of(_FIRST[faults.field], mapping), second=faults.column,
                   rows=rows.within)  # fmt: skip
    return say("Column %(column)s, %(rows)s.", column=faults.column, rows=rows.within) if faults.column else rows.alone


def column_of(field: str, mapping: ImportMapping) -> str:
    """The column of the file a person knows, where the field reads one; else the field's name."""
    origins = mapping.fields[field].origins if field in mapping.fields else ()
    return origins[0] if len(origins) == 1 else field


@dataclass(frozen=True, slots=True)
class Rows:
    """Which rows: inside a sentence, and as a sentence."""

    within: str
    alone: str


def rows_text(rows: Sequence[int], *, count: int, last: int) -> Rows:
    """rows 212, 213, 377 and 6 more; rows 1,408 to 1,412; row 5. `rows` are the first of them, `last` is the last of all."""
    first = _count(rows[0])
    if count == 1:
        return Rows(say("row %(row)s", row=first), say("Row %(row)s.", row=first))
    if count > 2 and last - rows[0] == count - 1:
        ends = {"first": first, "last": _count(last)}
        return Rows(say("rows %(first)s to %(last)s", **ends), say("Rows %(first)s to %(last)s.", **ends))
    if count <= 4:
        every = listed([_count(row) for row in rows])
        return Rows(say("rows %(rows)s", rows=every), say("Rows %(rows)s.", rows=every))
    some = {"rows": joined([_count(row) for row in rows[:3]], ", "), "more": _count(count - 3)}
    return Rows(say("rows %(rows)s and %(more)s more", **some), say("Rows %(rows)s and %(more)s more.", **some))


def listed(words: Sequence[str]) -> str:
    """1, 2, 3 and 4."""
    if len(words) == 1:
        return words[0]
    return say("%(some)s and %(last)s", some=joined(words[:-1], ", "), last=words[-1])


def _count(number: int) -> Figure:
    return Figure(f"{number:,}")


def _wanted(faults: Faults) -> str:
    if faults.reason in _DETAILS:
        return _DETAILS[faults.reason]
    return sentence(changed(faults.expected, _shown_as_today)) if faults.expected else ""


def _shown_as_today(text: str) -> str:
    """A way of writing dates, shown by a date."""
    return re.sub(r"%-?([A-Za-z])", lambda found: _SAMPLE.strftime(f"%{found[1]}"), text)
