"""The same questions answered a second time, with the csv module and nothing of Keepscore."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from pathlib import Path

Counts = dict[str, Counter[str]]        # client to outcome to records
DAY = "%Y-%m-%d %H:%M:%S.%f"


def _at(text: str, form: str) -> datetime:
    return datetime.strptime(text, form).replace(tzinfo=UTC)


def northwind(folder: Path) -> Counts:
    """As of the end of 6 May 1998."""
    now, counts = _at("1998-05-07 00:00:00.0", DAY), defaultdict(Counter)
    with (folder / "orders.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            due = _at(row["requiredDate"], DAY)
            if row["shippedDate"] == "NULL":
                outcome = "missed" if due < now else "open"
            else:
                outcome = "kept" if _at(row["shippedDate"], DAY) <= due else "missed"
            counts[row["customerID"]][outcome] += 1
    return counts


def deliveries(file: Path) -> list[tuple[str, date, bool]]:
    """Country, day of delivery, on or before the scheduled day. The file ends its lines with carriage returns alone."""
    text = file.read_bytes().decode("utf-8-sig").replace("\r", "\n")
    rows = []
    for row in csv.DictReader(io.StringIO(text, newline="")):
        done, due = (_at(row[name], "%d-%b-%y").date() for name in ("Delivered to Client Date", "Scheduled Delivery Date"))
        rows.append((row["Country"], done, done <= due))
    return rows


def scms(file: Path, year: int | None = None) -> Counts:
    counts: Counts = defaultdict(Counter)
    for country, done, kept in deliveries(file):
        if year in (None, done.year):
            counts[country]["kept" if kept else "missed"] += 1
    return counts


def scms_inside(file: Path, country: str, year: int) -> tuple[Counter[str], Counter[str]]:
    """Inside last year's volume and beyond it: the plan goes to the months by their days, the largest remainders first.

    Deliveries of a month are in the order of their day, then of their number as text.
    """
    text = file.read_bytes().decode("utf-8-sig").replace("\r", "\n")
    rows = [row for row in csv.DictReader(io.StringIO(text, newline="")) if row["Country"] == country]
    days = [(_at(row["Delivered to Client Date"], "%d-%b-%y").date(), row) for row in rows]
    plan = sum(day.year == year - 1 for day, _ in days)
    lengths = [(date(year + month // 12, month % 12 + 1, 1) - date(year, month, 1)).days for month in range(1, 13)]
    total = sum(lengths)
    allowed = [plan * length // total for length in lengths]
    by_remainder = sorted(range(12), key=lambda m: (-(plan * lengths[m] % total), m))
    for month in by_remainder[: plan - sum(allowed)]:
        allowed[month] += 1
    inside, rest = Counter(), Counter()
    for month in range(12):
        own = sorted(((day, row["ID"], row) for day, row in days if (day.year, day.month) == (year, month + 1)), key=lambda item: item[:2])
        for place, (day, _, row) in enumerate(own):
            kept = day <= _at(row["Scheduled Delivery Date"], "%d-%b-%y").date()
            (inside if place < allowed[month] else rest)["kept" if kept else "missed"] += 1
    return inside, rest


def incidents(folder: Path) -> tuple[Counts, Counts]:
    """By location and by priority: the verdict of the last event by moment, sequence, row."""
    last: dict[str, tuple[tuple[datetime, int, int], dict[str, str]]] = {}
    with zipfile.ZipFile(folder / "incident_event_log.zip") as archive, archive.open("incident_event_log.csv") as raw:
        for place, row in enumerate(csv.DictReader(io.TextIOWrapper(raw, encoding="ascii", newline=""))):
            order = (_at(row["sys_updated_at"], "%d/%m/%Y %H:%M"), int(row["sys_mod_count"]), place)
            if row["number"] not in last or order > last[row["number"]][0]:
                last[row["number"]] = (order, row)
    locations: Counts = defaultdict(Counter)
    priorities: Counts = defaultdict(Counter)
    for _, row in last.values():
        outcome = "kept" if row["made_sla"] == "true" else "missed"
        locations[row["location"]][outcome] += 1
        priorities[row["priority"]][outcome] += 1
    return locations, priorities


def purchasing(folder: Path) -> tuple[Counts, Counts]:
    """On time in full, accepted in full; by vendor. Orders of status 3 are left out of both."""
    with (folder / "PurchaseOrderHeader.csv").open(newline="") as file:
        heads = {row[0]: row for row in csv.reader(file, delimiter="\t")}
    in_full: Counts = defaultdict(Counter)
    accepted: Counts = defaultdict(Counter)
    with (folder / "PurchaseOrderDetail.csv").open(newline="") as file:
        for line in csv.reader(file, delimiter="\t"):
            head = heads[line[0]]
            vendor, status, shipped = head[4], head[2], _at(head[7], DAY)
            ordered, received, stocked = float(line[3]), float(line[7]), float(line[9])
            good = shipped <= _at(line[2], DAY) and received >= ordered
            for counts, kept in ((in_full, good), (accepted, stocked >= ordered)):
                counts[vendor]["left out" if status == "3" else "kept" if kept else "missed"] += 1
    return in_full, accepted


def total(counts: Counts) -> dict[str, int]:
    return dict(sum(counts.values(), Counter()))
