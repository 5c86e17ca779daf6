"""What stands behind a number that is not made of records: outages with their minutes, and figures that were handed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow.compute as pc
from django.utils.translation import gettext as _

from keepscore.engine.contract.model import Availability, Measure, Version
from keepscore.engine.results import Period
from keepscore.engine.tables import SCHEMAS
from keepscore.intake.store import the_store
from keepscore.records.store_errors import StoreUnreadable, told_plainly
from keepscore.records.store_tables import dataset_of
from keepscore.scores.calendars import calendar_of
from keepscore.scores.listing import local
from keepscore.scores.models import Score
from keepscore.web import words


@dataclass(frozen=True, slots=True)
class OutageRow:
    reference: str
    source: str
    began: str
    ended: str
    down: str  # service time inside the period
    outcome: str  # "missed" counts, "left out" was planned
    word: str


@dataclass(frozen=True, slots=True)
class FigureRow:
    at: str
    value: str
    note: str
    counts: bool


def outages(score: Score, asked: Availability, version: Version, period: Period, *, zone: str) -> tuple[OutageRow, ...]:
    """Outages of the component that touch the period, longest first; those left out last."""
    end = min(period.end_at, score.as_of)
    rows = [
        row for row in _rows(score, "outages", pc.field("component") == asked.component)
        if row["started_at"] <= score.as_of
        and row["started_at"] < period.end_at
        and (row["ended_at"] is None or row["ended_at"] > period.start_at)
    ]  # fmt: skip
    clock = calendar_of(version, asked.calendar, zone=zone)
    found = []
    for row in rows:
        down = clock.elapsed(max(row["started_at"], period.start_at), min(row["ended_at"] or end, end))
        out = row["planned"] and asked.planned == "left out"
        found.append((out, -down, _outage(row, down, out=out, zone=ZoneInfo(zone))))
    return tuple(item for _out, _down, item in sorted(found, key=lambda item: item[:2]))


def figures(score: Score, measure: Measure, period: Period, *, zone: str) -> tuple[FigureRow, ...]:
    """What was handed in for a measure in the period, newest first, and which of it counts."""
    rows = [
        row for row in _rows(score, "values", pc.field("measure") == measure.key)
        if period.start_at <= row["at"] < period.end_at and row["at"] <= score.as_of
    ]  # fmt: skip
    rows.sort(key=lambda row: row["at"], reverse=True)
    last_alone = measure.fact is not None or (measure.reported is not None and measure.reported.take == "last")
    return tuple(_figure(row, counts=not (last_alone and number), zone=ZoneInfo(zone)) for number, row in enumerate(rows))


def _rows(score: Score, table: str, where: Any) -> list[dict[str, Any]]:
    """This client's rows of a table as the store held them when the score was made. Raises StoreError."""
    store = the_store().at({"batches": 0, **score.store_version})
    with told_plainly(str(store.root)):
        source = store.opened(table)
        if source is None and table in score.store_version:
            raise StoreUnreadable(f"The record store {store.root} does not hold what this score was made from. Check its path.")
        if source is None:
            return []
        where = where & (pc.field("client") == score.client.key)
        rows: list[dict[str, Any]] = dataset_of(source).to_table(columns=SCHEMAS[table].names, filter=where).to_pylist()
    return rows


def _outage(row: dict[str, Any], down: int, *, out: bool, zone: ZoneInfo) -> OutageRow:
    return OutageRow(
        reference=row["reference"], source=row["source"], began=local(row["started_at"], zone),
        ended=_moment(row["ended_at"], zone), down=words.duration(down), outcome="left out" if out else "missed",
        word=_("planned, left out") if out else _("counts"),
    )  # fmt: skip


def _moment(at: datetime | None, zone: ZoneInfo) -> str:
    return _("not over") if at is None else local(at, zone)


def _figure(row: dict[str, Any], *, counts: bool, zone: ZoneInfo) -> FigureRow:
    value = _number(row["value"])
    if row["of"] is not None:
        value = _("%(k)s of %(n)s") % {"k": value, "n": _number(row["of"])}
    return FigureRow(local(row["at"], zone), value, row["note"] or "", counts)


def _number(value: Decimal) -> str:
    shown = value.normalize()
    exponent = shown.as_tuple().exponent
    return words.number(shown, max(-exponent, 0) if isinstance(exponent, int) else 0)
