"""Random worlds around the days on which clocks change: calendars, contracts with versions, and many records."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pyarrow as pa

from keepscore.engine.contract.model import Contract
from keepscore.engine.tables import OUTAGES, PAUSES, RECORDS, VALUE, VALUES, Tables, column_type
from tests.engine.clock.random_calendars import spec_of
from tests.engine.clock.reference import Plain
from tests.engine.reference.random_measures import SUB_AREAS, measures
from tests.engine.reference.world import Row, World

CENTRES = {
    "Europe/London": "2026-03-29", "America/New_York": "2026-11-01", "Australia/Lord_Howe": "2026-04-05",
    "Africa/Casablanca": "2026-02-15", "Asia/Kolkata": "2026-01-01",
}
SCHEMA = pa.schema([
    *RECORDS, pa.field("kind", pa.string()), pa.field("rating", VALUE), pa.field("is_kept", pa.bool_()),
    pa.field("handed_at", pa.timestamp("us", tz="UTC")),
])
TYPES = {item.name: column_type(item) for item in SCHEMA}
CLIENTS = ("acme", "birch", "cedar")


def random_world(seed: int, timezone: str) -> World:
    """The same world for the same seed and zone."""
    rng = Random(f"{seed} {timezone}")
    centre = date.fromisoformat(CENTRES[timezone])
    begin = centre - timedelta(days=rng.randrange(1, 9))
    period = begin, begin + timedelta(days=rng.randrange(6, 15))
    contract, plains = _contract(rng, timezone, period)
    middle = datetime(centre.year, centre.month, centre.day, tzinfo=UTC)
    records = [_record(rng, number, middle) for number in range(rng.randrange(60, 200))]
    return World(
        contract=contract, plains=plains, records=records, pauses=_pauses(rng, records), outages=_outages(rng, middle),
        values=_values(rng, middle), period=period, as_of=_as_of(rng, period, middle), types=TYPES,
    )


def tables_of(world: World, rng: Random | None = None) -> Tables:
    """The world's rows as Arrow tables, in a random order where one is handed in."""
    def table(rows: list[Row], schema: pa.Schema) -> pa.Table:
        mixed = list(rows) if rng is None else rng.sample(rows, len(rows))
        return pa.Table.from_pylist([dict(row) for row in mixed], schema=schema)

    return Tables(table(world.records, SCHEMA), table(world.pauses, PAUSES), table(world.outages, OUTAGES), table(world.values, VALUES))


def period_text(world: World) -> str:
    return f"{world.period[0]}..{world.period[1] - timedelta(days=1)}"


def _as_of(rng: Random, period: tuple[date, date], middle: datetime) -> date | datetime:
    day = period[0] + timedelta(days=rng.randrange(1, 20))
    return rng.choice([day, period[1] - timedelta(days=1), middle + timedelta(seconds=rng.randrange(-3 * 86_400, 12 * 86_400))])


def _contract(rng: Random, timezone: str, period: tuple[date, date]) -> tuple[Contract, dict[tuple[int, str], Plain]]:
    begins = [date(2020, 1, 1)] if rng.random() < 0.5 else [date(2020, 1, 1), period[0] + timedelta(days=rng.randrange(-1, 8))]
    if rng.random() < 0.2:
        begins = [period[0] + timedelta(days=rng.randrange(1, 4))]
    wanted = measures(rng)
    versions, plains = [], dict[tuple[int, str], Plain]()
    for number, begin in enumerate(begins):
        for key in ("office", "night"):
            plains[number, key] = plains[0, key] if number and rng.random() < 0.5 else _plain(rng, rng.choice([timezone, *CENTRES]), period)
        if number and rng.random() < 0.7:
            wanted = measures(rng, "n") if rng.random() < 0.3 else _renamed(rng, wanted)
        versions.append({
            "from": begin.isoformat(), "calendars": {key: spec_of(plains[number, key]) for key in ("office", "night")},
            "priorities": rng.choice([[], ["P1", "P2", "P3"]]), "functions": _functions(rng, period), "measures": wanted,
            "scorecard": {"enough_data": {"records": rng.choice(["1", "5", "20"]), "coverage": rng.choice(["1%", "20%", "50%"])},
                          "areas": _areas(rng)},
        })
    named = [{"key": key, "name": key.title(), "timezone": rng.choice([timezone, *CENTRES])} for key in CLIENTS[:2]]
    who = rng.choice([{"clients": named}, {"client": named[0]}, {"every": {"timezone": timezone}}])
    return Contract.model_validate({"keepscore": "1", **who, "year_starts": str(rng.choice([1, 1, 4])), "versions": versions}), plains


