"""What the pages of this room read: the measures of a client's period, and one measure down to its records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from keepscore.clients.models import Client
from keepscore.documents import geometry, sentences
from keepscore.documents.charts_rows import target_bullet
from keepscore.engine.contract.model import Contract, Measure, Version
from keepscore.engine.results import MeasureResult, Period
from keepscore.evidence.decode import decode
from keepscore.scores.models import Score
from keepscore.scores.terms import agreed_of, measure_of, version_of
from keepscore.web import figures, nav


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of the period picker."""

    key: str
    label: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """One measure of a period, finished for the list."""

    name: str
    url: str
    value: str
    target: str
    bullet: str
    missed: str  # "1,396 of 729 allowed"
    score: str
    state: str
    word: str


@dataclass(frozen=True, slots=True)
class MeasuresPage:
    headline: str
    period: Period | None
    is_over: bool
    choices: tuple[Choice, ...]
    rows: tuple[MeasureRow, ...]
    as_of: datetime | None


@dataclass(frozen=True, slots=True)
class Found:
    """A measure of a score with everything that says how it was made."""

    score: Score
    agreed: Contract
    version: Version
    measure: Measure
    result: MeasureResult
    period: Period

    @property
    def zone(self) -> str:
        assert self.agreed.client is not None
        return self.agreed.client.timezone

    @property
    def seen_to(self) -> date:
        """The day after that of as_of on the client's clock; a day that has begun counts as gone, as in the engine."""
        return self.score.as_of.astimezone(ZoneInfo(self.zone)).date() + timedelta(days=1)

    @property
    def functions(self) -> dict[str, str]:
        return {function.key: function.name for function in self.version.functions}


def shown_period(scores: Sequence[Score], asked: str) -> Score | None:
    """The score of the period asked for, else of the latest finished one, else of the latest; `scores` newest first."""
    by_key = [score for score in scores if score.period == asked]
    over = [score for score in scores if score.is_over]
    return next(iter([*by_key, *over, *scores]), None)


def scores_of(client: Client) -> QuerySet[Score]:
    """A client's scores, newest first, as far as lists need them: without results and texts."""
    wanted = ("client", "period", "label", "start", "end", "as_of", "is_over", "complete", "grade", "tenths", "contract__key")
    return client.scores.select_related("contract").only(*wanted).order_by("-start", "contract__key")


def measures_page(client: Client, *, period: str) -> MeasuresPage:
    """All measures of a client's period, missed first."""
    scores = list(scores_of(client))
    shown = shown_period(scores, period)
    if shown is None:
        return MeasuresPage(_("Nothing has been scored yet"), None, False, (), (), None)
    together = [score for score in scores if score.period == shown.period]
    results = dict(Score.objects.filter(pk__in=[score.pk for score in together]).values_list("pk", "result"))
    pairs = [(score, decode(MeasureResult, item)) for score in together for item in results[score.pk]["measures"]]
    return MeasuresPage(
        headline=_headline([result for _score, result in pairs], shown), period=decode(Period, results[shown.pk]["period"]),
        is_over=shown.is_over, choices=_choices(scores, shown), rows=_rows(pairs, client, one_contract=len(together) == 1),
        as_of=shown.as_of,
    )  # fmt: skip


def find(client: Client, key: str, *, period: str, contract: str = "") -> tuple[Found, tuple[Choice, ...]] | None:
    """A measure of the period asked for, else of the latest finished period that has it; None where the client never had it."""
    scores = [score for score in scores_of(client).filter(measures__key=key) if not contract or score.contract.key == contract]
    shown = shown_period(scores, period)
    if shown is None:
        return None
    found = load(Score.objects.select_related("contract").get(pk=shown.pk), client, key)
    return None if found is None else (found, _choices(scores, shown))


