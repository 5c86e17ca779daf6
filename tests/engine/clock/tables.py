"""The calendar table read as its meaning says, one moment at a time."""

from __future__ import annotations

from datetime import datetime

from keepscore.engine.clock.table import CalendarTable, Slot
from keepscore.engine.clock.zones import epoch


def _row(table: CalendarTable, slot: Slot, second: int) -> dict[str, int]:
    key = slot.base + (second - slot.anchor) // slot.length
    assert slot.base <= key < slot.base + slot.count
    row = table.rows.slice(key, 1).to_pylist()[0]
    assert row["key"] == key
    return row


def open_before(table: CalendarTable, slot: Slot, at: datetime) -> int:
    """C(t)."""
    second = epoch(at)
    row = _row(table, slot, second)
    runs = [min(max(second - row[f"open_{n}"], 0), row[f"close_{n}"] - row[f"open_{n}"]) for n in (1, 2)]
    return row["cum"] + sum(runs)


def working_day_limit(table: CalendarTable, slot: Slot, at: datetime, days: int) -> int:
    second = epoch(at)
    row = _row(table, slot, second)
    ordinal = row["day_ordinal"] + (second >= row["next_day_at"]) + days
    assert ordinal < slot.day_count
    day = table.days.slice(slot.day_base + ordinal, 1).to_pylist()[0]
    assert day["key"] == slot.day_base + ordinal
    return day["cum_close"] - open_before(table, slot, at)
