"""One record: its two clocks under every measure that looked at it, its pauses, its columns, and how it became what it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.translation import gettext as _

from keepscore.clients.models import Client
from keepscore.documents.words import listed as words_listed
from keepscore.engine.contract.model import Contract
from keepscore.engine.results import Period
from keepscore.evidence.decode import decode
from keepscore.intake.store import the_store
from keepscore.records.store_search import RecordView
from keepscore.records.store_search import record as record_of
from keepscore.scores import describing, judged, queries
from keepscore.scores.listing import OUTCOMES, cell_text, local
from keepscore.scores.measure_page import chip_words
from keepscore.scores.models import Score
from keepscore.scores.terms import agreed_of, measure_of, version_of
from keepscore.scores.whole_store import whole_store
from keepscore.web import words

HIDDEN = frozenset({"source", "reference", "client", "month", "batch", "replaced_by"})
MOMENTS = ("opened_at", "due_at", "resolved_at", "cancelled_at")
JUDGED = ("measure", "outcome", "reason", "limit", "elapsed", "waited", "paused", "over")
STATES = {"kept": "kept", "missed": "missed", "open": "open", "left out": "left out", "cannot be judged": "too few"}


@dataclass(frozen=True, slots=True)
class Counted:
    """The record under one measure of one period: both clocks, the limit, what came of it."""

    measure: str
    url: str
    period: str
    state: str
    word: str
    reason: str
    limit: str
    took: str
    waited: str
    paused: str
    over: str


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the record's course; a pause has an end and a length on the client's clock."""

    at: str
    what: str
    detail: str = ""
    long: str = ""
    is_pause: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """How the record stood after one batch, and what that batch changed."""

    at: datetime | None
    batch: str
    file_name: str
    changes: tuple[tuple[str, str, str], ...]  # column, before, after; empty for the first state


@dataclass(frozen=True, slots=True)
class RecordPage:
    reference: str
    source: str
    headline: str
    counted: tuple[Counted, ...]
    course: tuple[Moment, ...]
    columns: tuple[tuple[str, str], ...]
    blank: str  # names of the columns without a value
    states: tuple[State, ...]
    zone: str


def record_page(client: Client, *, source: str, reference: str) -> RecordPage | None:
    """The page of a record; None where this client has none of that reference."""
    store = the_store()
    view = record_of(store, source, reference, clients=frozenset({client.key}))
    if view is None:
        whole_store()      # no record, or no store?
        return None
    scores = _scores_around(client, view)
    agreed = [agreed_of(score) for score in scores]
    name = _zone(agreed)
    zone = ZoneInfo(name)
    pairs = zip(scores, agreed, strict=True)
    found = [item for score, terms in pairs for item in _counted(score, terms, client, source=source, reference=reference)]
    counted = tuple(row for _is_share, row in sorted(found, key=lambda item: not item[0]))
    loaded = {batch.id: batch for batch in store.batches()}
    return RecordPage(
        reference=reference, source=source, headline=_headline(reference, counted), counted=counted, course=_course(view, zone),
        columns=tuple(
            (_column(key), cell_text(value, zone)) for key, value in view.columns.items() if key not in HIDDEN and value is not None
        ),
        blank=words_listed([_column(key) for key, value in view.columns.items() if key not in HIDDEN and value is None]),
        states=_states(view, loaded, zone), zone=name,
    )  # fmt: skip


def _scores_around(client: Client, view: RecordView) -> list[Score]:
    """Scores of the periods in which any moment of the record lies, a day on either side for the sake of zones."""
    near = Q()
    for at in (view.columns[name] for name in MOMENTS):
        if at is not None:
            near |= Q(start__lte=at.date() + timedelta(days=1), end__gte=at.date() - timedelta(days=1))
    return list(client.scores.select_related("contract").filter(near).order_by("start", "contract__key"))


def _zone(agreed: Sequence[Contract]) -> str:
    last = agreed[-1].client if agreed else None
    return last.timezone if last is not None else "UTC"


