"""Workload W(N): N records of N/10,000 clients of very unequal size over 24 months, as Parquet, the same for every run.

A fifth of the records is paused, 2 % are cancelled, 0.5 % are never resolved; N/100 outages, a third of them reported
twice with an overlap. Every client has its own contract: zone, calendar with public holidays, limits by priority,
planned volume and effort by function and month (about a quarter of them too low).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from bench.places import PLACES, Place
from keepscore.engine.contract.model import Contract
from keepscore.engine.tables import OUTAGES, PAUSES, QUANTITY, RECORDS, Tables

ROOT = Path("build/bench")
DONE = "done in small groups"
FIRST, END = datetime(2025, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
MONTHS = tuple((year, month) for year in (2025, 2026) for month in range(1, 13))
FUNCTIONS = tuple(f"f{number:02}" for number in range(1, 13))
PRIORITIES = ("P1", "P2", "P3", "P4")
SEED = 20260701
HOUR, DAY = 3600, 86_400
ROW_GROUP = 20_000  # as the record store writes them
PERIOD, HISTORY, AS_OF = "2026-12", 23, datetime(2027, 1, 4, 8, tzinfo=UTC)
_BASE = (4, 8, 24, 60)  # hours of service time for P1 to P4


@dataclass(frozen=True, slots=True)
class Workload:
    """Where W(N) lies. `clients` in the order of the contracts."""

    n: int
    folder: Path
    clients: tuple[str, ...]

    def file(self, table: str) -> str:
        return str((self.folder / f"{table}.parquet").resolve())

    def tables(self) -> Tables:
        return Tables(
            records=[self.file("records")], pauses=[self.file("pauses")], outages=[self.file("outages")], complete_to={"desk": END}
        )


def workload(n: int, root: Path = ROOT) -> Workload:
    """W(n), written where it is not there yet."""
    work = Workload(n, root / f"w{n}", tuple(f"client-{number:05}" for number in range(max(1, n // 10_000))))
    if not (work.folder / DONE).exists():
        work.folder.mkdir(parents=True, exist_ok=True)
        _write(work)
        (work.folder / DONE).touch()
    return work


def place_of(number: int) -> Place:
    return PLACES[number % len(PLACES)]


def limits_of(number: int) -> dict[str, int]:
    """Hours of service time by priority; a few sets, so that clients differ."""
    return {key: hours * (4 + number % 5) // 4 for key, hours in zip(PRIORITIES, _BASE, strict=True)}


def contracts(work: Workload) -> list[Contract]:
    """One contract a client."""
    plans = np.load(work.folder / "plans.npy")
    return [contract(number, work.clients[number], plans[number]) for number in range(len(work.clients))]


def contract(number: int, client: str, plans: Any) -> Contract:
    """The contract of one client. `plans`: records planned, by function and month."""
    return Contract.model_validate(contract_values(number, client, plans))


def contract_values(number: int, client: str, plans: Any) -> dict[str, Any]:
    """The same as its file says it."""
    place = place_of(number)
    within = {"within": {key: f"{hours}h" for key, hours in limits_of(number).items()}, "by": "priority", "calendar": "office"}
    share = {"target": {"at_least": "92%"}, "counted_by": "opened"}
    measures = [
        {"key": "on-time", "name": "Done by the promised moment", "sub_area": "delivery-against-targets",
         "kept_when": "resolved_at <= due_at"},
        {"key": "in-full", "name": "On time and in full", "sub_area": "knowing-your-business",
         "kept_when": "resolved_at <= due_at and quantity_delivered >= quantity_ordered and accepted"},
        {"key": "within", "name": "Within the limit", "sub_area": "response-and-communication", "kept_when": within,
         "groups": ["priority"]},
        {"key": "desk", "name": "Desk within the limit", "sub_area": "response-and-communication", "kept_when": within,
         "count": {"function": FUNCTIONS[0]}},
    ]  # fmt: skip
    functions = [
        {"key": key, "name": key.upper(), "calendar": "office", "planned": [
            {"volume": str(plans[at][month]), "effort_hours": str(plans[at][month]), "per": "month", "from": f"{y}-{m:02}-01"}
            for month, (y, m) in enumerate(MONTHS)
        ]}
        for at, key in enumerate(FUNCTIONS)
    ]  # fmt: skip
    version = {
        "from": "2024-01-01",
        "calendars": {"office": {"timezone": place.zone, "hours": place.hours, "holidays": {"country": place.country}}},
        "priorities": PRIORITIES,
        "functions": functions,
        "measures": [
            *({**m, **share} for m in measures),
            {"key": "p90", "name": "Nine in ten resolved", "sub_area": "response-and-communication", "counted_by": "opened",
             "value": {"percentile": "90", "of": "elapsed", "calendar": "office"}, "target": {"at_most": "30h"}},
            {"key": "wan", "name": "Network up", "sub_area": "reliability-and-security",
             "availability": {"component": "wan", "calendar": "office"}, "target": {"at_least": "99%"}},
        ],
    }  # fmt: skip
    who = {"key": client, "name": client.title(), "timezone": place.zone}
    return {"keepscore": "1", "vendor": "Harbourline", "client": who, "versions": [version]}


# ---- the tables


def _write(work: Workload) -> None:
    rng = np.random.default_rng(SEED + work.n)
    share = rng.pareto(1.2, len(work.clients)) + 0.05
    client = np.sort(rng.choice(len(work.clients), work.n, p=share / share.sum()))
    opened = _opened(rng, work.n)
    order = np.lexsort((opened, client))
    client, opened = client[order], opened[order]
    function = (rng.random(work.n) ** 0.7 * len(FUNCTIONS)).astype(np.int64).clip(0, 11)
    function = 11 - function
    spent = (rng.lognormal(10.6, 1.3, work.n)).astype(np.int64) + 60
    cancelled = rng.random(work.n) < 0.02
    unresolved = (rng.random(work.n) < 0.005) & ~cancelled
    blank = cancelled | unresolved
    _write_records(work, rng, client, opened, function, spent, cancelled, blank)
    _write_pauses(work, rng, opened, np.where(blank, 5 * DAY, spent))
    _write_outages(work, rng)
    np.save(work.folder / "plans.npy", _plans(work, rng, client, opened, function))


def _opened(rng: np.random.Generator, n: int) -> Any:
    days = (END - FIRST).days
    day = rng.integers(0, days, n)
    second = np.where(rng.random(n) < 0.8, rng.integers(6 * HOUR, 19 * HOUR, n), rng.integers(0, DAY, n))
    return int(FIRST.timestamp()) + day * DAY + second


def _write_records(
    work: Workload, rng: np.random.Generator, client: Any, opened: Any, function: Any, spent: Any, cancelled: Any, blank: Any
) -> None:
    n = work.n
    priority = rng.choice(5, n, p=[0.05, 0.15, 0.499, 0.3, 0.001])
    ordered = rng.integers(1, 50, n)
    delivered = ordered - (rng.random(n) < 0.04)
    names = (
        pa.DictionaryArray.from_arrays(pa.array(client, pa.int32()), pa.array(work.clients)).cast(pa.string()),
        pa.DictionaryArray.from_arrays(pa.array(function, pa.int32()), pa.array(FUNCTIONS)).cast(pa.string()),
        pa.DictionaryArray.from_arrays(pa.array(priority, pa.int32(), mask=priority == 4), pa.array([*PRIORITIES, ""])).cast(pa.string()),
    )
    promised = opened + np.take([1, 2, 4, 10], priority.clip(0, 3)) * DAY
    columns = {
        "source": pa.array(["desk"] * n),
        "reference": references(n),
        "client": names[0],
        "function": names[1],
        "opened_at": _moments(opened),
        "due_at": _moments(promised, mask=rng.random(n) < 0.003),
        "resolved_at": _moments(opened + spent, mask=blank),
        "cancelled_at": _moments(opened + spent, mask=~cancelled),
        "priority": names[2],
        "site": pa.nulls(n, pa.string()),
        "quantity_ordered": _whole(ordered),
        "quantity_delivered": _whole(delivered),
        "accepted": pa.array(rng.random(n) < 0.98),
        "effort_minutes": pa.array(rng.lognormal(4, 0.8, n).astype(np.int64)),
        "in_scope": pa.array(rng.random(n) < 0.93),
    }
    _put(work, "records", pa.table(columns, schema=RECORDS))


def references(n: int) -> pa.Array:
    return pa.array([f"R{number:09}" for number in range(n)])


def _write_pauses(work: Workload, rng: np.random.Generator, opened: Any, length: Any) -> None:
    """One to three pauses in a fifth of the records; later ones may overlap the one before."""
    paused = np.flatnonzero(rng.random(work.n) < 0.2)
    at = np.sort(np.repeat(paused, rng.choice([1, 2, 3], len(paused), p=[0.7, 0.2, 0.1])))
    start = opened[at] + (length[at] * rng.random(len(at)) * 0.8).astype(np.int64)
    end = start + (rng.lognormal(9, 1, len(at))).astype(np.int64)
    side = rng.choice(2, len(at), p=[0.85, 0.15])
    table = {
        "source": pa.array(["desk"] * len(at)),
        "reference": references(work.n).take(pa.array(at)),
        "started_at": _moments(start),
        "ended_at": _moments(end, mask=rng.random(len(at)) < 0.01),
        "reason": pa.array(["waiting"] * len(at)),
        "side": pa.DictionaryArray.from_arrays(pa.array(side, pa.int32()), pa.array(["client", "vendor"])).cast(pa.string()),
    }
    _put(work, "pauses", pa.table(table, schema=PAUSES))


def _write_outages(work: Workload, rng: np.random.Generator) -> None:
    n = max(3, work.n // 100)
    first = n - n // 3
    client = rng.integers(0, len(work.clients), first)
    start = int(FIRST.timestamp()) + rng.integers(0, (END - FIRST).days * DAY, first)
    length = rng.lognormal(7.5, 1, first).astype(np.int64) + 60
    again = rng.choice(first, n - first, replace=False)
    shift = (length[again] * rng.random(len(again)) * 0.9).astype(np.int64)
    start, client = np.append(start, start[again] + shift), np.append(client, client[again])
    length, planned = np.append(length, length[again]), np.append(rng.random(first) < 0.1, np.zeros(n - first, bool))
    table = {
        "source": pa.array(["desk"] * n),
        "reference": pa.array([f"O{number:08}" for number in range(n)]),
        "client": pa.DictionaryArray.from_arrays(pa.array(client, pa.int32()), pa.array(work.clients)).cast(pa.string()),
        "component": pa.array(["wan"] * n),
        "started_at": _moments(start),
        "ended_at": _moments(start + length, mask=rng.random(n) < 0.001),
        "planned": pa.array(planned),
    }
    _put(work, "outages", pa.table(table, schema=OUTAGES))


def _plans(work: Workload, rng: np.random.Generator, client: Any, opened: Any, function: Any) -> Any:
    """Planned records [client, function, month]; a quarter of the months had clearly more work than that."""
    edges = [int(datetime(y, m, 1, tzinfo=UTC).timestamp()) for y, m in MONTHS]
    month = np.searchsorted(edges, opened, side="right") - 1
    shape = (len(work.clients), len(FUNCTIONS), len(MONTHS))
    actual = np.bincount((client * shape[1] + function) * shape[2] + month, minlength=int(np.prod(shape))).reshape(shape)
    factor = np.where(rng.random(shape) < 0.25, 0.75, 1.15)
    return np.maximum(1, (actual * factor).astype(np.int64))


def _moments(seconds: Any, mask: Any = None) -> pa.Array:
    return pa.array(seconds * 1_000_000, pa.int64(), mask=mask).cast(RECORDS.field("opened_at").type)


def _whole(numbers: Any) -> pa.Array:
    return pa.array(numbers, pa.int64()).cast(pa.decimal128(28, 6)).cast(QUANTITY)


def _put(work: Workload, name: str, table: pa.Table) -> None:
    pq.write_table(table, work.folder / f"{name}.parquet", compression="zstd", row_group_size=ROW_GROUP)
