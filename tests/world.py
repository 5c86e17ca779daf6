"""The cast of the web tests: vendor Northgate; client Acme, whose lead is Dana, with Eli on the team; client Birch, who must never
appear before them, with Nora. Records come through the real door into a real store, and are scored by the real engine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from keepscore.clients.models import Client
from keepscore.clients.operations import add_client
from keepscore.contracts.operations import save_contract
from keepscore.records.door import Known, check_file
from keepscore.records.mapping import loads_mapping
from keepscore.records.store import RecordStore
from keepscore.scores import operations as scores
from keepscore.users.models import User
from keepscore.users.roles import Role

NOW = datetime(2026, 10, 13, 8, 30, tzinfo=UTC)
TODAY = date(2026, 10, 13)
PASSWORD = "correct horse battery"
CANARY = "Xylophone-Birch"      # stands in Birch's records, contract and name: nobody of Acme may ever see it
MAPPING = """\
keepscore: 1
source: desk
timezone: UTC
fields:
  reference: number
  client: client
  function: function
  priority: priority
  site: site
  opened_at: opened
  resolved_at: closed
  in_scope: {constant: "true"}
  effort_minutes: minutes
"""


@dataclass(frozen=True, slots=True)
class World:
    ada: User        # administrator (with a second factor where a test signs her in)
    lee: User        # service leader
    dana: User       # account lead of Acme
    eli: User        # on Acme's team
    nora: User       # account lead of Birch: a stranger at Acme
    eve: User        # executive reader
    dan: User        # data person
    acme: Client
    birch: Client


def build(store: RecordStore, folder: Path) -> World:
    people = {
        name: User.objects.create_user(email=f"{name}@northgate.test", name=f"{name.title()} Northgate", role=role, password=PASSWORD)
        for name, role in {
            "ada": Role.ADMINISTRATOR, "lee": Role.LEADER, "dana": Role.LEAD, "eli": Role.LEAD, "nora": Role.LEAD, "eve": Role.EXECUTIVE,
            "dan": Role.DATA,
        }.items()
    }  # fmt: skip
    acme = add_client(key="acme", name="Acme Bakeries", lead=people["dana"], team=[people["eli"]], by=people["lee"], at=NOW)
    birch = add_client(key="birch", name=f"{CANARY} Ltd", lead=people["nora"], by=people["lee"], at=NOW)
    for client in (acme, birch):
        save_contract(client=client, text=contract_text(client), by=people["lee"], at=NOW, today=TODAY)
    load(store, folder, [*rows("acme", "A", slow=7), *rows("birch", CANARY, slow=3)])
    scores.score_touched(now=NOW)
    return World(**people, acme=acme, birch=birch)


def contract_text(client: Client, *, target: str = "90%") -> str:
    return f"""\
keepscore: 1
vendor: Northgate
client: {{key: {client.key}, name: {client.name}, timezone: Europe/London}}
currency: GBP
ends: 2027-03-31
notice: 2026-12-31
versions:
- from: 2025-01-01
  fee: {{amount: 9000, per: month}}
  credits: {{at_risk: 10%, cap: 10%}}
  calendars:
    office: {{timezone: Europe/London, hours: {{mon-fri: "09:00-17:00"}}, holidays: {{country: GB, subdivision: ENG}}}}
  priorities: [P1, P2, P3]
  functions:
  - {{key: desk, name: Service desk, calendar: office, planned: {{volume: 60, effort_hours: 30, per: quarter}}}}
  measures:
  - key: on-time
    name: Requests closed in target time
    sub_area: delivery-against-targets
    count: {{function: desk}}
    kept_when: {{within: {{P1: 4h, default: 16h}}, by: priority, calendar: office}}
    leave_out: [{{where: "site = 'Closed site'", reason: The site was closed (clause 4)}}]
    target: {{at_least: {target}}}
    groups: [priority, site]
    credit: {{allocation: 50%, tiers: [{{below: {target}, pays: 50%}}]}}
  - key: quick-half
    name: Half of requests closed within, at most
    sub_area: response-and-communication
    count: {{function: desk}}
    value: {{percentile: 50, calendar: office}}
    target: {{at_most: 6h}}
    curve: {{5: 2h, 4: 6h, 1: 20h}}
"""


def rows(client: str, prefix: str, *, slow: int, quarters: int = 5) -> list[str]:
    """One request a working morning from July 2025 on; every `slow`th is closed too late, some at the closed site."""
    found, day, number = [], date(2025, 7, 1), 0
    while day < TODAY:
        if day.weekday() < 5:
            number += 1
            opened = datetime(day.year, day.month, day.day, 9, 15 + number % 30, tzinfo=UTC)
            hours = 80 if number % slow == 0 else 1 + number % 5
            closed = opened + timedelta(hours=hours)
            site = "Closed site" if number % 31 == 0 else ("Leeds", "York")[number % 2]
            done = f"{closed:%Y-%m-%dT%H:%M:%SZ}" if closed < NOW - timedelta(days=1) else ""
            what = f"{prefix}-{number:04},{client},desk,P{1 + number % 3},{site}"
            found.append(f"{what},{opened:%Y-%m-%dT%H:%M:%SZ},{done},{10 + number % 50}")
        day += timedelta(days=1)
    return found


HEADER = "number,client,function,priority,site,opened,closed,minutes"


COMPLETE_TO = datetime(2026, 10, 12, 23, 59, 59, tzinfo=UTC)
KNOWN = Known(clients=frozenset({"acme", "birch"}), functions=frozenset({"desk"}), only_client=None)


def load(store: RecordStore, folder: Path, lines: list[str], *, complete_to: datetime = COMPLETE_TO) -> None:
    """Through the door into the store, all or nothing."""
    file = folder / "desk.csv"
    file.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    mapping = loads_mapping(MAPPING)
    checked = check_file(file, mapping, known=KNOWN, now=NOW)
    assert checked.errors == ()
    store.import_checked(checked, source="desk", now=NOW, complete_to=complete_to, original=file)
