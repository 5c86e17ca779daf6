"""Periods: what people write, and the days and midnights that it means."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from keepscore.engine.periods import PeriodError, months, parse_period, preceding, previous, same_last_year
from keepscore.engine.results import Period

LONDON = "Europe/London"


def test_a_quarter_runs_from_local_midnight_to_local_midnight() -> None:
    assert parse_period("2026-Q3", zone=LONDON) == Period(
        key="2026-Q3", label="Q3 2026", start=date(2026, 7, 1), end=date(2026, 10, 1),
        start_at=datetime(2026, 6, 30, 23, tzinfo=UTC), end_at=datetime(2026, 9, 30, 23, tzinfo=UTC))


@pytest.mark.parametrize(("text", "year_starts", "key", "label", "start", "end"), [
    ("2026-03", 1, "2026-03", "March 2026", "2026-03-01", "2026-04-01"),
    ("2026-12", 4, "2026-12", "December 2026", "2026-12-01", "2027-01-01"),
    (" 2026-q1 ", 1, "2026-Q1", "Q1 2026", "2026-01-01", "2026-04-01"),
    ("2026-H2", 1, "2026-H2", "H2 2026", "2026-07-01", "2027-01-01"),
    ("2026", 1, "2026", "2026", "2026-01-01", "2027-01-01"),
    ("2026-Q1", 4, "2026-Q1", "Q1 2026", "2026-04-01", "2026-07-01"),
    ("2026-Q4", 4, "2026-Q4", "Q4 2026", "2027-01-01", "2027-04-01"),
    ("2026-H2", 4, "2026-H2", "H2 2026", "2026-10-01", "2027-04-01"),
    ("2026", 4, "2026", "2026", "2026-04-01", "2027-04-01"),
    ("2026-07-06..2026-09-30", 1, "2026-07-06..2026-09-30", "6 July to 30 September 2026", "2026-07-06", "2026-10-01"),
    ("2025-12-31..2026-01-01", 4, "2025-12-31..2026-01-01", "31 December 2025 to 1 January 2026", "2025-12-31", "2026-01-02"),
    ("2024-02-29..2024-02-29", 1, "2024-02-29..2024-02-29", "29 February 2024", "2024-02-29", "2024-03-01"),
])
def test_periods_as_people_write_them(text: str, year_starts: int, key: str, label: str, start: str, end: str) -> None:
    found = parse_period(text, zone=LONDON, year_starts=year_starts)
    assert (found.key, found.label, found.start.isoformat(), found.end.isoformat()) == (key, label, start, end)


@pytest.mark.parametrize(("text", "sentence"), [
    ("", "write a month"), ("Q3 2026", "write a month"), ("2026-13", "01 to 12"), ("2026-00", "01 to 12"), ("2026-Q5", "Q1 to Q4"),
    ("2026-H0", "H1 to H2"), ("26-03", "write a month"), ("2026-03-01", "write a month"), ("0001", "from 1900 to 2400"),
    ("2026-02-30..2026-03-01", "two days such as"), ("2026-03-02..2026-03-01", "earlier day first"),
    ("2026-03..2026-04", "two days such as"),
    ("1900-01-01..2300-01-01", "100 years"), ("２０２６", "write a month"),
])
def test_a_text_that_names_no_period_is_refused_with_what_would_be_right(text: str, sentence: str) -> None:
    with pytest.raises(PeriodError, match=sentence):
        parse_period(text, zone=LONDON)


@pytest.mark.parametrize(("text", "year_starts", "before", "last_year"), [
    ("2026-01", 1, "2025-12", "2025-01"),
    ("2026-Q1", 1, "2025-Q4", "2025-Q1"),
    ("2026-Q1", 4, "2025-Q4", "2025-Q1"),
    ("2026-Q3", 11, "2026-Q2", "2025-Q3"),
    ("2026-H1", 7, "2025-H2", "2025-H1"),
    ("2026", 4, "2025", "2025"),
    ("2026-07-06..2026-09-30", 1, "2026-04-10..2026-07-05", "2025-07-06..2025-09-30"),
    ("2024-02-01..2024-02-29", 1, "2024-01-03..2024-01-31", "2023-02-01..2023-02-28"),
    ("2024-02-01..2024-02-28", 1, "2024-01-04..2024-01-31", "2023-02-01..2023-02-28"),
])
def test_the_period_before_and_the_same_one_last_year(text: str, year_starts: int, before: str, last_year: str) -> None:
    period = parse_period(text, zone=LONDON, year_starts=year_starts)
    assert previous(period, LONDON, year_starts) == parse_period(before, zone=LONDON, year_starts=year_starts)
    assert same_last_year(period, LONDON, year_starts) == parse_period(last_year, zone=LONDON, year_starts=year_starts)
    assert previous(period, LONDON, year_starts).end == period.start


def test_preceding_periods_come_oldest_first() -> None:
    period = parse_period("2026-Q2", zone=LONDON)
    assert [p.key for p in preceding(period, 3, LONDON)] == ["2025-Q3", "2025-Q4", "2026-Q1"]
    assert preceding(period, 0, LONDON) == []


def test_months_are_the_calendars_and_are_clipped_to_the_period() -> None:
    assert months(parse_period("2026-12-15..2027-02-03", zone=LONDON)) == [
        ("2026-12", date(2026, 12, 15), date(2027, 1, 1)), ("2027-01", date(2027, 1, 1), date(2027, 2, 1)),
        ("2027-02", date(2027, 2, 1), date(2027, 2, 4))]
    assert [key for key, _, _ in months(parse_period("2026-Q1", zone=LONDON, year_starts=4))] == ["2026-04", "2026-05", "2026-06"]


@pytest.mark.parametrize("year_starts", range(1, 13))
def test_four_quarters_and_two_halves_make_the_year(year_starts: int) -> None:
    def spans(*keys: str) -> list[tuple[date, date]]:
        return [(p.start, p.end) for p in (parse_period(key, zone=LONDON, year_starts=year_starts) for key in keys)]

    ((start, end),) = spans("2026")
    for parts in (spans("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"), spans("2026-H1", "2026-H2")):
        assert [start, *(until for _, until in parts)] == [*(begin for begin, _ in parts), end]
