"""What has to be scored: the periods that changed records or terms can move, and those that time alone has moved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q

from keepscore.clients.periods import period_of
from keepscore.clients.settings import defaults_text
from keepscore.contracts.models import Contract
from keepscore.contracts.reading import loads_contract
from keepscore.engine.contract import model as engine
from keepscore.engine.measuring import LAST_SECOND
from keepscore.engine.results import Period
from keepscore.records.freshness import Known
from keepscore.scores.models import Score, Touched
from keepscore.scores.periods import periods_to, touched_by

_FIELDS = ("pk", "contract_id", "period", "start", "end", "is_over", "as_of", "summary", "contract__ends")


@dataclass(frozen=True, slots=True)
class Job:
    """One contract with the periods to be scored, as of the moment up to which its client's records are known."""

    contract: Contract
    agreed: engine.Contract
    periods: tuple[Period, ...]
    as_of: datetime
    sources: tuple[str, ...]


@dataclass(slots=True)
class Plan:
    """`problems` by client: why a contract could not be read. `leftover` scores belong to no period of their contract any more."""

    jobs: list[Job] = field(default_factory=list)
    problems: dict[int, str] = field(default_factory=dict)
    leftover: list[int] = field(default_factory=list)


def plan(marks: Sequence[Touched], *, known: Known) -> Plan:
    """Jobs for what is marked, and for every other client whose scores time has moved."""
    months: dict[int, set[str]] = defaultdict(set)
    for mark in marks:
        months[mark.client_id].add(mark.month)
    rows = _rows()
    moved = {pk for pk, theirs in rows.items() if _moved(theirs, known, daily=False)}
    wanted = Contract.objects.filter(Q(client__in=months) | Q(pk__in=moved) | Q(scores=None), client__archived_at__isnull=True)
    found, defaults = Plan(), defaults_text()
    for contract in wanted.select_related("client").order_by("pk").distinct():
        _try(found, contract, defaults, rows.get(contract.pk, []), months.get(contract.client_id, set()), known)
    return found


def is_stale(known: Known) -> bool:
    """Whether a day has passed that some score has not seen: a period has ended or begun, or open records may be late by now."""
    if any(_moved(rows, known, daily=True) for rows in _rows().values()):
        return True
    unscored = Contract.objects.filter(scores=None, client__archived_at__isnull=True).select_related("client")
    defaults = defaults_text()
    return any(_has_begun(contract, defaults, known) for contract in unscored)


def _has_begun(contract: Contract, defaults: str, known: Known) -> bool:
    found = Plan()
    _try(found, contract, defaults, [], set(), known)
    return bool(found.jobs)


def _rows() -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    scores = Score.objects.filter(client__archived_at__isnull=True).order_by("-start")
    for row in scores.values_list(*_FIELDS, named=True):
        found[row.contract_id].append(row)
    return found


def _moved(rows: Sequence[Any], known: Known, *, daily: bool) -> bool:
    return any(_is_moved(row, known, daily=daily) for row in rows) or (all(row.is_over for row in rows) and _begun(rows, known))


def _is_moved(row: Any, known: Known, *, daily: bool) -> bool:
    """Records may be missed by time alone, while the period or some record in it is open."""
    if row.is_over and not row.summary.get("open", 0):
        return False
    as_of = known.among(row.summary.get("sources", ()))
    return row.as_of.date() < as_of.date() if daily else bool(row.as_of < as_of.replace(microsecond=0))


def _begun(rows: Sequence[Any], known: Known) -> bool:
    """Whether a period of the contract has begun after the last one that is scored."""
    last = max(rows, key=lambda row: row.end)
    as_of = known.among(last.summary.get("sources", ())) + LAST_SECOND
    return bool(last.end <= as_of.date() and (last.contract__ends is None or last.end <= last.contract__ends))


def _try(found: Plan, contract: Contract, defaults: str, rows: list[Any], months: Collection[str], known: Known) -> None:
    try:
        agreed = loads_contract(contract.text, name=contract.client.key, defaults=defaults)
    except ValueError as problem:
        found.problems[contract.client_id] = f"{contract.client.name}: {problem}"
        return
    _add(found, contract, agreed, rows, months, known)


def _add(found: Plan, contract: Contract, agreed: engine.Contract, rows: list[Any], months: Collection[str], known: Known) -> None:
    assert agreed.client is not None      # contracts.operations.read lets no other in
    as_of = known.of(agreed.client.key)
    every = _periods(contract, agreed, rows, as_of)
    by_key = {period.key: period for period in every}
    found.leftover += [row.pk for row in rows if _span(row) != _span(by_key.get(row.period))]
    scored = {row.period: row for row in rows}
    newest = max((row.end for row in rows if row.period in by_key), default=every[-1].start if every else date.max)
    touched = {period.key for period in touched_by(every, months)} if months else set()
    chosen = tuple(
        period for period in every
        if period.key in touched or (_is_moved(scored[period.key], known, daily=False) if period.key in scored else period.start >= newest)
    )  # fmt: skip
    if chosen:
        found.jobs.append(Job(contract, agreed, chosen, as_of, tuple(sorted(known.sources_of(agreed.client.key)))))


def _periods(contract: Contract, agreed: engine.Contract, rows: Sequence[Any], as_of: datetime) -> list[Period]:
    """The latest periods of the contract up to the one in which as_of lies, after those before them that were scored already."""
    assert agreed.client is not None
    told: dict[str, Any] = {"cadence": contract.client.cadence, "zone": agreed.client.timezone, "year_starts": agreed.year_starts}
    first = min(version.from_ for version in agreed.versions)
    today = (as_of + LAST_SECOND).astimezone(ZoneInfo(agreed.client.timezone)).date()
    latest = periods_to(today, first=first, **told)
    before = [period_of(row.start, **told) for row in reversed(rows) if not latest or row.end <= latest[0].start]
    spans = {_span(row) for row in rows}
    older = [period for period in before if _span(period) in spans and period.end > first and period.start <= today]
    return [period for period in (*older, *latest) if agreed.ends is None or period.start <= agreed.ends]


def _span(of: Any) -> tuple[date, date] | None:
    """Whether a score is of this very period: a key alone means other days once cadence or start of the year have changed."""
    return (of.start, of.end) if of is not None else None
