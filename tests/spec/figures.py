"""Percentiles, means, availability, reported figures, facts."""

from tests.spec.case import OFFICE, Spec

TITLE = "Percentiles, means, availability, reported figures and facts"
_TIMES = [f"2026-03-02 09:00 | 2026-03-02 {9 + n // 6:02}:{n % 6 * 10:02}" for n in range(1, 11)]
TEN = "\n".join(["opened | resolved", "--- | ---", *_TIMES])
P90 = {"value": {"percentile": "90", "of": "elapsed"}, "target": {"at_most": "2h"}}
UP = {"availability": {"component": "wan"}, "target": {"at_least": "99.90%"}}
IN_HOURS = {"availability": {"component": "wan", "calendar": "office"}, "target": {"at_least": "99%"}}
LICENCES = {"reported": {"unit": "%"}, "target": {"at_least": "85%"}}

SPECS = [
    Spec(
        title="Nine in ten: the value at rank ceil(0.9 n), a value that really occurred", measure=P90, records=TEN,
        text="Ten records took 10 to 100 minutes; the ninth took 90 minutes, 5400 seconds.",
        gives={"kept": 10, "value": "5400/1", "met": True, "exact score": "9/2", "score": "4.5"},
    ),
    Spec(
        title="A record open past the target counts with its time so far, one inside it is open",
        measure=P90, as_of="2026-03-02 12:00",
        records="""
        opened           | resolved
        ---------------- | ----------------
        2026-03-02 09:00 | 2026-03-02 10:00
        2026-03-02 09:00 |
        2026-03-02 11:00 |
        """,
        gives={"kept": 1, "missed": 1, "open": 1, "value": "10800/1", "met": False, "exact score": "3"},
    ),
    Spec(
        title="A mean is exact", measure={"value": {"mean": "true", "of": "effort_minutes"}, "target": {"at_most": "30"}},
        records="""
        opened           | resolved         | effort
        ---------------- | ---------------- | ------
        2026-03-02 09:00 | 2026-03-02 10:00 | 20
        2026-03-02 09:00 | 2026-03-02 10:00 | 25
        2026-03-02 09:00 | 2026-03-02 10:00 | 25
        2026-03-02 09:00 | 2026-03-02 10:00 |
        """,
        gives={"kept": 3, "cannot be judged": {"the figure is blank": 1}, "value": "70/3", "met": True},
    ),
    Spec(
        title="Two-sided: over-delivery can be a fault; the curve runs over the distance outside the band",
        measure={"value": {"mean": "true", "of": "effort_minutes"}, "target": {"between": ["10", "20"]}, "curve": {"5": "0", "1": "20"}},
        records="""
        opened           | resolved         | effort
        ---------------- | ---------------- | ------
        2026-03-02 09:00 | 2026-03-02 10:00 | 25
        """,
        gives={"missed": 1, "value": "25/1", "met": False, "exact score": "4"},
    ),
    Spec(
        title="One day down in a 365-day year is 99.73 % available, not 99.97 %",
        measure=UP, period="2025", as_of="2025-12-31", timezone="UTC",
        outages="""
        reference | component | started          | ended
        --------- | --------- | ---------------- | ----------------
        O-1       | wan       | 2025-06-01 00:00 | 2025-06-02 00:00
        """,
        gives={"missed": 1, "value": "31449600/31536000", "met": False, "score": "2.3"},
    ),
    Spec(
        title="Overlapping re-reports count once; an outage may have begun before the period; one that goes on runs to as_of",
        measure=UP, period="2026-03", as_of="2026-03-10 00:00", timezone="UTC",
        outages="""
        reference | component | started          | ended
        --------- | --------- | ---------------- | ----------------
        O-1       | wan       | 2026-02-28 12:00 | 2026-03-01 06:00
        O-2       | wan       | 2026-03-01 03:00 | 2026-03-01 12:00
        O-3       | wan       | 2026-03-09 12:00 |
        O-4       | lan       | 2026-03-05 00:00 | 2026-03-06 00:00
        """,
        gives={"missed": 3, "value": "691200/777600", "met": False},
    ),
    Spec(
        title="Planned outages are listed and taken out of the time that counts, also where an unplanned one overlaps",
        measure=UP, period="2026-03", as_of="2026-03-31", timezone="UTC",
        outages="""
        reference | component | started          | ended            | planned
        --------- | --------- | ---------------- | ---------------- | -------
        O-1       | wan       | 2026-03-01 00:00 | 2026-03-01 02:00 | yes
        O-2       | wan       | 2026-03-01 01:00 | 2026-03-01 03:00 | no
        """,
        gives={"missed": 1, "left_out": {"planned outage": 1}, "value": "2667600/2671200", "met": False},
    ),
    Spec(
        title="Only the calendar's open time counts", measure=IN_HOURS, calendars={"office": OFFICE},
        outages="""
        reference | component | started          | ended
        --------- | --------- | ---------------- | ----------------
        O-1       | wan       | 2026-03-06 16:00 | 2026-03-09 10:00
        """,
        gives={"missed": 1, "value": "626400/633600", "met": False},
    ),
    Spec(
        title="A reported figure: the last one of the period; in % it is a share", measure=LICENCES,
        values="""
        measure | at               | value
        ------- | ---------------- | -----
        m       | 2026-03-02 09:00 | 70
        m       | 2026-03-20 09:00 | 87.5
        m       | 2026-04-01 00:00 | 20
        """,
        gives={"value": "7/8", "met": True, "exact score": "25/6", "score": "4.2"},
    ),
    Spec(
        title="A figure that nobody reported is said to be missing", measure=LICENCES,
        gives={"value": None, "met": None, "score": None, "no score": "no value reported"},
    ),
    Spec(
        title="A fact: k of n scores 1 + 4k/n", measure={"fact": {"unit": "goals"}},
        values="""
        measure | at               | value | of
        ------- | ---------------- | ----- | --
        m       | 2026-03-02 09:00 | 5     | 8
        """,
        gives={"value": "5/8", "met": None, "exact score": "7/2", "score": "3.5"},
    ),
]
