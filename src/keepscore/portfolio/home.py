"""One client on one page: the finding, measures against target, why this score, work done, what is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from django.utils.translation import gettext as _

from keepscore.clients.models import Client
from keepscore.contracts.models import Contract
from keepscore.documents import sentences
from keepscore.documents.fullpage import function_rows, waterfall_rows
from keepscore.documents.parts import FunctionRow, WaterfallRow
from keepscore.engine.results import MeasureResult, Scorecard
from keepscore.engine.saying import Figure
from keepscore.evidence.decode import decode
from keepscore.portfolio.against import Against, against
from keepscore.portfolio.cells import Due
from keepscore.portfolio.due_next import due_next
from keepscore.scores.models import Score, Touched, Warning
from keepscore.scores.published import Frozen, frozen
from keepscore.scores.queries import measure_url, scores_of, shown_period
from keepscore.users.audit import Actor
from keepscore.web import figures, words


@dataclass(frozen=True, slots=True)
class Choice:
    """An entry of a picker."""

    key: str
    label: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Said:
    """An early warning as it was said."""

    strong: str
    rest: str
    url: str
    link: str


@dataclass(frozen=True, slots=True)
class Step:
    """A step from 5.00 to the score, with the measure it leads to."""

    row: WaterfallRow
    url: str


@dataclass(frozen=True, slots=True)
class Area:
    name: str
    tenths: int | None
    score: str


@dataclass(frozen=True, slots=True)
class Work:
    """Work done by function, and its sum in the heading."""

    heading: str
    rows: tuple[FunctionRow, ...]
    has_outside: bool
    is_over: bool


@dataclass(frozen=True, slots=True)
class Volume:
    """What the work above plan explains; `url` leads to the measure."""

    sentence: str
    url: str


@dataclass(frozen=True, slots=True)
class Home:
    """The page. Without a score only `sub`, `contracts`, `due` and `waits` are filled."""

    finding: str
    sub: str
    choices: tuple[Choice, ...]
    contracts: tuple[Choice, ...]
    contract: str                    # key of the contract where there are several
    grade: str
    tenths: int | None
    no_grade: str
    measures: tuple[Against, ...]
    warnings: tuple[Said, ...]       # of the open period
    past: tuple[Said, ...]           # said in this period while it was open
    steps: tuple[Step, ...]
    coverage: str
    ceilings: tuple[str, ...]
    areas: tuple[Area, ...]
    work: Work | None
    volume: Volume | None
    frozen: Frozen | None            # the published scorecard of the period
    due: tuple[Due, ...]
    has_contract: bool
    waits: bool

    @property
    def period(self) -> str:
        """Key of the period that is shown."""
        return next((one.key for one in self.choices if one.is_current), "")

    @property
    def has_score(self) -> bool:
        return bool(self.finding)


def home(actor: Actor, client: Client, *, period: str = "", contract: str = "", today: date) -> Home:
    """The page of a client that the actor may see, in the period asked for or the latest finished one."""
    agreed = list(client.contracts.defer("text").order_by("key"))
    chosen = next((one for one in agreed if one.key == contract), agreed[0] if agreed else None)
    named = chosen.key if chosen is not None and len(agreed) > 1 else ""
    scores = list(scores_of(client).filter(contract=chosen)) if chosen is not None else []
    open_score = next((score for score in scores if not score.is_over), None)
    shown = shown_period(scores, period)
    published = {shown.pk: frozen(shown)} if shown is not None else {}
    empty = Home(
        finding="", sub=_ends(chosen), choices=(), contract=named,
        contracts=tuple(Choice(one.key, one.key, one == chosen) for one in agreed) if named else (),
        grade="", tenths=None, no_grade="", measures=(), warnings=(), past=(), steps=(), coverage="", ceilings=(), areas=(),
        work=None, volume=None, frozen=None, has_contract=bool(agreed),
        due=due_next(actor, client, chosen, scores, today=today, published=published) if chosen else (),
        waits=Touched.objects.filter(client=client, failed_at=None).exists(),
    )  # fmt: skip
    if shown is None or chosen is None:
        return empty
    return replace(_filled(empty, client, chosen, scores, shown, open_score), frozen=published[shown.pk])


def _filled(empty: Home, client: Client, contract: Contract, scores: Sequence[Score], shown: Score, open_score: Score | None) -> Home:
    card = decode(Scorecard, Score.objects.values_list("result", flat=True).get(pk=shown.pk))
    told_of = {shown.period, *([open_score.period] if open_score else [])}
    said = list(Warning.objects.filter(contract=contract, period__in=told_of))
    address = _Address(client, shown.period, empty.contract)
    return replace(
        empty, finding=sentences.finding(card), sub=f"{_when(card, shown)} {empty.sub}".strip(), choices=_choices(scores, shown),
        grade=shown.grade, tenths=shown.tenths, no_grade=figures.why(card.total.no_grade) if card.total.no_grade else "",
        measures=_measures(card, address), warnings=_warnings(said, open_score, address),
        past=_past(said, shown, address) if shown.is_over else (),
        steps=_steps(card, address), coverage=words.said(sentences.coverage(card)), ceilings=card.ceilings,
        areas=tuple(Area(a.name, a.score.tenths if a.score else None, figures.score_text(a.score)) for a in card.areas),
        work=_work(card, shown), volume=_volume(card, address),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Address:
    """Where the measures of this page are."""

    client: Client
    period: str
    contract: str

    def of(self, measure: str, period: str = "") -> str:
        return measure_url(self.client, measure, period=period or self.period, contract=self.contract)


def _ends(contract: Contract | None) -> str:
    if contract is None or contract.ends is None:
        return ""
    return _("Contract ends %(day)s.") % {"day": words.day_long(contract.ends)}


def _when(card: Scorecard, shown: Score) -> str:
    told = {"period": figures.period_text(card.period), "label": card.period.label, "dates": figures.dates(card.period),
            "moment": words.moment(card.as_of)}
    if not shown.is_over:
        return _("%(period)s. Not over: records seen up to %(moment)s.") % told
    if not card.complete:
        return _("%(period)s. Over, but not every source is complete yet.") % told
    return _("%(label)s, final: %(dates)s.") % told if ".." not in card.period.key else _("%(period)s, final.") % told


def _choices(scores: Sequence[Score], shown: Score) -> tuple[Choice, ...]:
    return tuple(
        Choice(score.period, score.label if score.is_over else _("%(period)s, so far") % {"period": score.label}, score == shown)
        for score in scores
    )


def _measures(card: Scorecard, address: _Address) -> tuple[Against, ...]:
    """Missed first, the worst of them on top; then met, then what could not be judged."""
    rest = [m for m in card.measures if sentences.outcome(m) != "missed"]
    ordered = [*sentences.worst_first(_missed(card)), *sorted(rest, key=lambda m: sentences.outcome(m) == "not judged")]
    return tuple(
        against(m, address.client, period=address.period, contract=address.contract, before=before(card, m.key)) for m in ordered
    )


def _missed(card: Scorecard) -> list[MeasureResult]:
    return [m for m in card.measures if sentences.outcome(m) == "missed"]


def before(card: Scorecard, measure: str, most: int = 7) -> list[Fraction | None]:
    """A measure's values in the periods that lead to this one without a gap, oldest first."""
    by_end = {past.period.end: past for past in card.history}
    found: list[Fraction | None] = []
    start = card.period.start
    while start in by_end and len(found) < most:
        past = by_end[start]
        of = past.measures.get(measure)
        found.insert(0, of.value.fraction if of is not None and of.value is not None else None)
        start = past.period.start
    return found