def load(score: Score, client: Client, key: str, *, agreed: Contract | None = None) -> Found | None:
    """One measure of a score with its result; what else the result holds stays undecoded. `agreed` where it was read before."""
    score.client = client
    item = next((item for item in score.result["measures"] if item["key"] == key), None)
    agreed = agreed or agreed_of(score)
    version = version_of(score, agreed)
    measure = measure_of(version, key)
    if item is None or measure is None:
        return None
    return Found(score, agreed, version, measure, decode(MeasureResult, item), decode(Period, score.result["period"]))


def following(found: Found, client: Client) -> Found | None:
    """The same measure in the period after this one, where that was scored."""
    key = found.measure.key
    score = Score.objects.filter(contract=found.score.contract_id, start=found.score.end, measures__key=key).order_by("pk").first()
    if score is None:
        return None
    score.contract = found.score.contract
    same = score.result["definition"] == found.score.result["definition"]
    return load(score, client, key, agreed=found.agreed if same else None)


def measure_url(client: Client, key: str, **asked: str) -> str:
    query = urlencode({name: value for name, value in asked.items() if value})
    return nav.address("client-measure", client.slug, key) + (f"?{query}" if query else "")


def state_of(result: MeasureResult) -> tuple[str, str]:
    """The shape and the word of a measure's outcome."""
    judged = sentences.outcome(result)
    if judged == "met":
        return "met", _("met")
    if judged == "missed":
        return "missed", _("missed")
    no_mark = result.value is None or not result.target
    return "no records" if no_mark else "too few", sentences.outcome_word(result)


def _choices(scores: Sequence[Score], shown: Score) -> tuple[Choice, ...]:
    seen: dict[str, Choice] = {}
    for score in scores:
        label = score.label if score.is_over else _("%(period)s, so far") % {"period": score.label}
        seen.setdefault(score.period, Choice(score.period, label, score.period == shown.period))
    return tuple(seen.values())


def _headline(results: Sequence[MeasureResult], shown: Score) -> str:
    judged = [result for result in results if sentences.outcome(result) != "not judged" and result.target]
    missed = sum(sentences.outcome(result) == "missed" for result in judged)
    told = {"missed": missed, "all": len(judged), "period": shown.label}
    if not judged:
        return _("No target could be judged in %(period)s") % told
    if not missed:
        return (
            _("All %(all)s targets were met in %(period)s") if shown.is_over else _("All %(all)s targets are met so far in %(period)s")
        ) % told
    return (
        _("%(missed)s of %(all)s targets were missed in %(period)s")
        if shown.is_over
        else _("%(missed)s of %(all)s targets are missed so far in %(period)s")
    ) % told


def _rows(pairs: Sequence[tuple[Score, MeasureResult]], client: Client, *, one_contract: bool) -> tuple[MeasureRow, ...]:
    missed = sentences.worst_first([result for _score, result in pairs if sentences.outcome(result) == "missed"])
    order = {id(result): place for place, result in enumerate(missed)}
    ordered = sorted(pairs, key=lambda pair: (order.get(id(pair[1]), len(order)), sentences.outcome(pair[1]) == "not judged"))
    return tuple(_row(score, result, client, one_contract=one_contract) for score, result in ordered)


def _row(score: Score, result: MeasureResult, client: Client, *, one_contract: bool) -> MeasureRow:
    state, word = state_of(result)
    says = f"{result.name}: {figures.against_text(result)}, {word}"
    drawn: dict[str, Any] = {"says": says, "width": 236}
    return MeasureRow(
        name=result.name, url=measure_url(client, result.key, period=score.period, contract="" if one_contract else score.contract.key),
        value=figures.value_text(result) if result.value is not None else "", target=figures.target_text(result),
        bullet=target_bullet(geometry.bullet_at(result), sentences.outcome(result), **drawn) if result.target else "",
        missed=_missed(result), score=figures.tenths(result.score.tenths) if result.score else "", state=state, word=word,
    )  # fmt: skip


def _missed(result: MeasureResult) -> str:
    if result.kind != "share" or result.allowed_misses is None or result.value is None:
        return ""
    return _("%(missed)s of %(allowed)s") % {"missed": figures.count(result.missed), "allowed": figures.count(result.allowed_misses)}
