"""Which clients and months a batch may have changed, so that only those are scored again."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from keepscore.records.store_compare import Change

ClientMonth = tuple[str, str]  # client, month such as 2026-03, in UTC: a period of another zone should look a day to either side
_MOMENTS: Mapping[str, tuple[str, ...]] = {
    "records": ("opened_at", "due_at", "resolved_at"),  # a record is counted by one of these
    "outages": ("started_at", "ended_at"),
    "values": ("at",),
}


def touched_months(changes: Mapping[str, Change], *, records_of: Callable[[pa.Array], pa.Table]) -> frozenset[ClientMonth]:
    """Of every changed row, the months before and after the change. Changed pauses touch the months of their record."""
    result: set[ClientMonth] = set()
    for name, change in changes.items():
        if name == "pauses":
            result |= _pairs(records_of(change.changed_keys), "records")
        else:
            result |= _pairs(change.rows, name) | _pairs(change.earlier, name)
    return frozenset(result)


def _pairs(rows: pa.Table, name: str) -> set[ClientMonth]:
    result: set[ClientMonth] = set()
    for column in _MOMENTS[name]:
        naive = rows[column].cast(pa.int64()).cast(pa.timestamp("us"))
        pairs = pa.table({"client": rows["client"], "month": pc.floor_temporal(naive, unit="month")})
        firsts = pairs.filter(pc.is_valid(pairs["month"])).group_by(["client", "month"]).aggregate([])
        result |= {(row["client"], f"{row['month']:%Y-%m}") for row in firsts.to_pylist()}
    if name == "outages":
        result |= _between(rows)
    return result


def _between(rows: pa.Table) -> set[ClientMonth]:
    """The months that a long outage covers whole. One that has not ended reaches on: open periods are scored anew in any case."""
    result: set[ClientMonth] = set()
    for row in rows.select(["client", "started_at", "ended_at"]).to_pylist():
        if row["ended_at"] is not None:
            first, last = (row[column].year * 12 + row[column].month - 1 for column in ("started_at", "ended_at"))
            result |= {(row["client"], f"{number // 12:04d}-{number % 12 + 1:02d}") for number in range(first, last + 1)}
    return result