def _warnings(said: Sequence[Warning], open_score: Score | None, address: _Address) -> tuple[Said, ...]:
    """What holds now, the soonest first; used up ones before."""
    held = [one for one in said if open_score is not None and one.period == open_score.period and one.is_current]
    held.sort(key=lambda one: (one.urgency != "used up", one.runs_out or date.max, one.name))
    return tuple(
        Said(
            _("Early warning for %(period)s:") % {"period": open_score.label if open_score else ""}, f"{one.name}: {one.sentence}",
            address.of(one.measure, one.period), _("See the %(number)s misses") % {"number": words.number(one.said["used"])},
        )
        for one in held
    )  # fmt: skip


def _past(said: Sequence[Warning], shown: Score, address: _Address) -> tuple[Said, ...]:
    """What was said while the period was open, oldest first; never rewritten."""
    told = sorted((one for one in said if one.period == shown.period), key=lambda one: (one.as_of, one.pk))
    return tuple(Said(words.day(one.as_of), f"{one.name}: {one.sentence}", address.of(one.measure), _("What came of it")) for one in told)


def _steps(card: Scorecard, address: _Address) -> tuple[Step, ...]:
    rows = [replace(row, name=words.said(row.name), amount=words.said(Figure(row.amount))) for row in waterfall_rows(card)]
    measures = {m.key for m in card.measures}
    keys = ["", *(bar.key for bar in card.waterfall), ""]
    return tuple(Step(row, address.of(key) if key in measures else "") for row, key in zip(rows, keys, strict=False))


def _work(card: Scorecard, shown: Score) -> Work | None:
    if not card.functions:
        return None
    rows = function_rows(card.functions)
    if not shown.is_over:      # the plan is for the whole period, so that the part that has passed is not compared with it
        rows = tuple(replace(row, difference="", effort_difference="") for row in rows)
    volume = sum(f.volume for f in card.functions)
    planned = [f.planned_volume for f in card.functions if f.planned_volume is not None]
    outside = sum(f.out_of_scope for f in card.functions)      # beside the plan, which is for what the contract covers
    told = {"number": figures.counted(volume)}
    heading = _("What we did for them: %(number)s") if shown.is_over else _("What we did for them so far: %(number)s")
    heading = heading % told
    if shown.is_over and planned and sum(planned) and len(planned) == len(card.functions):
        heading += f", {_against_plan(Fraction(volume) / sum(planned, Fraction(0)) - 1)}"
    if outside:
        heading += _("; %(number)s more outside the contract") % {"number": figures.count(outside)}
    return Work(heading, rows, any(row.out_of_scope for row in rows), shown.is_over)


def _against_plan(more: Fraction) -> str:
    text = figures.decimal(abs(more) * 100, 0)
    if text == "0":
        return _("as planned")
    return (_("%(percent)s%% above plan") if more > 0 else _("%(percent)s%% below plan")) % {"percent": text}


def _volume(card: Scorecard, address: _Address) -> Volume | None:
    """Whether work above plan explains the furthest miss for which that can be asked."""
    sentence = sentences.volume(card)
    of = next((m for m in sentences.worst_first(_missed(card)) if m.at_planned_volume is not None), None)
    return Volume(sentence, address.of(of.key) if of is not None else "") if sentence else None
