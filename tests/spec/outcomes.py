"""The outcome of one record, as of a moment."""

from tests.spec.case import Spec

TITLE = "The outcome of one record"
IN_4_HOURS = {"kept_when": {"within": "4h"}, "target": {"at_least": "92%"}}
BY_PRIORITY = {"kept_when": {"within": {"P1": "4h", "P2": "8h"}, "by": "priority"}, "target": {"at_least": "92%"}}
ON_TIME = {"kept_when": "resolved_at <= due_at", "target": {"at_least": "92%"}}
IN_FULL = {"kept_when": "resolved_at <= due_at and quantity_delivered >= quantity_ordered and accepted", "target": {"at_least": "92%"}}
CANCELLED = "cancelled before its limit passed"
BLANK = "the facts that the measure needs are blank"

SPECS = [
    Spec(
        title="Done inside the limit is kept, the exact limit included; one second later is missed",
        measure=IN_4_HOURS,
        records="""
        reference | opened           | resolved
        --------- | ---------------- | -------------------
        T-1       | 2026-03-02 09:00 | 2026-03-02 11:00
        T-2       | 2026-03-02 09:00 | 2026-03-02 13:00
        T-3       | 2026-03-02 09:00 | 2026-03-02 13:00:01
        """,
        gives={"kept": 2, "missed": 1, "value": "2/3", "met": False},
    ),
    Spec(
        title="A record still open past its limit counts as missed",
        measure=IN_4_HOURS, as_of="2026-03-03 09:00",
        records="""
        reference | opened           | resolved
        --------- | ---------------- | ----------------
        T-1       | 2026-03-02 09:00 | 2026-03-02 11:00
        T-2       | 2026-03-02 09:00 |
        """,
        gives={"kept": 1, "missed": 1},
    ),
    Spec(
        title="A record open inside its limit is open: shown, not counted",
        measure=IN_4_HOURS, as_of="2026-03-02 13:00",
        records="""
        opened           | resolved
        ---------------- | --------
        2026-03-02 09:00 |
        2026-03-02 08:59 |
        """,
        gives={"missed": 1, "open": 1},
    ),
    Spec(
        title="What happened after as_of is unseen",
        measure=IN_4_HOURS, as_of="2026-03-02 12:00",
        records="""
        opened           | resolved         | cancelled
        ---------------- | ---------------- | ----------------
        2026-03-02 09:00 | 2026-03-02 12:01 |
        2026-03-02 09:00 |                  | 2026-03-02 12:01
        2026-03-02 12:01 | 2026-03-02 12:02 |
        """,
        gives={"open": 2},
    ),
    Spec(
        title="A day as as_of means its last second in the client's zone",
        measure={"kept_when": "resolved_at is not null", "target": {"at_least": "92%"}}, as_of="2026-03-30", period="2026-03",
        records="""
        opened           | resolved
        ---------------- | -------------------
        2026-03-30 09:00 | 2026-03-30 23:59:59
        2026-03-30 09:00 | 2026-03-31 00:00:00
        """,
        gives={"kept": 1, "missed": 1},
    ),
    Spec(
        title="Cancelled before its limit passed is left out; cancelled later is missed",
        measure=IN_4_HOURS,
        records="""
        opened           | resolved | cancelled
        ---------------- | -------- | -------------------
        2026-03-02 09:00 |          | 2026-03-02 13:00
        2026-03-02 09:00 |          | 2026-03-02 13:00:01
        """,
        gives={"missed": 1, "left_out": {CANCELLED: 1}},
    ),
    Spec(
        title="Left out by the contract, with its reason; a blank fact leaves nothing out",
        measure={**IN_4_HOURS, "leave_out": [{"where": "site = 'Bristol'", "reason": "Site not yet handed over"}]},
        records="""
        opened           | resolved         | site
        ---------------- | ---------------- | -------
        2026-03-02 09:00 | 2026-03-02 18:00 | Bristol
        2026-03-02 09:00 | 2026-03-02 18:00 | Leeds
        2026-03-02 09:00 | 2026-03-02 10:00 |
        """,
        gives={"kept": 1, "missed": 1, "left_out": {"Site not yet handed over": 1}},
    ),
    Spec(
        title="No priority, or one without a limit: cannot be judged, never silently kept",
        measure=BY_PRIORITY,
        records="""
        opened           | resolved         | priority
        ---------------- | ---------------- | --------
        2026-03-02 09:00 | 2026-03-02 10:00 | P1
        2026-03-02 09:00 | 2026-03-02 10:00 |
        2026-03-02 09:00 | 2026-03-02 10:00 | P9
        """,
        gives={"kept": 1, "cannot be judged": {"no value that the limit depends on": 1, "a value without a limit": 1}},
    ),
    Spec(
        title="`default` covers declared priorities that are not listed, not undeclared ones",
        measure={"kept_when": {"within": {"P1": "4h", "default": "8h"}, "by": "priority"}, "target": {"at_least": "92%"}},
        version={"priorities": ["P1", "P2", "P3"]},
        records="""
        opened           | resolved         | priority
        ---------------- | ---------------- | --------
        2026-03-02 09:00 | 2026-03-02 14:00 | P1
        2026-03-02 09:00 | 2026-03-02 14:00 | P3
        2026-03-02 09:00 | 2026-03-02 14:00 | P7
        """,
        gives={"kept": 1, "missed": 1, "cannot be judged": {"a value without a limit": 1}},
    ),
    Spec(
        title="A condition that is true keeps, one that is false misses",
        measure=ON_TIME,
        records="""
        opened           | due              | resolved
        ---------------- | ---------------- | -------------------
        2026-03-02 09:00 | 2026-03-03 17:00 | 2026-03-03 17:00
        2026-03-02 09:00 | 2026-03-03 17:00 | 2026-03-03 17:00:01
        """,
        gives={"kept": 1, "missed": 1},
    ),
    Spec(
        title="A condition that is unknown: open until due, missed once past due",
        measure=ON_TIME, as_of="2026-03-03 17:00",
        records="""
        opened           | due              | resolved
        ---------------- | ---------------- | --------
        2026-03-02 09:00 | 2026-03-03 17:00 |
        2026-03-02 09:00 | 2026-03-03 16:59 |
        """,
        gives={"missed": 1, "open": 1},
    ),
    Spec(
        title="Without a promise a promise cannot be judged",
        measure=ON_TIME,
        records="""
        opened           | due | resolved
        ---------------- | --- | ----------------
        2026-03-02 09:00 |     | 2026-03-03 17:00
        2026-03-02 09:00 |     |
        """,
        gives={"cannot be judged": {"no promised moment": 2}},
    ),
    Spec(
        title="On time and in full and accepted: one part false is a miss, one part blank cannot be judged",
        measure=IN_FULL,
        records="""
        opened           | due              | resolved         | ordered | delivered | accepted
        ---------------- | ---------------- | ---------------- | ------- | --------- | --------
        2026-03-02 09:00 | 2026-03-09 17:00 | 2026-03-05 17:00 | 10      | 10        | yes
        2026-03-02 09:00 | 2026-03-09 17:00 | 2026-03-05 17:00 | 10      | 9.5       | yes
        2026-03-02 09:00 | 2026-03-09 17:00 | 2026-03-05 17:00 | 10      | 10        | no
        2026-03-02 09:00 | 2026-03-09 17:00 | 2026-03-05 17:00 | 10      | 10        |
        """,
        gives={"kept": 1, "missed": 2, "cannot be judged": {BLANK: 1}},
    ),
    Spec(
        title="Already false misses at once, before the promise falls due; blank is still open",
        measure=IN_FULL, as_of="2026-03-03 17:00",
        records="""
        opened           | due              | resolved | ordered | delivered | accepted
        ---------------- | ---------------- | -------- | ------- | --------- | --------
        2026-03-02 09:00 | 2026-03-09 17:00 |          | 10      | 4         |
        2026-03-02 09:00 | 2026-03-09 17:00 |          | 10      |           |
        """,
        gives={"missed": 1, "open": 1},
    ),
    Spec(
        title="A measure counts in-scope records of its function unless it says otherwise",
        measure={**IN_4_HOURS, "count": {"function": "desk"}},
        records="""
        opened           | resolved         | function | in_scope
        ---------------- | ---------------- | -------- | --------
        2026-03-02 09:00 | 2026-03-02 10:00 | desk     | yes
        2026-03-02 09:00 | 2026-03-02 10:00 | desk     | no
        2026-03-02 09:00 | 2026-03-02 10:00 | field    | yes
        """,
        gives={"kept": 1},
    ),
    Spec(
        title="`where` narrows the records; one for which it is unknown does not belong",
        measure={**IN_4_HOURS, "count": {"where": "kind in ('request', 'question')"}},
        records="""
        opened           | resolved         | kind
        ---------------- | ---------------- | --------
        2026-03-02 09:00 | 2026-03-02 10:00 | request
        2026-03-02 09:00 | 2026-03-02 10:00 | fault
        2026-03-02 09:00 | 2026-03-02 10:00 |
        """,
        gives={"kept": 1},
    ),
    Spec(
        title="A promise is counted in the period of its due moment, where that is blank in that of its opening",
        measure=ON_TIME, as_of="2026-04-30",
        records="""
        opened           | due              | resolved
        ---------------- | ---------------- | ----------------
        2026-02-20 09:00 | 2026-03-01 00:00 | 2026-02-27 17:00
        2026-03-20 09:00 | 2026-04-01 00:00 | 2026-03-27 17:00
        2026-03-20 09:00 |                  | 2026-03-27 17:00
        """,
        gives={"kept": 1, "cannot be judged": {"no promised moment": 1}},
    ),
    Spec(
        title="`counted_by: resolved` counts in the period of the resolution",
        measure={**IN_4_HOURS, "counted_by": "resolved"}, as_of="2026-04-30",
        records="""
        opened           | resolved
        ---------------- | ----------------
        2026-02-28 23:00 | 2026-03-01 00:00
        2026-03-31 23:00 | 2026-04-01 00:30
        """,
        gives={"kept": 1},
    ),
    Spec(
        title="A part of the local time of day in a condition",
        text="date_part reads the client's wall clock: 08:30 UTC is 09:30 in London in summer.",
        measure={"kept_when": "date_part('hour', opened_at) < 9", "target": {"at_least": "92%"}}, period="2026-07", as_of="2026-07-31",
        records="""
        opened               | resolved
        -------------------- | --------
        2026-07-01T07:59:00Z |
        2026-07-01T08:30:00Z |
        """,
        gives={"kept": 1, "missed": 1},
    ),
]
