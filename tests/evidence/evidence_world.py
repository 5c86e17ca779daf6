"""A small world for tests of publishing: two clients under one contract, two years of records, all kinds of measures."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import pyarrow as pa

from keepscore.engine import score
from keepscore.engine.contract import loads_contract
from keepscore.engine.contract.model import Contract
from keepscore.engine.results import Scorecard
from keepscore.engine.tables import EXTRA_TYPES, OUTAGES, PAUSES, RECORDS, VALUES, Tables
from keepscore.evidence import keys
from keepscore.evidence.bundle import Frozen
from keepscore.evidence.publish import Published, freeze, shelve

CANARY = "BIRCHCANARY"
HEAD = f"""
keepscore: 1
clients:
  - {{key: acme, name: Acme Foods, timezone: Europe/London}}
  - {{key: birch-{CANARY}, name: Birch {CANARY}, timezone: Europe/London}}
versions:
  - from: 2025-01-01
    calendars:
      office:
        timezone: Europe/London
        hours: {{mon-fri: "08:00-12:30, 13:00-18:00"}}
        holidays: {{country: GB, subdivision: ENG}}
    priorities: [P1, P2, P3]
"""
MEASURES = """
    measures:
      - key: requests-on-time
        name: Requests closed in target time
        sub_area: delivery-against-targets
        count: {where: "kind = 'request'"}
        kept_when: {within: {P1: 4h, P2: 8h, default: 2d}, by: priority, calendar: office}
        leave_out: [{where: "site = 'Bristol'", reason: Site not yet handed over}]
        target: {at_least: 92%}
        critical: true
      - key: in-full
        name: Delivered on time and in full
        sub_area: delivery-against-targets
        kept_when: "resolved_at <= due_at and quantity_delivered >= quantity_ordered and accepted"
        target: {at_least: 95%}
      - {key: network, name: Network available, sub_area: reliability-and-security,
         availability: {component: wan}, target: {at_least: 99.5%}}
      - {key: licences, name: Licences in use, sub_area: use-of-what-you-pay-for, reported: {unit: "%"}, target: {at_least: 85%}}
"""
LATER = """
  - from: 2026-10-01
    measures:
      - {key: later, name: Only from October on, sub_area: delivery-against-targets, kept_when: accepted, target: {at_least: 90%}}
"""
PLAN = """
    functions:
      - {key: service-desk, name: Service desk, calendar: office, planned: {volume: 30, effort_hours: 100, per: quarter}}
"""
MORE = """
      - {key: restore-p90, name: Nine in ten restored, sub_area: response-and-communication,
         value: {percentile: 90, of: elapsed, calendar: office}, target: {at_most: 16h}}
      - {key: desk, name: Desk requests, sub_area: response-and-communication, count: {function: service-desk},
         kept_when: {within: 2d, calendar: office}, target: {at_least: 99%}, groups: [priority]}
"""
CONTRACT = HEAD + MEASURES + LATER
SERVICE_TIME = HEAD + """
    measures:
      - {key: restore, name: Mean time to restore, sub_area: response-and-communication,
         value: {mean: true, of: elapsed, calendar: office}, target: {at_most: 16h}}
