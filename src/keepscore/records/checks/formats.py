"""Forms of a moment, compiled to patterns: ISO 8601, and forms declared with the letters of strftime.

A declared form is strict: nothing may stand before, between or after. %d, %m, %H and %I take one or two digits;
%-d, %-m, %-H and %-I refuse a leading zero, which tells a file that a spreadsheet has rewritten from the original.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
_ZONE = r"(?P<zone>[Zz]|[+-]\d{2}:?\d{2})"
_LETTERS = {
    "Y": r"(?P<year>\d{4})", "y": r"(?P<short>\d{2})", "m": r"(?P<month>\d{1,2})", "d": r"(?P<day>\d{1,2})",
    "H": r"(?P<hour>\d{1,2})", "I": r"(?P<twelve>\d{1,2})", "M": r"(?P<minute>\d{2})", "S": r"(?P<second>\d{2})",
    "f": r"(?P<fraction>\d{1,9})", "p": r"(?P<half>[AaPp][Mm])", "z": _ZONE,
    "b": r"(?P<name>[A-Za-z]{3})", "B": r"(?P<name>[A-Za-z]{3,9})", "a": r"[A-Za-z]{3}", "A": r"[A-Za-z]{6,9}",
    "-d": r"(?P<day>[1-9]\d?)", "-m": r"(?P<month>[1-9]\d?)", "-H": r"(?P<hour>0|[1-9]\d?)", "-I": r"(?P<twelve>[1-9]\d?)", "%": "%",
}
_WHOLE = {"T": "%H:%M:%S", "F": "%Y-%m-%d", "R": "%H:%M"}


@dataclass(frozen=True, slots=True)
class Form:
    """One accepted form of a moment."""

    text: str       # as declared
    pattern: str    # for RE2, whole value, with named groups
    groups: tuple[str, ...]


ISO = Form(
    "ISO 8601, such as 2026-03-02T09:00:00+00:00",
    r"^(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?:[Tt ](?P<hour>\d{2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?"
    rf" ?{_ZONE}?)?$",
    ("year", "month", "day", "hour", "minute", "second", "zone"),
)


@lru_cache(maxsize=256)
def compile_form(text: str) -> Form:
    """A form from its declaration, e.g. "%d/%m/%Y %H:%M". Raises ValueError with what would be right."""
    if text.strip().lower() in ("iso", "iso8601", "iso 8601"):
        return ISO
    for letter, meaning in _WHOLE.items():
        text = text.replace(f"%{letter}", meaning)
    pieces = re.split(r"(%-?.)", text)
    if any(piece.startswith("%") and piece[1:] not in _LETTERS for piece in pieces) or "%" in "".join(pieces[::2]):
        raise ValueError("a date format uses %Y %y %m %d %b %B %H %I %M %S %f %p %z, such as %d/%m/%Y %H:%M")
    pattern = "".join(_LETTERS[piece[1:]] if piece.startswith("%") else re.escape(piece) for piece in pieces)
    groups = tuple(re.findall(r"\(\?P<(\w+)>", pattern))
    if len(set(groups)) < len(groups) or not _complete(set(groups)):
        raise ValueError("a date format names day, month and year once each, such as %d/%m/%Y %H:%M, and %p with %I")
    return Form(text, f"^{pattern}$", groups)


def _complete(groups: set[str]) -> bool:
    day = {"day"} <= groups and len(groups & {"year", "short"}) == 1 and len(groups & {"month", "name"}) == 1
    time = len(groups & {"hour", "twelve"}) < 2 and (("twelve" in groups) == ("half" in groups))
    return day and time and ("minute" not in groups or bool(groups & {"hour", "twelve"})) and ("second" not in groups or "minute" in groups)


def looks_like_a_date(value: str) -> bool:
    """Numbers in the order day-month or month-day, which only a declared form can decide."""
    found = re.match(r"\s*(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})\b", value)
    return found is not None and 1 <= int(found[1]) <= 12 and 1 <= int(found[2]) <= 12