def _counted(score: Score, agreed: Contract, client: Client, *, source: str, reference: str) -> list[tuple[bool, Counted]]:
    """With whether the measure is a share: those judge single records, so they are said first."""
    score.client = client
    period = decode(Period, score.result["period"])
    version = version_of(score, agreed)
    found = []
    for row in judged.record_rows(score, source=source, reference=reference, columns=JUDGED).to_pylist():
        measure = measure_of(version, row["measure"])
        if measure is not None:
            found.append((measure.kind == "share", _row(row, measure.name, chip_words(measure.kind), client, score, period)))
    return found


def _row(row: dict[str, Any], name: str, told: dict[str, str], client: Client, score: Score, period: Period) -> Counted:
    show = next(key for key, outcome in OUTCOMES.items() if outcome == row["outcome"])
    return Counted(
        measure=name, url=queries.measure_url(client, row["measure"], period=score.period, show=show), period=period.label,
        state=STATES[row["outcome"]], word=told[show], reason=row["reason"] or "", limit=words.duration(row["limit"]),
        took=words.duration(row["elapsed"]), waited=words.duration(row["waited"]), paused=words.duration(row["paused"] or None),
        over=words.duration(row["over"]) if row["over"] else "",
    )  # fmt: skip


def _headline(reference: str, counted: Sequence[Counted]) -> str:
    missed = [row for row in counted if row.state == "missed"]
    if missed and missed[0].over:
        return _("%(reference)s was late by %(over)s") % {"reference": reference, "over": missed[0].over}
    if missed:
        return _("%(reference)s was missed") % {"reference": reference}
    if any(row.state == "kept" for row in counted):
        return _("%(reference)s was kept") % {"reference": reference}
    if any(row.state == "open" for row in counted):
        return _("%(reference)s is open, inside its limit") % {"reference": reference}
    return _("%(reference)s is counted by no measure") % {"reference": reference}


def _course(view: RecordView, zone: ZoneInfo) -> tuple[Moment, ...]:
    """Opening, pauses, promise and end in the order in which they came."""
    names = _moments()
    found = [
        (view.columns[key], Moment(local(view.columns[key], zone), name)) for key, name in names.items() if view.columns[key] is not None
    ]
    found += [(pause["started_at"], _pause(pause, zone)) for pause in view.pauses]
    return tuple(moment for _at, moment in sorted(found, key=lambda item: item[0]))


def _moments() -> dict[str, str]:
    return {"opened_at": _("Opened"), "due_at": _("Promised for"), "resolved_at": _("Done"), "cancelled_at": _("Cancelled")}


def _column(name: str) -> str:
    return _moments().get(name) or describing.column(name).capitalize()


def _pause(pause: dict[str, Any], zone: ZoneInfo) -> Moment:
    sides = {"client": _("Waiting for the client"), "third party": _("Waiting for a third party"), "vendor": _("Waiting for us")}
    ended = pause["ended_at"]
    long = words.duration((ended - pause["started_at"]).total_seconds()) if ended else ""
    until = local(ended, zone) if ended else _("not over")
    at = _("%(start)s to %(end)s") % {"start": local(pause["started_at"], zone), "end": until}
    return Moment(at, sides.get(pause["side"], pause["side"]), pause["reason"] or "", long, is_pause=True)


def _states(view: RecordView, loaded: dict[str, Any], zone: ZoneInfo) -> tuple[State, ...]:
    """Newest first."""
    found = []
    for before, state in zip([None, *view.states], view.states, strict=False):
        batch = loaded.get(state["batch"])
        found.append(
            State(batch.at if batch else None, state["batch"], (batch.file_name or "") if batch else "", _changes(before, state, zone))
        )
    return tuple(reversed(found))


def _changes(before: dict[str, Any] | None, state: dict[str, Any], zone: ZoneInfo) -> tuple[tuple[str, str, str], ...]:
    if before is None:
        return ()
    return tuple(
        (_column(key), cell_text(before.get(key), zone), cell_text(value, zone))
        for key, value in state.items() if key not in HIDDEN and before.get(key) != value
    )  # fmt: skip
