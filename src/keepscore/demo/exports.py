"""The demo's exports as a vendor's systems would write them, each with its mapping.

The service desk writes CSV, the field planner a sheet, the phone system JSON lines; zones and date forms differ on purpose.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import xlsxwriter

from keepscore.demo.cast import FIELD, PHONE, Cast
from keepscore.demo.common import Record
from keepscore.demo.days import CUT
from keepscore.demo.figures import Figure, Outage
from keepscore.engine.clock.zones import zone

LONDON = zone("Europe/London")
Line = tuple[Cast, Record]


@dataclass(frozen=True, slots=True)
class Export:
    """A file with its mapping, in the order in which it is imported."""

    file: Path
    mapping: Path
    rows: int


def write(
    folder: Path, lines: Sequence[Line], outages: Sequence[tuple[Cast, Outage]], figures: Sequence[tuple[Cast, Figure]],
) -> tuple[Export, ...]:
    """All exports into `folder`, mappings beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    desk = [line for line in lines if line[1].function not in (PHONE, FIELD)]
    plan: tuple[tuple[str, str, Callable[[Path], int]], ...] = (
        ("service-desk.csv", DESK_MAPPING, lambda path: _desk(path, desk)),
        ("service-desk-pauses.csv", PAUSES_MAPPING, lambda path: _pauses(path, desk)),
        ("field-visits.xlsx", FIELD_MAPPING, lambda path: _field(path, [line for line in lines if line[1].function == FIELD])),
        ("phone.jsonl", PHONE_MAPPING, lambda path: _phone(path, [line for line in lines if line[1].function == PHONE])),
        ("monitoring-outages.csv", OUTAGES_MAPPING, lambda path: _outages(path, outages)),
        ("figures.csv", FIGURES_MAPPING, lambda path: _figures(path, figures)),
    )
    done = []
    for name, mapping, writer in plan:
        path, beside = folder / name, folder / (name.split(".")[0] + ".mapping.yaml")
        rows = writer(path)
        if not rows:                   # no client here has such work: there is no such export
            path.unlink()
            continue
        beside.write_text("# Sample data: every company, person and number is made up.\n" + mapping, encoding="utf-8")
        done.append(Export(path, beside, rows))
    return tuple(done)


def _z(moment: datetime | None) -> str:
    return f"{moment.isoformat()[:19]}Z" if moment else ""   # every moment here is UTC


def _yes(value: bool | None) -> str:
    return "" if value is None else "yes" if value else "no"


def _csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        for count, row in enumerate(rows, 1):  # noqa: B007
            writer.writerow(row)
    return count


def _desk(path: Path, lines: Sequence[Line]) -> int:
    header = (
        "number", "client", "service", "opened", "resolved", "priority", "site", "kind", "first contact", "repeat", "no access",
        "in contract", "minutes", "why late",
    )
    return _csv(path, header, (
        (r.reference, c.key, r.function, _z(r.opened), _z(r.resolved), r.priority or "", r.site or "", r.kind or "", _yes(r.first_contact),
         _yes(r.repeat), _yes(r.no_access), _yes(r.in_scope), r.minutes, r.reason or "")
        for c, r in lines
    ))


def _pauses(path: Path, lines: Sequence[Line]) -> int:
    rows = ((r.reference, _z(a), _z(b), why, side) for _, r in lines for a, b, why, side in r.pauses)
    return _csv(path, ("number", "from", "until", "reason", "waiting for"), rows)


def _field(path: Path, lines: Sequence[Line]) -> int:
    """Local London time as people in the office write it, a day without a time for what was agreed."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": "Field visits (sample data)", "created": CUT.replace(tzinfo=None)})
    sheet = book.add_worksheet("Visits")
    sheet.write_row(0, 0, ("Visit", "Client", "Asked for", "Agreed day", "Made", "Site", "Minutes"))
    for row, (cast, r) in enumerate(lines, 1):
        made = r.resolved.astimezone(LONDON).strftime("%d/%m/%Y %H:%M") if r.resolved else ""
        asked, agreed = r.opened.astimezone(LONDON).strftime("%d/%m/%Y %H:%M"), r.due.strftime("%d/%m/%Y") if r.due else ""
        sheet.write_row(row, 0, (r.reference, cast.key, asked, agreed, made, r.site or "", r.minutes))
    book.close()
    return len(lines)


def _phone(path: Path, lines: Sequence[Line]) -> int:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for cast, r in lines:
            call = {"call": r.reference, "client": cast.key, "rang": _z(r.opened), "answered": _z(r.resolved), "minutes": r.minutes}
            file.write(json.dumps(call, separators=(",", ":")) + "\n")
    return len(lines)


def _outages(path: Path, rows: Sequence[tuple[Cast, Outage]]) -> int:
    return _csv(path, ("id", "client", "component", "down", "up", "planned"), (
        (f"OUT-{n:04}", c.key, "wan", _z(o.started), _z(o.ended), _yes(o.planned)) for n, (c, o) in enumerate(rows, 1)
    ))


def _figures(path: Path, rows: Sequence[tuple[Cast, Figure]]) -> int:
    return _csv(path, ("client", "measure", "at", "value", "of", "note"), (
        (c.key, f.measure, _z(f.at), f.value, "" if f.of is None else f.of, f.note) for c, f in rows
    ))


DESK_MAPPING = """\
keepscore: 1
source: service-desk
format: csv
fields:
  reference: number
  client: client
  function: service
  opened_at: opened
  resolved_at: resolved
  priority: priority
  site: site
  in_scope: in contract
  effort_minutes: minutes
  kind: {column: kind, type: text}
  first_contact: {column: first contact, type: boolean}
  repeat: {column: repeat, type: boolean}
  no_access: {column: no access, type: boolean}
  why_late: {column: why late, type: text}
"""
PAUSES_MAPPING = """\
keepscore: 1
source: service-desk            # the records that these pauses belong to
table: pauses
format: csv
fields:
  reference: number
  started_at: from
  ended_at: until
  reason: reason
  side: waiting for
"""
FIELD_MAPPING = """\
keepscore: 1
source: field-planner
format: xlsx
timezone: Europe/London         # the sheet has local times without an offset
dates: "%d/%m/%Y %H:%M"
fields:
  reference: Visit
  client: Client
  function: {constant: field-visits}
  opened_at: Asked for
  due_at: {column: Agreed day, format: "%d/%m/%Y"}   # a day without a time: the end of that day
  resolved_at: Made
  site: Site
  effort_minutes: Minutes
"""
PHONE_MAPPING = """\
keepscore: 1
source: phone
format: jsonl
fields:
  reference: call
  client: client
  function: {constant: phone}
  opened_at: rang
  resolved_at: answered         # blank where the caller gave up
  effort_minutes: minutes
"""
OUTAGES_MAPPING = """\
keepscore: 1
source: monitoring
table: outages
format: csv
fields:
  reference: id
  client: client
  component: component
  started_at: down
  ended_at: up
  planned: planned
"""
FIGURES_MAPPING = """\
keepscore: 1
source: figures
table: values
format: csv
fields: {client: client, measure: measure, at: at, value: value, of: of, note: note}
"""