def _renamed(rng: Random, wanted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The next version's measures: some under another name of the rule that leaves records out, some under another key."""
    found = []
    for measure in wanted:
        other = {**measure, "leave_out": [{**rule, "reason": rule["reason"] + ", as amended"} for rule in measure.get("leave_out", [])]}
        if rng.random() < 0.3:
            other["key"] += "-new"
        found.append(other)
    rng.shuffle(found)
    return found


def _areas(rng: Random) -> list[dict[str, Any]]:
    def weight() -> str:
        return rng.choice(["1", "2", "0.5"])

    return [
        {"key": f"area-{n}", "name": f"Area {n}", "weight": weight(),
         "sub_areas": [{"key": key, "name": key.title(), "weight": weight()} for key in keys]}
        for n, keys in enumerate((SUB_AREAS[:2], SUB_AREAS[2:3], SUB_AREAS[3:]))
    ]


def _functions(rng: Random, period: tuple[date, date]) -> list[dict[str, Any]]:
    per = rng.choice(["month", "quarter", "half-year", "year"])
    plans = [{"volume": str(rng.randrange(5, 400)), "per": per}]
    if rng.random() < 0.5:
        later = period[0] + timedelta(days=rng.randrange(-20, 10))
        plans.append({"volume": str(rng.randrange(5, 400)), "per": per, "from": later.isoformat()})
        if rng.random() < 0.3:
            plans = plans[1:]
    desk = {"key": "desk", "name": "Desk", "planned": plans}
    if rng.random() < 0.5 and per == "month":
        desk["calendar"] = "office"
    return [desk, {"key": "field", "name": "Field"}]


def _plain(rng: Random, timezone: str, period: tuple[date, date]) -> Plain:
    def minute() -> int:
        return rng.choice([rng.randrange(0, 21) * 15, rng.randrange(0, 1440), 540, 1020])

    def pairs(most: int) -> list[tuple[int, int]]:
        found = [(minute(), rng.choice([minute(), 1440])) for _ in range(rng.randrange(0, most + 1))]
        return [(opens, closes) for opens, closes in found if opens != closes]

    def day() -> date:
        return period[0] + timedelta(days=rng.randrange(0, 15))

    week = [pairs(3) for _ in range(7)]
    week[rng.randrange(7)] = [(540, 1020)]
    return Plain(timezone, week, [day() for _ in range(rng.randrange(3))], {day(): pairs(2) for _ in range(rng.randrange(3))})


def _moment(rng: Random, near: datetime, least: int, most: int) -> datetime:
    """Often on the hour, so that moments meet limits and edges exactly; sometimes any second."""
    step = rng.choice([3600, 3600, 900, 60, 1])
    at = near + timedelta(seconds=rng.randrange(least, most))
    return datetime.fromtimestamp(int(at.timestamp()) // step * step, tz=UTC)


def _record(rng: Random, number: int, middle: datetime) -> Row:
    day = 86_400
    opened = _moment(rng, middle, -9 * day, 9 * day)

    def later(chance: float, most: int) -> datetime | None:
        return _moment(rng, opened + timedelta(hours=1), 0, most) if rng.random() < chance else None

    return {
        "source": rng.choice(["desk", "field"]), "reference": f"T-{number:04}", "client": rng.choice(CLIENTS),
        "function": rng.choice(["desk", "desk", "field", None]), "opened_at": opened, "due_at": later(0.8, 4 * day),
        "resolved_at": later(0.75, rng.choice([6 * 3600, 3 * day, 6 * day])), "cancelled_at": later(0.15, 3 * day),
        "priority": rng.choice(["P1", "P2", "P2", "P3", "P9", "", None]), "site": rng.choice(["Leeds", "Bristol", None]),
        "quantity_ordered": rng.choice([Decimal(10), Decimal("2.5"), None]), "accepted": rng.choice([True, True, False, None]),
        "quantity_delivered": rng.choice([Decimal(10), Decimal("2.499999"), Decimal("2.5"), None]),
        "effort_minutes": rng.choice([rng.randrange(0, 90), None]), "in_scope": rng.random() < 0.85,
        "kind": rng.choice(["request", "fault", "question_1", None]), "rating": rng.choice([Decimal("3.5"), Decimal("0.000000001"), None]),
        "is_kept": rng.choice([True, True, True, False, None]), "handed_at": later(0.8, day),
    }


def _pauses(rng: Random, records: list[Row]) -> list[Row]:
    found: list[Row] = []
    for record in rng.sample(records, len(records) // 2):
        for _ in range(rng.randrange(1, 4)):
            start = _moment(rng, record["opened_at"], -4 * 3600, 30 * 3600)
            end = None if rng.random() < 0.2 else _moment(rng, start + timedelta(hours=1), 0, 12 * 3600)
            side = rng.choice(["client", "client", "vendor", "third party"])
            found.append({"source": record["source"], "reference": record["reference"], "started_at": start, "ended_at": end,
                          "reason": None, "side": side})
    return found


def _outages(rng: Random, middle: datetime) -> list[Row]:
    found: list[Row] = []
    for number in range(rng.randrange(0, 25)):
        start = _moment(rng, middle, -12 * 86_400, 12 * 86_400).replace(second=0)
        end = None if rng.random() < 0.1 else start + timedelta(minutes=rng.randrange(1, 2000))
        found.append({"source": "net", "reference": f"O-{number}", "client": rng.choice(CLIENTS), "component": rng.choice(["wan", "lan"]),
                      "started_at": start, "ended_at": end, "planned": rng.random() < 0.3})
    return found


def _values(rng: Random, middle: datetime) -> list[Row]:
    found: dict[tuple[str, str, datetime], Row] = {}
    for _ in range(rng.randrange(0, 30)):
        of = Decimal(rng.randrange(0, 9))
        row: Row = {"client": rng.choice(CLIENTS), "measure": rng.choice(["licences", "score", "goals"]),
               "at": _moment(rng, middle, -9 * 86_400, 9 * 86_400), "value": Decimal(rng.randrange(0, 9)), "of": of, "note": None}
        found[row["client"], row["measure"], row["at"]] = row
    return list(found.values())