"""
EVERY_KIND = HEAD + PLAN + MEASURES + MORE + LATER
AS_OF = datetime(2026, 10, 9, 7, tzinfo=UTC)
PERIOD = "2026-Q3"
COMPLETE = {"acme-desk": datetime(2026, 10, 8, tzinfo=UTC), f"desk-{CANARY}": datetime(2026, 9, 1, tzinfo=UTC)}
EXTRA = pa.schema([("kind", EXTRA_TYPES["text"]), ("secret_note", EXTRA_TYPES["text"])])
SCHEMA = pa.schema([*RECORDS, *EXTRA])


@cache
def contract(text: str = CONTRACT) -> Contract:
    return loads_contract(text)


def record(client: str, number: int, chance: random.Random, *, first: datetime, days: int) -> dict[str, object]:
    opened = first + timedelta(seconds=chance.randrange(days * 86400))
    took = timedelta(seconds=chance.randrange(60, 86400 * 4))
    resolved = opened + took if chance.random() < 0.95 else None
    source = "acme-desk" if client == "acme" else f"desk-{CANARY}"
    return {
        "source": source, "reference": f"{client}-{number}", "client": client, "function": "service-desk",
        "opened_at": opened, "due_at": opened + timedelta(days=chance.randrange(2, 40)), "resolved_at": resolved, "cancelled_at": None,
        "priority": chance.choice(["P1", "P2", "P3", None]), "site": chance.choice(["Leeds", "Bristol", None]),
        "quantity_ordered": Decimal(chance.randrange(1, 9)), "quantity_delivered": Decimal(chance.randrange(1, 12)),
        "accepted": chance.random() < 0.9, "effort_minutes": 987_654 + number, "in_scope": chance.random() < 0.95,
        "kind": chance.choice(["request", "request", "=fault"]), "secret_note": f"{CANARY} internal note",
    }


def _short(row: dict[str, object]) -> bool:
    return row["quantity_delivered"] < row["quantity_ordered"]  # type: ignore[operator]


@cache
def tables(per_client: int = 400, seed: int = 3, changed: int = 0, complete: datetime | None = None) -> Tables:
    """Records from 2025 to October 2026; `changed` of Acme's third quarter are late corrections of the same records."""
    chance = random.Random(seed)
    first, days = datetime(2025, 1, 1, tzinfo=UTC), 645
    names = ("acme", f"birch-{CANARY}")
    rows = [record(client, number, chance, first=first, days=days) for client in names for number in range(per_client)]
    july, october = datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 9, 30, tzinfo=UTC)
    in_quarter = [row for row in rows if row["client"] == "acme" and july < row["due_at"] < october]
    for row in [row for row in in_quarter if row["resolved_at"] and row["resolved_at"] <= row["due_at"] and not _short(row)][:changed]:
        row["accepted"] = not row["accepted"]
    pauses = [
        {"source": row["source"], "reference": row["reference"], "started_at": row["opened_at"] + timedelta(minutes=30),
         "ended_at": row["opened_at"] + timedelta(hours=3), "reason": "Awaiting user", "side": "client"}
        for row in rows[::7]
    ]
    outages = [
        {"source": "monitor", "reference": f"{client}-O{n}", "client": client, "component": "wan", "planned": n % 2 == 0,
         "started_at": datetime(2026, n, 3, 9, tzinfo=UTC), "ended_at": datetime(2026, n, 3, 9 + n % 5, 30, tzinfo=UTC)}
        for client in names for n in range(1, 10)
    ]
    values = [
        {"client": client, "measure": "licences", "at": datetime(2026, n, 20, tzinfo=UTC), "value": Decimal(80 + n),
         "of": None, "note": f"{CANARY} said by Bo"}
        for client in names for n in range(1, 10)
    ]
    chance.shuffle(rows)
    complete_to = {**COMPLETE, **({"acme-desk": complete} if complete else {})}
    return Tables(
        records=pa.Table.from_pylist(rows, SCHEMA), pauses=pa.Table.from_pylist(pauses, PAUSES),
        outages=pa.Table.from_pylist(outages, OUTAGES), values=pa.Table.from_pylist(values, VALUES), complete_to=complete_to,
    )


def scored(found: Tables, *, period: str = PERIOD, as_of: datetime = AS_OF, terms: str = CONTRACT) -> Scorecard:
    """Acme's draft, one of several clients in a run."""
    return next(card for card in score([contract(terms)], found, period=period, as_of=as_of) if card.client.key == "acme")


@cache
def frozen(changed: int = 0, as_of: datetime = AS_OF, complete: datetime | None = None, terms: str = CONTRACT) -> Frozen:
    """Acme's third quarter, frozen; made once for all tests."""
    found = tables(changed=changed, complete=complete)
    return freeze(scored(found, as_of=as_of, terms=terms), contract=contract(terms), tables=found)


def published(folder: Path, changed: int = 0, *, as_of: datetime = AS_OF, reason: str | None = None, terms: str = CONTRACT) -> Published:
    """Acme's third quarter on a shelf in `folder`, signed with the key that is kept there too."""
    key = keys.signing_key(folder / "keys", now=as_of)
    return shelve(frozen(changed, as_of, terms=terms), at=as_of, out=folder / "published", key=key, reason=reason)
