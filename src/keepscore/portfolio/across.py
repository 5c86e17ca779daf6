"""Measures across clients: which there are, and one of them at every client that the actor may see, worst first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, Min, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from keepscore.clients.access import clients_for
from keepscore.contracts.models import Contract
from keepscore.engine import results as engine
from keepscore.portfolio.against import Against, against
from keepscore.portfolio.home import Choice
from keepscore.scores.models import MeasureScore, Score
from keepscore.users.audit import Actor
from keepscore.web import words

TREND, A_PAGE = 7, 25      # periods before this one; clients at a time
_LIGHT = ("pk", "score__client_id", "score__contract_id",
          "score__client__name", "score__contract__key", "name", "met", "value", "tenths", "off")



@dataclass(frozen=True, slots=True)
class MeasureLine:
    """A measure key with what became of it, for the list of all measures."""

    key: str
    name: str
    clients: int
    met: int
    missed: int
    unjudged: int
    has_target: bool         # a fact has none


@dataclass(frozen=True, slots=True)
class Measures:
    headline: str
    lines: tuple[MeasureLine, ...]
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class AtClient:
    """One measure at one client."""

    client: str
    contract: str            # where the client has several
    period: str              # label
    name: str                # where the client's contract names it otherwise
    row: Against


@dataclass(frozen=True, slots=True)
class Across:
    key: str
    name: str
    headline: str
    lines: tuple[AtClient, ...]
    page: Page               # of the lines
    choices: tuple[Choice, ...]


class _Light(NamedTuple):
    """What order and finding need of a measure at a client."""

    pk: int
    client: int
    contract: int
    client_name: str
    contract_key: str
    name: str
    met: bool | None
    value: str
    tenths: int | None
    off: float | None


def measures(actor: Actor, *, period: str = "") -> Measures:
    """Every measure of the clients that may be seen, the most missed first; `period` empty takes each client's latest finished one."""
    chosen = _chosen(actor, period)
    counted = MeasureScore.objects.filter(score__in=chosen.values("pk")).order_by().values("key").annotate(
        called=Min("name"), lowest_kind=Min("kind"), everywhere=Count("score__client_id", distinct=True), all=Count("pk"),
        met_at=Count("pk", filter=Q(met=True, tenths__isnull=False)), missed_at=Count("pk", filter=Q(met=False, tenths__isnull=False)),
    )  # fmt: skip
    lines = [
        MeasureLine(
            key=one["key"], name=one["called"], clients=one["everywhere"], met=one["met_at"], missed=one["missed_at"],
            unjudged=one["all"] - one["met_at"] - one["missed_at"], has_target=one["lowest_kind"] != "fact",
        )
        for one in counted
    ]  # fmt: skip
    lines.sort(key=lambda line: (-line.missed, line.met, -line.clients, line.name.casefold(), line.key))
    return Measures(_headline(lines), tuple(lines), _choices(actor, period))


def measure_across(actor: Actor, key: str, *, period: str = "", page: str = "1") -> Across | None:
    """One measure at every client that may be seen, worst first, 25 at a time; None where no such client ever had it."""
    mine = MeasureScore.objects.filter(score__client__in=_visible(actor), key=key)
    light = mine.filter(score__in=_chosen(actor, period).values("pk")).order_by()
    now = sorted((_Light(*one) for one in light.values_list(*_LIGHT)), key=_order)
    if not now and not mine.exists():
        return None
    names = [one.name for one in now] or [mine.values_list("name", flat=True)[0]]
    name = max(sorted(set(names)), key=names.count)
    shown = Paginator(now, A_PAGE).get_page(page)
    whole = MeasureScore.objects.select_related("score__client", "score__contract").defer(
        "score__result", "score__summary", "score__contract__text").in_bulk([one.pk for one in shown])
    past, several = _past(key, [one.contract for one in shown]), _several(now)
    lines = tuple(_line(whole[one.pk], name, past[one.contract], several) for one in shown)
    return Across(key, name, _finding(name, now), lines, shown, _choices(actor, period))


def _visible(actor: Actor) -> Any:
    return clients_for(actor).order_by().values("pk")


def _chosen(actor: Actor, period: str) -> QuerySet[Score]:
    """The scores of one period, or of each contract's latest finished one."""
    scores = Score.objects.filter(contract__in=Contract.objects.filter(client__in=_visible(actor)).order_by().values("pk")).order_by()
    if period:
        return scores.filter(period=period)
    latest = Window(RowNumber(), partition_by=[F("contract_id")], order_by=F("start").desc())
    return scores.filter(is_over=True).annotate(nth=latest).filter(nth=1)


