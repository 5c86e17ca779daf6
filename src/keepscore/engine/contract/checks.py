"""Checks that look across a contract file: names that lead somewhere, order of days, calendars that open.

They read the tree as written, part by part, so that one fault does not hide another.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from difflib import get_close_matches
from functools import lru_cache

from keepscore.engine.contract.kinds import read_day
from keepscore.engine.contract.look import inside, keys, maps, repeated, unknown
from keepscore.engine.contract.measure_checks import check_measure
from keepscore.engine.contract.model import Contract, Fault, Grades, Hours, Measure, Version, default_areas
from keepscore.engine.contract.places import Path, fault
from keepscore.engine.contract.shape import fits
from keepscore.engine.contract.text import Map

WHO = ("client", "clients", "every")


def check(contract: Contract | None, tree: Map) -> list[Fault]:
    """Every fault that the shape alone does not show; `contract` is None where the shape has faults."""
    faults = [*_who(tree), *_days(tree)]
    for index, version in maps(tree, "versions"):
        faults += _version(tree, ("versions", index), version, contract.versions[index] if contract is not None else None)
    return faults


def _who(tree: Map) -> Iterator[Fault]:
    given = [key for key in WHO if tree.get(key) is not None]
    misspelt = not given and any(get_close_matches(key, WHO, n=1) for key in tree)     # told as an unknown key
    if len(given) != 1 and not misspelt:
        path: Path = (given[1],) if given else ()
        yield fault(tree, path, "a contract has exactly one of client, clients, every", found=" and ".join(given) or "none of them")
    yield from repeated(tree, ("clients",), maps(tree, "clients"), {}, "client")


def _days(tree: Map) -> Iterator[Fault]:
    notice, ends = read_day(tree.get("notice")), read_day(tree.get("ends"))
    if notice and ends and notice > ends:
        yield fault(tree, ("notice",), f"notice is given on or before the contract ends, {ends}")
    before: date | None = None
    for index, version in maps(tree, "versions"):
        day = read_day(version.get("from"))
        path: Path = ("versions", index, "from")
        if day and before and day <= before:
            yield fault(tree, path, f"versions stand in order, each from a later day than the one before it, {before}")
        elif day and ends and day > ends:
            yield fault(tree, path, f"a version begins before the contract ends, {ends}")
        before = day or before


def _version(tree: Map, path: Path, version: Map, model: Version | None) -> Iterator[Fault]:
    calendars = list(inside(version, "calendars") or ()) if isinstance(inside(version, "calendars"), Map) else []
    for name in calendars:
        here: Path = (*path, "calendars", name)
        spec = version["calendars"][name]
        yield from _calendar(tree, here, spec, model.calendars[name] if model is not None else fits(Hours, spec))
    yield from repeated(tree, (*path, "functions"), maps(version, "functions"), {}, "function")
    for index, function in maps(version, "functions"):
        yield from unknown(tree, (*path, "functions", index, "calendar"), function.get("calendar"), calendars, "calendar")
    yield from _scorecard(tree, (*path, "scorecard"), version)
    yield from repeated(tree, (*path, "measures"), maps(version, "measures"), {}, "measure")
    sub_areas, functions = _sub_areas(version), keys(version, "functions")
    for index, measure in maps(version, "measures"):
        here = (*path, "measures", index)
        if sub_areas is not None:
            yield from unknown(tree, (*here, "sub_area"), measure.get("sub_area"), sub_areas, "sub-area")
        yield from unknown(tree, (*here, "count", "function"), inside(measure, "count", "function"), functions, "function")
        for rule in ("kept_when", "value", "availability"):
            yield from unknown(tree, (*here, rule, "calendar"), inside(measure, rule, "calendar"), calendars, "calendar")
        yield from check_measure(tree, here, measure, model.measures[index] if model is not None else fits(Measure, measure))


def _calendar(tree: Map, path: Path, spec: Map, hours: Hours | None) -> Iterator[Fault]:
    if hours is None:
        return
    written = json.dumps({key: value for key, value in spec.items() if value is not None}, sort_keys=True)
    if problem := _problem(written):
        part = problem.split(":", 1)[0]     # the calendar says first which of its parts is wrong
        yield fault(tree, (*path, part) if part in Hours.model_fields else path, problem)


@lru_cache(maxsize=4096)
def _problem(written: str) -> str | None:
    """What is wrong with a calendar, None if it can be used."""
    from keepscore.engine.clock import CalendarError, ServiceCalendar  # loaded only where a calendar is written

    try:
        ServiceCalendar.from_spec(json.loads(written))
    except CalendarError as error:
        return str(error)
    return None


def _sub_areas(version: Map) -> list[str] | None:
    """Keys of the scorecard in force; None where its areas cannot be read."""
    areas = inside(version, "scorecard", "areas")
    if areas is None:
        return [sub.key for area in default_areas() for sub in area.sub_areas]
    found = [keys(area, "sub_areas") for _, area in maps(inside(version, "scorecard"), "areas")]
    return [key for area in found for key in area] if found and all(found) else None


def _scorecard(tree: Map, path: Path, version: Map) -> Iterator[Fault]:
    card = inside(version, "scorecard")
    yield from repeated(tree, (*path, "areas"), maps(card, "areas"), {}, "area")
    seen: dict[str, int] = {}
    for index, area in maps(card, "areas"):
        yield from repeated(tree, (*path, "areas", index, "sub_areas"), maps(area, "sub_areas"), seen, "sub-area")
    written = inside(card, "grades")
    grades = fits(Grades, written) if isinstance(written, Map) else None
    if grades and not grades.A > grades.B > grades.C > grades.D >= grades.F:
        order = "grades fall from A to F without a gap, such as {A: 4.5, B: 3.5, C: 2.5, D: 1.5, F: 1}"
        yield fault(tree, (*path, "grades"), order, found=", ".join(f"{key} {value}" for key, value in written.items()))
