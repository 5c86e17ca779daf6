"""Single cells: one value changed in an otherwise good file. The bad row is row 3."""

from __future__ import annotations

from corpus import MAPPING, Case, row, text, with_lines

GOOD_FIRST = row(id="T-0")

BAD = (
    # column, value, reason
    ("id", "", "required"), ("id", "   ", "required"), ("id", "?", "required"), ("id", "x" * 201, "out_of_range"),
    ("client", "", "required"), ("client", "NULL", "required"), ("client", "nobody", "unknown_client"),
    ("client", "Marlowe", "unknown_client"), ("client", "marlowe inc", "unknown_client"), ("client", "Se", "unknown_client"),
    ("client", "marlowe\u200b", "unknown_client"), ("client", "mаrlowe", "unknown_client"),     # a Cyrillic а
    ("function", "sales", "unknown_function"), ("function", "DESK", "unknown_function"),
    ("opened", "", "required"), ("opened", "N/A", "required"), ("opened", "yesterday", "date_format"), ("opened", "2026", "date_format"),
    ("opened", "2026-3-2", "date_format"), ("opened", "2026-03-02 9:00", "date_format"), ("opened", "20260302", "date_format"),
    ("opened", "46083", "date_format"), ("opened", "46083.375", "date_format"), ("opened", "1772442000", "date_format"),
    ("opened", "2026-03-02T09", "date_format"), ("opened", "2026-03-02 09:00 AM", "date_format"), ("opened", "2-Mar-26", "date_format"),
    ("opened", "2026-03-02T09:00:00 Europe/London", "date_format"), ("opened", "2026-W10-1", "date_format"),
    ("opened", "2026-061", "date_format"), ("opened", "٢٠٢٦-٠٣-٠٢", "date_format"), ("opened", "２０２６-03-02", "date_format"),
    ("opened", "31/12/2025", "date_format"), ("opened", "12/31/2025", "date_format"),
    ("opened", "03/04/2026", "date_ambiguous"), ("opened", "3.4.2026 09:00", "date_ambiguous"), ("opened", "1-2-26", "date_ambiguous"),
    ("opened", "2026-02-29", "date_invalid"), ("opened", "2026-02-30 09:00", "date_invalid"), ("opened", "2026-13-01", "date_invalid"),
    ("opened", "2026-00-10", "date_invalid"), ("opened", "2026-04-31", "date_invalid"), ("opened", "2026-03-00", "date_invalid"),
    ("opened", "2026-03-02 24:00", "date_invalid"), ("opened", "2026-03-02 09:60", "date_invalid"),
    ("opened", "2026-03-02T09:00:61Z", "date_invalid"), ("opened", "2026-03-02T09:00:00+25:00", "date_invalid"),
    ("opened", "2026-03-02T09:00:00+01:75", "date_invalid"), ("opened", "2100-02-29", "date_invalid"),
    ("opened", "2025-03-30 01:30", "dst_nonexistent"), ("opened", "2025-03-30T01:00:00", "dst_nonexistent"),
    ("opened", "2025-10-26 01:30", "dst_ambiguous"), ("opened", "2025-10-26T01:00:00", "dst_ambiguous"),
    ("opened", "1999-12-30", "out_of_range"), ("opened", "0001-01-01T00:00:00Z", "out_of_range"),
    ("opened", "1970-01-01T00:00:00Z", "out_of_range"), ("opened", "2101-01-03T00:00:00Z", "out_of_range"),
    ("opened", "9999-12-31T23:59:59Z", "out_of_range"), ("due", "9999-12-31", "out_of_range"),
    ("opened", "2026-05-03T09:00:00Z", "future_date"), ("opened", "2027-03-02", "future_date"), ("resolved", "2026-12-24", "future_date"),
    ("resolved", "2026-03-02T08:59:59Z", "date_order"), ("due", "2026-03-01", "date_order"), ("due", "2026-03-02T08:59Z", "date_order"),
    ("ordered", "-1", "out_of_range"), ("ordered", "-0.000001", "out_of_range"), ("ordered", "1000000000000.000001", "out_of_range"),
    ("ordered", "9" * 40, "out_of_range"), ("ordered", "1.0000001", "out_of_range"), ("ordered", "1,5", "number_format"),
    ("ordered", "1,000", "number_format"), ("ordered", "1 000", "number_format"), ("ordered", "1e3", "number_format"),
    ("ordered", "1E+03", "number_format"), ("ordered", "+5", "number_format"), ("ordered", "5.", "number_format"),
    ("ordered", "0x1F", "number_format"), ("ordered", "NaN", "number_format"), ("ordered", "inf", "number_format"),
    ("ordered", "five", "number_format"), ("ordered", "5 kg", "number_format"), ("ordered", "£5", "number_format"),
    ("ordered", "50%", "number_format"), ("ordered", "٥", "number_format"), ("ordered", "５", "number_format"),
    ("ordered", "1_000", "number_format"), ("ordered", "--1", "number_format"), ("ordered", "(5)", "number_format"),
    ("ordered", "1.2.3", "number_format"), ("ordered", "=1+1", "number_format"), ("ordered", "−5", "number_format"),
    ("effort", "-5", "out_of_range"), ("effort", "5256001", "out_of_range"), ("effort", "7.5", "out_of_range"),
    ("effort", "1h 30m", "number_format"), ("effort", "01:30", "number_format"),
    ("accepted", "maybe", "bool_format"), ("accepted", "2", "bool_format"), ("accepted", "ja", "bool_format"),
    ("accepted", "t", "bool_format"), ("accepted", "on", "bool_format"), ("accepted", "1.0", "bool_format"),
    ("accepted", "✓", "bool_format"),
    ("note", "bell \x07", "control_char"), ("note", "escape \x1b[31m", "control_char"), ("note", "back\x08space", "control_char"),
    ("note", "delete \x7f", "control_char"), ("note", "next line \x85", "control_char"), ("note", "form \x0c feed", "control_char"),
    ("note", "evil \u202etxt.exe", "unsafe_unicode"), ("note", "\u202aembedded\u202c", "unsafe_unicode"),
    ("client", "mar\u2066lowe", "unsafe_unicode"), ("note", "\u2067isolate\u2069", "unsafe_unicode"),
    ("note", "x" * 32_768, "out_of_range"),
)
# Faults that come with the first: a client with a hidden character is not known either.
ALSO = {
    ("client", "mar\u2066lowe"): (("unknown_client", 3, "client"),),
    ("opened", "2026-05-03T09:00:00Z"): (("date_order", 3, "due"), ("date_order", 3, "resolved")),
    ("opened", "2027-03-02"): (("date_order", 3, "due"), ("date_order", 3, "resolved")),
}
FINE = (
    ("id", "=1+1"), ("id", "+1"), ("id", "@x"), ("id", "x" * 200), ("id", " T-1 "), ("id", "0001"), ("client", " marlowe "),
    ("client", "SE"), ("client", "se"), ("client", "Co\u0302te d'Ivoire"), ("function", ""), ("function", "?"), ("opened", "2026-03-02"),
    ("opened", "2026-03-02T09:00:00.999Z"), ("opened", "2026-03-02t09:00:00z"), ("opened", "2026-03-02 09:00:00+0530"),
    ("opened", "2025-03-30 01:30+01:00"), ("opened", "2025-10-26T01:30:00Z"), ("opened", "2024-02-29 08:00"),
    ("opened", "2026-03-02 09:00:00 -03:00"), ("due", ""), ("due", "NULL"), ("due", "2025-10-26T23:00:00Z\n"), ("due", "2099-12-31"),
    ("resolved", ""), ("resolved", "2026-03-02T09:00:00Z"), ("ordered", "0"), ("ordered", "000012"), ("ordered", ".5"), ("ordered", "-0"),
    ("ordered", "1000000000000"), ("ordered", "1.500000000"), ("effort", "0"), ("effort", "5256000"), ("effort", "45.0"),
    ("accepted", "TRUE"), ("accepted", "n"), ("accepted", "0"), ("accepted", ""), ("note", "=cmd|' /C calc'!A0"), ("note", "-2+3"),
    ("note", "line one\nline two\r\nline three"), ("note", 'she said "no"'), ("note", "tab\there"), ("note", "👩‍🚀 Ünïcödé 漢字 عربي"),
    ("note", "<script>alert(1)</script>"), ("note", "'; DROP TABLE records; --"), ("note", "x" * 32_767), ("note", "{{7*7}}${7*7}"),
)