def _choices(actor: Actor, period: str) -> tuple[Choice, ...]:
    """Every period that some client was scored in, newest first, after the latest finished ones."""
    found: dict[str, Choice] = {}
    scored = Score.objects.filter(client__in=_visible(actor)).order_by("-start", "period")
    for key, label, is_over, _start in scored.values_list("period", "label", "is_over", "start").distinct():
        found.setdefault(key, Choice(key, label if is_over else _("%(period)s, so far") % {"period": label}, key == period))
    return (Choice("", _("Latest finished"), not any(choice.is_current for choice in found.values())), *found.values())


def _past(key: str, contracts: Sequence[int]) -> dict[int, dict[date, tuple[date, str]]]:
    """By contract: the values by the day on which their period ended."""
    scores = Score.objects.filter(contract__in=contracts).order_by().values("pk")      # first, so that no other client's are looked at
    found: dict[int, dict[date, tuple[date, str]]] = defaultdict(dict)
    rows = MeasureScore.objects.filter(key=key, score__in=scores).order_by()
    for contract, start, end, value in rows.values_list("score__contract_id", "score__start", "score__end", "value"):
        found[contract][end] = (start, value)
    return found


def _several(rows: Iterable[_Light]) -> set[int]:
    """Clients that stand here with more than one contract."""
    contracts: dict[int, set[int]] = defaultdict(set)
    for one in rows:
        contracts[one.client].add(one.contract)
    return {client for client, own in contracts.items() if len(own) > 1}


def _line(
    one: MeasureScore, name: str, past: dict[date, tuple[date, str]], several: set[int]
) -> AtClient:
    score, client = one.score, one.score.client
    contract = score.contract.key if client.pk in several else ""
    row = against(as_result(one), client, period=score.period, contract=contract, before=_before(past, score.start))
    return AtClient(client.name, contract, score.label, one.name if one.name != name else "", row)


def _before(by_end: dict[date, tuple[date, str]], start: date) -> list[Fraction | None]:
    found: list[Fraction | None] = []
    while start in by_end and len(found) < TREND:
        start, value = by_end[start]
        found.insert(0, Fraction(value) if value else None)
    return found


def as_result(one: MeasureScore) -> engine.MeasureResult:
    """A measure as the engine gave it, as far as a list shows it; of a fact the share is kept, not its counts."""
    value = Fraction(one.value) if one.value else None
    is_fact = one.kind == "fact"
    return engine.MeasureResult(
        key=one.key, name=one.name, sub_area=one.sub_area, kind="reported" if is_fact else one.kind, unit="%" if is_fact else one.unit,
        critical=False, weight=Fraction(1), records=one.records, kept=one.kept, missed=one.missed, open=0, left_out=(), unjudged=(),
        value=None if value is None else engine.Ratio(value.numerator, value.denominator), target_kind=one.target_kind or None,
        target=tuple(Fraction(bound) for bound in one.target), met=one.met, allowed_misses=one.allowed,
        score=None if one.tenths is None else engine.Score(Fraction(one.tenths, 10), one.tenths), no_score=_no_score(one), counted_by=None,
    )  # type: ignore[arg-type]  # fmt: skip


def _no_score(one: MeasureScore) -> str | None:
    if one.tenths is not None:
        return None
    if one.value:
        return _("too few records: %(number)s") % {"number": words.number(one.kept + one.missed or one.records)}
    return _("no records") if one.kind in ("share", "value") else _("no value reported")


def _judged(one: _Light) -> str:
    """As `sentences.outcome`, from the row alone."""
    if one.met is None or not one.value or one.tenths is None:
        return "not judged"
    return "met" if one.met else "missed"


def _order(one: _Light) -> tuple[Any, ...]:
    """Missed first, then met, then what could not be judged; the lower score, and the further off, before."""
    place = ("missed", "met", "not judged").index(_judged(one))
    return place, one.tenths or 0, one.off or 0.0, one.client_name.casefold(), one.contract_key


def _headline(lines: Sequence[MeasureLine]) -> str:
    if not lines:
        return _("No measure has been scored yet")
    worst = lines[0]
    if not worst.missed:
        return _("No target was missed")
    told = {"measure": worst.name, "missed": worst.missed, "judged": worst.missed + worst.met}
    return _("Missed most: %(measure)s, at %(missed)s of %(judged)s clients") % told


def _finding(name: str, rows: Sequence[_Light]) -> str:
    judged = [_judged(row) for row in rows]
    missed, met = judged.count("missed"), judged.count("met")
    told = {"measure": name, "missed": missed, "judged": missed + met}
    if not missed + met:
        return _("%(measure)s: judged at no client") % told
    if not missed:
        return ngettext("%(measure)s: met at the one client", "%(measure)s: met at all %(judged)s clients", met) % told
    return ngettext("%(measure)s: missed at the one client", "%(measure)s: missed at %(missed)s of %(judged)s clients", missed + met) % told
