"""The rival: DuckDB SQL written by hand for just this workload. It knows the measures by heart and reads the same files.

Service time goes through the same calendar table (integers, one row a calendar and day). Counts, nearest-rank
percentile and work by function are computed; availability, scores, trends and explanations are not: those we do alone.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import duckdb
import pyarrow as pa

from bench.workload import AS_OF, MONTHS, PRIORITIES, Workload, limits_of, place_of
from keepscore.engine.clock import ServiceCalendar
from keepscore.engine.clock.table import calendar_table
from keepscore.engine.clock.zones import midnight, zone

Cells = dict[tuple[str, int, str], tuple[int, ...]]

_ENRICH = """
CREATE TEMP TABLE base AS
SELECT reference, i, c.base, c.anchor, s, if(resolved_at <= to_timestamp({as_of}), epoch_us(resolved_at) // 1000000, NULL) AS done,
       if(cancelled_at <= to_timestamp({as_of}), epoch_us(cancelled_at) // 1000000, NULL) AS gone,
       epoch_us(due_at) // 1000000 AS due, function, in_scope,
       effort_minutes, quantity_delivered >= quantity_ordered AND accepted AS full_ok,
       CASE priority WHEN 'P1' THEN l1 WHEN 'P2' THEN l2 WHEN 'P3' THEN l3 WHEN 'P4' THEN l4 END AS lim
FROM (SELECT *, epoch_us(opened_at) // 1000000 AS s FROM read_parquet(?)) JOIN clients c USING (client)
"""
_PAUSES = """
CREATE TEMP TABLE paused AS
WITH p AS (
  SELECT reference, epoch_us(started_at) // 1000000 AS z0, coalesce(epoch_us(ended_at) // 1000000, 1::BIGINT << 60) AS z1
  FROM read_parquet(?) WHERE side = 'client'
), m AS (
  SELECT reference, greatest(z0, coalesce(max(z1) OVER w, z0)) AS z0, z1 FROM p
  WINDOW w AS (PARTITION BY reference ORDER BY z0, z1 ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
), j AS (
  SELECT reference, base, anchor, greatest(z0, s) AS a, least(z1, coalesce(least(done, gone), done, gone, {as_of})) AS b
  FROM (SELECT * FROM m WHERE z1 > z0) JOIN base USING (reference)
), k AS (SELECT *, base + (a - anchor) // 86400 AS ka, base + (b - anchor) // 86400 AS kb FROM j WHERE b > a)
SELECT reference, sum(({cb}) - ({ca}))::BIGINT AS paused
FROM k JOIN cal x ON ka = x.key JOIN cal y ON kb = y.key GROUP BY reference
"""
_FACTS = """
CREATE TEMP TABLE facts AS
WITH e AS (SELECT *, coalesce(least(done, gone), done, gone, {as_of}) AS b FROM base),
k AS (SELECT *, base + (s - anchor) // 86400 AS ka, base + (b - anchor) // 86400 AS kb FROM e),
t AS (
  SELECT i, CASE WHEN s >= x.month_at THEN x.month_1 ELSE x.month_0 END AS p, function,
         in_scope, effort_minutes, s, done, gone, due, full_ok,
         lim, gone IS NOT NULL AND done IS NULL AS given_up, ({cb_s}) - ({ca_s}) - coalesce(paused, 0) AS spent
  FROM k LEFT JOIN paused USING (reference) JOIN cal x ON ka = x.key JOIN cal y ON kb = y.key
)
SELECT i, p, function, in_scope, effort_minutes, spent, lim,
  CASE WHEN given_up AND gone > due THEN 2 WHEN given_up THEN 9 WHEN done <= due THEN 1 WHEN done > due THEN 2
       WHEN due IS NULL THEN 102 WHEN {as_of} > due THEN 2 ELSE 3 END::TINYINT AS on_time,
  CASE WHEN given_up AND gone > due THEN 2 WHEN given_up THEN 9 WHEN done <= due AND full_ok THEN 1
       WHEN done > due OR NOT full_ok THEN 2 WHEN due IS NULL THEN 102 WHEN {as_of} > due THEN 2 ELSE 3 END::TINYINT AS in_full,
  CASE WHEN lim IS NULL THEN CASE WHEN given_up THEN 9 ELSE 100 END WHEN given_up AND spent <= lim THEN 9 WHEN spent > lim THEN 2
       WHEN done IS NOT NULL THEN 1 ELSE 3 END::TINYINT AS within,
  CASE WHEN given_up AND spent <= {p90} THEN 9 WHEN done IS NULL AND spent <= {p90} THEN 3
       WHEN spent > {p90} THEN 2 ELSE 1 END::TINYINT AS p90
FROM t WHERE p >= 0
"""
_COUNTS = """
SELECT i, p, {counts}, list_sort(list(spent) FILTER (p90 IN (1, 2) AND in_scope)) AS v FROM facts GROUP BY i, p
"""
_WORK = """
SELECT i, p, function, count(*) FILTER (in_scope), count(*) FILTER (NOT in_scope), sum(effort_minutes) FILTER (in_scope)::BIGINT
FROM facts GROUP BY i, p, function
"""
_P90 = 30 * 3600


def rival(work: Workload) -> Cells:
    """(client, month, measure) to (kept, missed, open), or the percentile alone; and function volumes."""
    as_of = int(AS_OF.timestamp())
    raw = duckdb.connect(config={"threads": 2, "preserve_insertion_order": False})
    _look_ups(raw, work)
    names = {"as_of": as_of, "p90": _P90, "ca": _c("a", "x"), "cb": _c("b", "y"), "ca_s": _c("s", "x"), "cb_s": _c("b", "y")}
    raw.execute(_ENRICH.format(**names), [work.file("records")])
    raw.execute(_PAUSES.format(**names), [work.file("pauses")])
    raw.execute(_FACTS.format(**names))
    sums = [
        f"count(*) FILTER ({name} = {code} AND in_scope{more})"
        for name, more in (("on_time", ""), ("in_full", ""), ("within", ""), ("within", " AND function = 'f01'"), ("p90", ""))
        for code in (1, 2, 3)
    ]
    cells: Cells = {}
    for i, p, *counts, values in raw.execute(_COUNTS.format(counts=", ".join(sums))).fetchall():
        for at, measure in enumerate(("on-time", "in-full", "within", "desk", "p90")):
            cells[work.clients[i], p, measure] = tuple(counts[3 * at : 3 * at + 3])
        n = len(values or ())
        if n:
            cells[work.clients[i], p, "p90-seconds"] = (values[(9 * n + 9) // 10 - 1],)
    for i, p, function, *figures in raw.execute(_WORK).fetchall():
        cells[work.clients[i], p, function] = tuple(int(x or 0) for x in figures)
    return cells


def _c(moment: str, row: str) -> str:
    return f"{row}.cum + greatest(least({moment} - {row}.open_1, {row}.w1), 0) + greatest(least({moment} - {row}.open_2, {row}.w2), 0)"


def _look_ups(raw: Any, work: Workload) -> None:
    """Calendars with the local month of each row, and the clients with their limits."""
    places = [place_of(number) for number in range(min(20, len(work.clients)))]
    calendars = [
        ServiceCalendar.from_spec({"timezone": p.zone, "hours": p.hours, "holidays": {"country": p.country}}) for p in places
    ]
    made = calendar_table(calendars, datetime(2024, 12, 1, tzinfo=UTC), datetime(2027, 4, 1, tzinfo=UTC))
    months: dict[str, list[int]] = {"month_0": [], "month_at": [], "month_1": []}
    days = [datetime(y, m, 1).date() for y, m in (*MONTHS, (2027, 1))]  # noqa: DTZ001
    for place, slot in zip(places, made.slots, strict=True):
        assert slot.length == 86_400
        begins = [int(midnight(day, zone(place.zone)).timestamp()) for day in days]
        for number in range(slot.count):
            first = slot.anchor + number * 86_400
            before = sum(at <= first for at in begins) - 1
            change = next((at for at in begins if first < at < first + 86_400), 1 << 60)
            after = before + (change < 1 << 60)
            for name, value in zip(months, (before, change, after), strict=True):
                months[name].append(-1 if name != "month_at" and value >= len(MONTHS) else value)
    table = made.rows
    for name, numbers in months.items():
        table = table.append_column(name, pa.array(numbers, pa.int64()))
    raw.register("calendar_rows", table)
    raw.execute("CREATE TEMP TABLE cal AS SELECT *, close_1 - open_1 AS w1, close_2 - open_2 AS w2 FROM calendar_rows")
    slots = [made.slots[number % len(places)] for number in range(len(work.clients))]
    limits = [limits_of(number) for number in range(len(work.clients))]
    clients = {"client": work.clients, "i": range(len(work.clients)), "base": [s.base for s in slots], "anchor": [s.anchor for s in slots]}
    clients |= {f"l{at + 1}": [x[key] * 3600 for x in limits] for at, key in enumerate(PRIORITIES)}
    raw.register("client_rows", pa.table({name: list(values) for name, values in clients.items()}))
    raw.execute("CREATE TEMP TABLE clients AS SELECT * FROM client_rows")