def cases() -> list[Case]:
    made = [_bad(*item) for item in BAD]
    made += [_fine(column, value) for column, value in FINE]
    return made + _declared()


def _name(column: str, value: str) -> str:
    return f"{column} {value[:24].encode('unicode_escape').decode()}"


def _bad(column: str, value: str, reason: str) -> Case:
    errors = ((reason, 3, column), *ALSO.get((column, value), ()))
    return Case(f"bad {_name(column, value)}", text([GOOD_FIRST, row(**{column: value})]), errors)


def _fine(column: str, value: str) -> Case:
    changed = row(**{column: value})
    if column == "opened" and value < "2025-12":
        changed = row(opened=value, due="", resolved="")
    if column == "due" and value.startswith("2025"):
        changed = row(due=value, opened="2025-10-01", resolved="")
    return Case(f"fine {_name(column, value)}", text([GOOD_FIRST, changed]), records=2)


def _declared() -> list[Case]:
    """Values that a declaration of the mapping decides."""
    day_first = with_lines('dates: "%d/%m/%Y %H:%M"')
    both = with_lines('dates: ["%d/%m/%Y", "%m/%d/%Y"]')
    strict = with_lines('dates: "%-d-%b-%y"')
    zoneless = MAPPING.replace("timezone: Europe/London\n", "")
    comma = with_lines('decimal: ","')
    table = MAPPING.replace("accepted: accepted", 'accepted: {column: accepted, values: {"Ja": "yes", "Nein": "no"}}')

    def moments(opened: str, due: str = "", resolved: str = "", **more: str) -> bytes:
        return text([row(opened=opened, due=due, resolved=resolved, **more)])

    return [
        Case("day first", moments("29/2/2016 01:16", "5/3/2016 12:00"), records=1, mapping=day_first),
        Case("month first where day first is declared", moments("2/29/2016 01:16"), (("date_invalid", 2, "opened"),), mapping=day_first),
        Case("ISO where another form is declared", moments("2016-02-29 01:16"), (("date_format", 2, "opened"),), mapping=day_first),
        Case("two declared forms that differ", moments("03/04/2016"), (("date_ambiguous", 2, "opened"),), mapping=both),
        Case("two declared forms, one possible", moments("31/12/2015"), records=1, mapping=both),
        Case("a zero that a spreadsheet put in", moments("02-Jun-06"), (("date_format", 2, "opened"),), mapping=strict),
        Case("without that zero", moments("2-Jun-06"), records=1, mapping=strict),
        Case("no zone anywhere", moments("2026-03-02 09:00"), (("tz_missing", 2, "opened"),), mapping=zoneless),
        Case("a day without a zone", moments("2026-03-02T09:00Z", "2026-03-03"), (("tz_missing", 2, "due"),), mapping=zoneless),
        Case("an offset needs no zone", moments("2026-03-02T09:00Z"), records=1, mapping=zoneless),
        Case("decimal comma", text([row(ordered="12,5")]), records=1, mapping=comma),
        Case("decimal point where a comma is declared", text([row(ordered="12.5")]), (("number_format", 2, "ordered"),), mapping=comma),
        Case("thousands mark with decimal comma", text([row(ordered="1.000,5")]), (("number_format", 2, "ordered"),), mapping=comma),
        Case("value table", text([row(accepted="Ja")]), records=1, mapping=table),
        Case("value missing from the table", text([row(accepted="Vielleicht")]), (("enum", 2, "accepted"),), mapping=table),
        Case("value of another case than the table", text([row(accepted="ja")]), (("enum", 2, "accepted"),), mapping=table),
        Case("widened years", moments("1996-07-04"), records=1, mapping=with_lines("earliest: 1990-01-01")),
        Case("unknown zone of a value", moments("2026-03-02 09:00 CET"), (("date_format", 2, "opened"),)),
    ]
