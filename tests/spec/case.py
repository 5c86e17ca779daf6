"""A calculation as a small table and its answer. The tables are the tests and, through `manual.py`, the manual."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from keepscore.engine import score
from keepscore.engine.contract.model import Contract
from keepscore.engine.results import MeasureResult, Scorecard
from keepscore.engine.tables import OUTAGES, PAUSES, RECORDS, VALUE, VALUES, Tables

SHORT = {
    "opened": "opened_at", "due": "due_at", "resolved": "resolved_at", "cancelled": "cancelled_at", "started": "started_at",
    "ended": "ended_at", "ordered": "quantity_ordered", "delivered": "quantity_delivered", "effort": "effort_minutes",
}
BLANK = {"source": "desk", "client": "acme", "function": "desk", "in_scope": True, "side": "client", "planned": False}
OFFICE = {"timezone": "Europe/London", "hours": {"mon-fri": "09:00-17:00"}}


@dataclass(frozen=True)
class Spec:
    """One rule. Times in the tables are local times of `timezone`; `gives` is the whole outcome.

    Outcomes that `gives` does not name are 0; value (as "k/n"), met, score and others are compared where named.
    """

    title: str
    measure: Mapping[str, Any]
    gives: Mapping[str, Any]
    records: str = ""
    pauses: str = ""
    outages: str = ""
    values: str = ""
    text: str = ""
    period: str = "2026-03"
    as_of: str = "2026-03-31"
    timezone: str = "Europe/London"
    calendars: Mapping[str, Any] = field(default_factory=lambda: {"office": OFFICE})
    version: Mapping[str, Any] = field(default_factory=dict)
    enough: int = 1

    def contract(self) -> Contract:
        """The contract of the example: client Acme of vendor Northgate, one measure."""
        measure = {"key": "m", "name": "The measure", "sub_area": "delivery-against-targets", **self.measure}
        version = {
            "from": "2020-01-01", "calendars": self.calendars, "functions": [{"key": "desk", "name": "Desk"}], "measures": [measure],
            "scorecard": {"enough_data": {"records": str(self.enough), "coverage": "50%"}}, **self.version,
        }
        client = {"key": "acme", "name": "Acme", "timezone": self.timezone}
        return Contract.model_validate({"keepscore": "1", "vendor": "Northgate", "client": client, "versions": [version]})

    def tables(self) -> Tables:
        """The four tables of the example."""
        zone = ZoneInfo(self.timezone)
        return Tables(
            records=to_arrow(self.records, RECORDS, zone), pauses=to_arrow(self.pauses, PAUSES, zone),
            outages=to_arrow(self.outages, OUTAGES, zone), values=to_arrow(self.values, VALUES, zone),
        )

    def scorecard(self) -> Scorecard:
        """What the engine makes of it."""
        as_of: date | datetime = date.fromisoformat(self.as_of) if len(self.as_of) == 10 else moment(self.as_of, ZoneInfo(self.timezone))
        return score([self.contract()], self.tables(), period=self.period, as_of=as_of)[0]


def outcome(result: MeasureResult) -> dict[str, Any]:
    """A result in the words of `gives`."""
    return {
        "kept": result.kept, "missed": result.missed, "open": result.open,
        "left_out": {x.reason: x.records for x in result.left_out}, "cannot be judged": {x.reason: x.records for x in result.unjudged},
        "value": None if result.value is None else f"{result.value.numerator}/{result.value.denominator}",
        "met": result.met, "score": None if result.score is None else f"{result.score.tenths / 10:.1f}",
        "exact score": None if result.score is None else str(result.score.exact),
        "no score": result.no_score, "allowed misses": result.allowed_misses,
        "groups": {str(g.value): (g.kept, g.missed) for g in result.groups},
        "volume": None if result.at_planned_volume is None else result.at_planned_volume.verdict,
        "inside": _ratio(result.at_planned_volume and result.at_planned_volume.inside),
        "rest": _ratio(result.at_planned_volume and result.at_planned_volume.rest),
    }


def expected(spec: Spec, found: Mapping[str, Any]) -> dict[str, Any]:
    """The whole outcome that a spec promises: what it does not name of the outcomes is nothing."""
    nothing = {"kept": 0, "missed": 0, "open": 0, "left_out": {}, "cannot be judged": {}}
    return {**{key: found[key] for key in found if key not in nothing}, **nothing, **spec.gives}


def header_of(text: str) -> list[str]:
    """The column names of a drawn table."""
    lines = text.strip().splitlines()
    return [cell.strip() for cell in lines[0].split("|")] if lines else []


def rows_of(text: str) -> list[dict[str, str]]:
    """A table drawn with | and a line of dashes, as one mapping a row."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    if not lines:
        return []
    header = [cell.strip() for cell in lines[0].split("|")]
    cells = [[cell.strip() for cell in line.split("|")] for line in lines[1:] if set(line) - set("-| ")]
    return [dict(zip(header, row, strict=True)) for row in cells]


def to_arrow(text: str, schema: pa.Schema, zone: ZoneInfo) -> pa.Table:
    """The drawn table in the engine's types; columns it does not draw are blank or the usual value."""
    rows = rows_of(text)
    names = {SHORT.get(name, name) for name in header_of(text)}
    extra = [name for name in names if name not in schema.names]
    schema = pa.schema([*schema, *(pa.field(name, pa.bool_() if name.startswith("is_") else pa.string()) for name in sorted(extra))])
    found = []
    for number, row in enumerate(rows):
        typed = {SHORT.get(name, name): cell for name, cell in row.items()}
        default = {**BLANK, "reference": f"R-{number + 1}"}
        found.append({f.name: _typed(typed[f.name], f.type, zone) if f.name in typed else default.get(f.name) for f in schema})
    return pa.Table.from_pylist(found, schema=schema)


def moment(text: str, zone: ZoneInfo) -> datetime:
    """A local moment, to the second; a trailing Z means UTC."""
    if text.endswith("Z"):
        return datetime.fromisoformat(text).astimezone(UTC)
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def _typed(cell: str, kind: pa.DataType, zone: ZoneInfo) -> Any:
    if not cell:
        return None
    if pa.types.is_timestamp(kind):
        return moment(cell, zone)
    if pa.types.is_boolean(kind):
        return cell == "yes"
    if pa.types.is_decimal(kind):
        return Decimal(cell)
    return int(cell) if pa.types.is_integer(kind) else cell


def _ratio(ratio: Any) -> str | None:
    return f"{ratio.numerator}/{ratio.denominator}" if ratio else None


__all__ = ["OFFICE", "VALUE", "Spec", "expected", "outcome", "rows_of", "to_arrow"]
