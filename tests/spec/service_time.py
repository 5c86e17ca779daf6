"""Service time: the time that counts."""

from tests.spec.case import OFFICE, Spec

TITLE = "Service time"


def inside(limit: str, **more: object) -> dict[str, object]:
    return {"kept_when": {"within": limit, "calendar": "office", **more}, "target": {"at_least": "92%"}}


NIGHT = {"office": {"timezone": "Europe/London", "hours": {"sat": "22:00-02:00"}}}
LORD_HOWE = {"office": {"timezone": "Australia/Lord_Howe", "hours": {"mon-sun": "00:00-24:00"}}}
HOLIDAY = {"office": {**OFFICE, "holidays": ["2026-03-03"], "overrides": {"2026-03-04": "12:00-13:00"}}}

SPECS = [
    Spec(
        title="Only opening hours count; a weekend counts nothing",
        measure=inside("4h"),
        records="""
        opened           | resolved
        ---------------- | -------------------
        2026-03-06 15:00 | 2026-03-09 11:00
        2026-03-06 15:00 | 2026-03-09 11:00:01
        """,
        gives={"kept": 1, "missed": 1},
    ),
    Spec(
        title="Pauses of the client stop the clock; overlapping ones count once, those of the vendor not at all",
        measure=inside("2h"),
        records="""
        reference | opened           | resolved
        --------- | ---------------- | ----------------
        T-1       | 2026-03-02 09:00 | 2026-03-02 12:00
        T-2       | 2026-03-02 09:00 | 2026-03-02 12:00
        T-3       | 2026-03-02 09:00 | 2026-03-02 12:00
        """,
        pauses="""
        reference | started          | ended            | side
        --------- | ---------------- | ---------------- | ------
        T-1       | 2026-03-02 09:30 | 2026-03-02 10:15 | client
        T-1       | 2026-03-02 10:00 | 2026-03-02 10:30 | client
        T-2       | 2026-03-02 09:30 | 2026-03-02 10:15 | client
        T-2       | 2026-03-02 09:45 | 2026-03-02 10:00 | client
        T-3       | 2026-03-02 09:30 | 2026-03-02 11:30 | vendor
        """,
        gives={"kept": 1, "missed": 2},
    ),
    Spec(
        title="A pause outside opening hours takes nothing, one from before the start only from the start on",
        measure=inside("2h"),
        records="""
        reference | opened           | resolved
        --------- | ---------------- | -------------------
        T-1       | 2026-03-02 16:00 | 2026-03-03 10:00:01
        T-2       | 2026-03-02 10:00 | 2026-03-02 13:00
        """,
        pauses="""
        reference | started          | ended
        --------- | ---------------- | ----------------
        T-1       | 2026-03-02 17:00 | 2026-03-03 09:00
        T-2       | 2026-03-02 09:00 | 2026-03-02 11:00
        """,
        gives={"kept": 1, "missed": 1},
    ),
    Spec(
        title="An open pause runs to the resolution, or to as_of",
        measure=inside("2h"), as_of="2026-03-02 17:00",
        records="""
        reference | opened           | resolved
        --------- | ---------------- | ----------------
        T-1       | 2026-03-02 09:00 | 2026-03-02 16:00
        T-2       | 2026-03-02 09:00 |
        """,
        pauses="""
        reference | started          | ended
        --------- | ---------------- | -----
        T-1       | 2026-03-02 11:00 |
        T-2       | 2026-03-02 10:00 |
        """,
        gives={"kept": 1, "open": 1},
    ),
    Spec(
        title="A holiday closes the day, an override sets its hours",
        measure=inside("8h"), calendars=HOLIDAY,
        records="""
        opened           | resolved
        ---------------- | -------------------
        2026-03-02 10:00 | 2026-03-04 13:00
        2026-03-02 10:00 | 2026-03-05 09:00:01
        """,
        gives={"kept": 1, "missed": 1},
    ),
    Spec(
        title="A range over midnight belongs to the day on which it opens",
        measure=inside("3h"), calendars=NIGHT, period="2026-03",
        records="""
        opened           | resolved
        ---------------- | -------------------
        2026-03-07 20:00 | 2026-03-08 01:00
        2026-03-07 20:00 | 2026-03-08 01:00:01
        """,
        gives={"kept": 1, "missed": 1},
    ),
    Spec(
        title="The day on which clocks go forward has 23 hours",
        text="In London 29 March 2026 jumps from 01:00 to 02:00.",
        measure={"kept_when": {"within": "23h"}, "target": {"at_least": "92%"}},
        records="""
        opened           | resolved
        ---------------- | -------------------
        2026-03-29 00:00 | 2026-03-30 00:00
        2026-03-29 00:00 | 2026-03-30 00:00:01
        """,
        gives={"kept": 1, "missed": 1},
    ),
    Spec(
        title="Half an hour on Lord Howe Island",
        text="On 5 April 2026 clocks go back by half an hour: the day has 24 hours and 30 minutes.",
        measure={"kept_when": {"within": "24h 30m", "calendar": "office"}, "target": {"at_least": "92%"}},
        calendars=LORD_HOWE, timezone="Australia/Lord_Howe", period="2026-04", as_of="2026-04-30",
        records="""
        opened           | resolved
        ---------------- | -------------------
        2026-04-05 00:00 | 2026-04-06 00:00
        2026-04-05 00:00 | 2026-04-06 00:00:01
        """,
        gives={"kept": 1, "missed": 1},
    ),
    Spec(
        title="Two working days end at the close of the second day after the opening",
        measure=inside("2d"),
        records="""
        opened           | resolved
        ---------------- | ----------------
        2026-03-06 16:59 | 2026-03-10 17:00
        2026-03-06 16:59 | 2026-03-11 09:01
        2026-03-07 12:00 | 2026-03-10 17:00
        2026-03-07 12:00 | 2026-03-11 09:01
        """,
        gives={"kept": 2, "missed": 2},
    ),
    Spec(
        title="Without a calendar a day is 24 hours",
        measure={"kept_when": {"within": "1d"}, "target": {"at_least": "92%"}},
        records="""
        opened           | resolved
        ---------------- | -------------------
        2026-03-06 12:00 | 2026-03-07 12:00
        2026-03-06 12:00 | 2026-03-07 12:00:01
        """,
        gives={"kept": 1, "missed": 1},
    ),
    Spec(
        title="The limit is that of the record's present priority, over the whole span",
        measure={"kept_when": {"within": {"P1": "1h", "P2": "8h"}, "by": "priority", "calendar": "office"}, "target": {"at_least": "92%"}},
        records="""
        opened           | resolved         | priority
        ---------------- | ---------------- | --------
        2026-03-02 09:00 | 2026-03-02 10:01 | P1
        2026-03-02 09:00 | 2026-03-02 10:01 | P2
        """,
        gives={"kept": 1, "missed": 1},
    ),
]
