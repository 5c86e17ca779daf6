"""Client Cedar: one small quarter with every kind of measure, counted by hand in the tests."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from keepscore.clients.models import Client
from keepscore.clients.operations import add_client
from keepscore.contracts.operations import save_contract
from keepscore.intake.store import the_store
from keepscore.records.door import Known, check_file
from keepscore.records.mapping import loads_mapping
from keepscore.scores import operations as scores
from keepscore.users.models import User
from tests.world import NOW, TODAY

CONTRACT = """\
keepscore: 1
vendor: Northgate
client: {key: cedar, name: Cedar Mills, timezone: Europe/London}
versions:
- from: 2026-07-01
  calendars:
    office: {timezone: Europe/London, hours: {mon-fri: "09:00-17:00"}, holidays: {country: GB, subdivision: ENG}}
  priorities: [P1, P2]
  functions:
  - {key: desk, name: Help desk, calendar: office}
  measures:
  - key: on-time
    name: Requests closed in time
    sub_area: delivery-against-targets
    count: {function: desk}
    kept_when: {within: {P1: 4h, default: 16h}, by: priority, calendar: office}
    leave_out: [{where: "site = 'Closed'", reason: The site was closed (clause 4)}]
    target: {at_least: 90%}
    groups: [team]
  - key: repeats/all
    name: Repeats, at most
    sub_area: delivery-against-targets
    kept_when: repeat = false
    target: {at_most: 50%}
  - key: half
    name: Half of requests closed within
    sub_area: response-and-communication
    count: {function: desk}
    value: {percentile: 50, calendar: office, pauses: []}
    target: {at_most: 6h}
  - key: up
    name: Network available
    sub_area: reliability-and-security
    availability: {component: wan}
    target: {at_least: 99.95%}
  - key: rating
    name: User rating
    sub_area: response-and-communication
    reported: {unit: of 5}
    target: {at_least: 4.2}
    curve: {5: 4.8, 4: 4.2, 1: 2}
  - key: goals
    name: Goals on track
    sub_area: progress-on-your-goals
    fact: {unit: goals}
  scorecard: {enough_data: {coverage: 10%, records: 1}}
"""
RECORDS_MAPPING = """\
keepscore: 1
source: ledger
timezone: UTC
fields:
  reference: number
  client: {constant: cedar}
  function: {constant: desk}
  priority: priority
  site: site
  opened_at: opened
  resolved_at: closed
  in_scope: {constant: "true"}
  effort_minutes: minutes
  team: {column: team, type: text}
  repeat: {column: repeat, type: boolean}
"""
PAUSES_MAPPING = """\
keepscore: 1
source: ledger
table: pauses
fields: {reference: number, started_at: from, ended_at: until, reason: reason, side: side}
"""
OUTAGES_MAPPING = """\
keepscore: 1
source: monitor
table: outages
fields: {reference: id, client: {constant: cedar}, component: component, started_at: down, ended_at: up, planned: planned}
"""
FIGURES_MAPPING = """\
keepscore: 1
source: figures
table: values
fields: {client: {constant: cedar}, measure: measure, at: at, value: value, of: of, note: note}
"""
# Office hours are 08:00 to 16:00 UTC in summer. C-2 pauses an hour for the client; =C/6 has a reference that a sheet would run.
RECORDS = """\
number,priority,site,team,opened,closed,minutes,repeat
C-1,P1,Leeds,red,2026-07-06T08:00:00Z,2026-07-06T10:00:00Z,20,no
C-2,P1,Leeds,red,2026-07-06T08:00:00Z,2026-07-07T09:00:00Z,40,yes
C-3,P2,York,blue,2026-07-06T08:00:00Z,2026-07-08T14:00:00Z,60,no
C-4,,York,blue,2026-07-09T08:00:00Z,2026-07-09T09:00:00Z,10,no
C-5,P2,Closed,blue,2026-07-09T08:00:00Z,2026-07-20T09:00:00Z,10,yes
=C/6,P2,York,,2026-09-28T08:00:00Z,2026-09-28T12:00:00Z,30,no
C-7,P2,York,blue,2026-10-12T15:00:00Z,,0,no
"""
PAUSES = """\
number,from,until,reason,side
C-2,2026-07-06T11:00:00Z,2026-07-06T12:00:00Z,User away,client
"""
OUTAGES = """\
id,component,down,up,planned
O-1,wan,2026-08-03T10:00:00Z,2026-08-03T12:00:00Z,no
O-2,wan,2026-08-10T00:00:00Z,2026-08-10T01:00:00Z,yes
O-3,lan,2026-08-11T00:00:00Z,2026-08-11T01:00:00Z,no
O-4,wan,2026-06-01T00:00:00Z,2026-06-01T01:00:00Z,no
"""
FIGURES = """\
measure,at,value,of,note
rating,2026-08-01T00:00:00Z,4.1,,
rating,2026-09-20T00:00:00Z,4.35,,after the survey
goals,2026-09-20T00:00:00Z,3,5,
"""
COMPLETE = datetime(2026, 10, 12, 23, 59, 59, tzinfo=UTC)


def build(lead: User, folder: Path) -> Client:
    """Cedar with its contract and everything that happened, scored."""
    client = add_client(key="cedar", name="Cedar Mills", lead=lead, by=lead, at=NOW)
    save_contract(client=client, text=CONTRACT, by=lead, at=NOW, today=TODAY)
    for name, mapping, text in (
        ("ledger", RECORDS_MAPPING, RECORDS), ("pauses", PAUSES_MAPPING, PAUSES), ("outages", OUTAGES_MAPPING, OUTAGES),
        ("figures", FIGURES_MAPPING, FIGURES),
    ):  # fmt: skip
        load(folder / f"{name}.csv", mapping, text)
    scores.score_touched(now=NOW)
    return client


def load(file: Path, mapping: str, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    known = Known(clients=frozenset({"cedar"}), functions=frozenset({"desk"}), only_client=None)
    rules = loads_mapping(mapping)
    checked = check_file(file, rules, known=known, now=NOW)
    assert checked.errors == ()
    the_store().import_checked(checked, source=rules.source, now=NOW, complete_to=COMPLETE, original=file, allow_older=True)
