"""One measure down to its records, as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa
from django.utils.translation import gettext as _

from keepscore.clients.models import Client
from keepscore.documents import sentences
from keepscore.engine.results import MeasureResult, MonthShare
from keepscore.records.store_errors import StoreError
from keepscore.scores import breakdown, describing, finding, handed_in, judged, misses, queries
from keepscore.scores.breakdown import Breakdown
from keepscore.scores.listing import Asked, Listing, listing
from keepscore.scores.misses import Chart, Seen
from keepscore.scores.models import Warning
from keepscore.scores.published import Frozen, frozen
from keepscore.scores.queries import Choice, Found
from keepscore.web import figures, words


@dataclass(frozen=True, slots=True)
class VolumeMonth:
    month: str
    allowed: str
    came_in: str
    inside: str
    beyond: str


@dataclass(frozen=True, slots=True)
class MeasurePage:
    name: str
    key: str
    contract: str
    period_key: str
    period: str
    headline: str
    sentence: str
    state: str
    word: str
    is_over: bool
    as_of: datetime
    zone: str
    choices: tuple[Choice, ...]
    steps: tuple[finding.Step, ...]
    target: str
    score: str
    curve: str
    terms: tuple[describing.Term, ...]
    trend: tuple[str, ...]
    volume: str
    months: tuple[VolumeMonth, ...]
    frozen: Frozen | None
    digest: tuple[str, ...]
    chart: Chart | None
    breakdowns: tuple[Breakdown, ...]
    listing: Listing | None
    outages: tuple[handed_in.OutageRow, ...]
    figures: tuple[handed_in.FigureRow, ...]
    kind: str
    warning: str
    trouble: str  # why the records cannot be shown now; the numbers above them stand


def measure_page(client: Client, key: str, *, period: str, contract: str, asked: Asked) -> MeasurePage | None:
    """The page of a measure; None where the client never had it."""
    at = queries.find(client, key, period=period, contract=contract)
    if at is None:
        return None
    found, choices = at
    trouble, rows = "", None
    try:
        rows = judged.measure_rows(found.score, key) if found.measure.kind in ("share", "value") else None
        behind = _handed_in(found)
    except (StoreError, OSError):
        trouble, behind = _("The record store cannot be read now, so the records are not shown. The numbers above stand."), ((), ())
    warnings = list(Warning.objects.filter(contract=found.score.contract_id, measure=key).defer("sentence"))
    return _page(found, client, choices, asked=asked, rows=rows, behind=behind, warnings=warnings, trouble=trouble)


def _page(
    found: Found, client: Client, choices: tuple[Choice, ...], *, asked: Asked, rows: pa.Table | None,
    behind: tuple[tuple[handed_in.OutageRow, ...], tuple[handed_in.FigureRow, ...]], warnings: list[Warning], trouble: str,
) -> MeasurePage:  # fmt: skip
    measure, result, score = found.measure, found.result, found.score
    state, word = queries.state_of(result)
    published = frozen(score)
    ahead = None if score.is_over else misses.heading(measure, found.version, result, found.period, zone=found.zone, seen_to=found.seen_to)
    planned = result.at_planned_volume
    return MeasurePage(
        name=result.name, key=result.key, contract=score.contract.key, period_key=score.period, period=score.label,
        headline=finding.headline(
            measure, result, period=score.label, is_over=score.is_over, forecast_allowed=ahead.allowed if ahead else None
        ),
        sentence=describing.sentence(measure, found.version, zone=found.zone), state=state, word=word, is_over=score.is_over,
        as_of=score.as_of,
        zone=found.zone, choices=choices, steps=finding.steps(result), target=figures.target_text(result),
        score=_scored(result), curve=describing.curve(measure, result),
        terms=describing.terms(measure, result),
        trend=tuple(map(words.said, sentences.change(result))), volume=planned.sentence if planned else "",
        months=tuple(map(_month, planned.months)) if planned else (), frozen=published,
        digest=figures.groups_of_eight(published.digest) if published else (), chart=_chart(found, client, rows, warnings),
        breakdowns=_breakdowns(found, rows, asked), listing=_listing(found, client, rows, asked), outages=behind[0], figures=behind[1],
        kind=result.kind, warning=ahead.said.sentence if ahead and ahead.said else "", trouble=trouble,
    )  # fmt: skip


def _handed_in(found: Found) -> tuple[tuple[handed_in.OutageRow, ...], tuple[handed_in.FigureRow, ...]]:
    measure = found.measure
    if measure.availability is not None:
        return handed_in.outages(found.score, measure.availability, found.version, found.period, zone=found.zone), ()
    if measure.kind in ("reported", "fact"):
        return (), handed_in.figures(found.score, measure, found.period, zone=found.zone)
    return (), ()


def _chart(found: Found, client: Client, rows: pa.Table | None, warnings: list[Warning]) -> Chart | None:
    if found.measure.kind != "share" or rows is None:
        return None
    spans = [_seen(found, rows, warnings)]
    after = queries.following(found, client)
    if after is not None and after.measure.kind == "share":
        spans.append(_seen(after, judged.measure_rows(after.score, after.measure.key, columns=["outcome", "counted_at"]), warnings))
    return misses.chart(spans)


def _seen(found: Found, rows: pa.Table, warnings: list[Warning]) -> Seen:
    own = [warning for warning in warnings if warning.period == found.score.period]
    return Seen(found.period, found.result, found.measure, found.version, found.zone, found.seen_to, found.score.is_over, rows, own)


def _breakdowns(found: Found, rows: pa.Table | None, asked: Asked) -> tuple[Breakdown, ...]:
    if rows is None or found.measure.kind != "share":
        return ()
    columns = breakdown.columns_of(found.measure.groups)
    return breakdown.breakdowns(rows, found.result, columns, functions=found.functions, on=(asked.column, asked.value))


def _listing(found: Found, client: Client, rows: pa.Table | None, asked: Asked) -> Listing | None:
    if rows is None:
        return None
    return listing(
        rows, asked, client_slug=client.slug, zone=found.zone, functions=found.functions, chip_words=chip_words(found.measure.kind)
    )


def chip_words(kind: str) -> dict[str, str]:
    """What the filters are called; a single record of a value does not miss anything, it lies past the target."""
    if kind == "value":
        return {
            "missed": _("Past the target"),
            "kept": _("Inside the target"),
            "open": _("Open"),
            "left-out": _("Left out"),
            "unjudged": _("Cannot be judged"),
        }
    return {"missed": _("Missed"), "kept": _("Kept"), "open": _("Open"), "left-out": _("Left out"), "unjudged": _("Cannot be judged")}


def _month(month: MonthShare) -> VolumeMonth:
    def kept(part: int, missed: int) -> str:
        told = {"kept": figures.count(part), "all": figures.count(part + missed)}
        return _("%(kept)s of %(all)s kept") % told if part + missed else _("none")

    return VolumeMonth(
        figures.month(month.month),
        figures.count(month.allowed),
        figures.count(month.actual),
        kept(month.inside_kept, month.inside_missed),
        kept(month.rest_kept, month.rest_missed),
    )


def _scored(result: MeasureResult) -> str:
    """The score, or why there is none."""
    if result.score is not None:
        return figures.tenths(result.score.tenths)
    return figures.why(result.no_score) if result.no_score else ""
