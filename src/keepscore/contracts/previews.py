"""What a draft would move: the engine scores the last finished period and the present one under both texts, in the worker.

Nothing is saved but the answer, and frozen scorecards never move. Where the draft adds a version that begins after these
periods, the last finished one is also tried as if that version had been in force: an early look at what is being agreed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from keepscore.clients.periods import period_of
from keepscore.contracts.models import Contract, Draft, Preview
from keepscore.contracts.reading import loads_contract
from keepscore.documents import words
from keepscore.documents.sentences import outcome, outcome_word
from keepscore.engine import score
from keepscore.engine.contract import definition_json
from keepscore.engine.contract import model as engine
from keepscore.engine.periods import previous
from keepscore.engine.results import MeasureResult, Period, Scorecard
from keepscore.engine.tables import Tables
from keepscore.records.freshness import known_to
from keepscore.records.store import RecordStore

PATIENCE = timedelta(minutes=1)      # after that a worker may have been killed over it


@transaction.atomic
def ask(*, draft: Draft, at: datetime) -> Preview:
    """Have the worker compute what a draft moves; what is known or on its way is not asked for again, unless it takes too long."""
    from keepscore.contracts.tasks import compute_preview

    asked = draft.fingerprint
    preview = Preview.objects.select_for_update().filter(draft=draft).first()
    if preview is not None and preview.asked == asked and (preview.state == Preview.State.DONE or _on_its_way(preview, at)):
        return preview
    values = {"asked": asked, "state": Preview.State.WAITING, "asked_at": at, "done_at": None, "result": {}, "problem": ""}
    preview, _made = Preview.objects.update_or_create(draft=draft, defaults=values)
    transaction.on_commit(lambda: compute_preview.enqueue(draft.pk, asked))
    return preview


def _on_its_way(preview: Preview, at: datetime) -> bool:
    return preview.state == Preview.State.WAITING and at - preview.asked_at < PATIENCE


def compute(*, draft_id: int, asked: str, now: datetime) -> bool:
    """Compute and keep the answer; False when the draft is gone or another text has been asked about since.

    What goes wrong is kept with the preview and raised.
    """
    draft = Draft.objects.select_related("client", "preview").filter(pk=draft_id, preview__asked=asked).first()
    if draft is None or draft.fingerprint != asked:
        return False
    waiting = Preview.objects.filter(draft=draft_id, asked=asked)
    try:
        result = moves(draft, now=now)
    except Exception as problem:
        waiting.update(state=Preview.State.FAILED, problem=f"{type(problem).__name__}: {problem}"[:2000], done_at=now)
        raise
    return bool(waiting.update(state=Preview.State.DONE, result=result, done_at=now))


def moves(draft: Draft, *, now: datetime) -> dict[str, Any]:
    """The periods with their figures now and after, as plain JSON of finished words."""
    after = loads_contract(draft.text, name="draft")
    saved = Contract.objects.filter(client=draft.client, key=draft.key).first()
    before = loads_contract(saved.text, name="contract") if saved is not None else None
    tables = RecordStore(settings.KEEPSCORE_STORE).tables()
    as_of = known_to(tables, now=now).of(draft.client.key)
    return {"periods": list(_periods(draft, before, after, tables, as_of))}


def _periods(
    draft: Draft, before: engine.Contract | None, after: engine.Contract, tables: Tables, as_of: datetime
) -> Iterator[dict[str, Any]]:
    assert after.client is not None      # contracts.operations.read lets no other in
    zone = after.client.timezone
    present = period_of(as_of.date(), cadence=draft.client.cadence, zone=zone, year_starts=after.year_starts)
    last = previous(present, zone, after.year_starts)
    planned = _planned(before, after, present)
    if planned is not None and before is not None:
        then = after.model_copy(update={"versions": (planned.model_copy(update={"from_": last.start}),)})
        yield _compared(before, then, tables, last, as_of, as_if=planned.from_.isoformat())
    for period in (last, present):
        if before is not None and _terms(before, period) == _terms(after, period):
            yield _unmoved(period, as_of)
        elif after.versions[0].from_ < period.end:
            yield _compared(before, after, tables, period, as_of)


def _terms(contract: engine.Contract, period: Period) -> dict[str, Any]:
    """All that a period's figures can depend on: nothing moves where it is the same."""
    found = definition_json(contract)
    found["versions"] = [version for version in found["versions"] if version["from"] < period.end.isoformat()]
    return {key: value for key, value in found.items() if key not in ("ends", "notice", "vendor", "sample")}


def _unmoved(period: Period, as_of: datetime) -> dict[str, Any]:
    nothing: dict[str, Any] = {"as_if": "", "rows": [], "moves": 0, "totals": [], "total_moves": False}
    return {"label": period.label, "is_over": as_of >= period.end_at, **nothing}


def _planned(before: engine.Contract | None, after: engine.Contract, present: Period) -> engine.Version | None:
    """The last version of the draft, if it is new or changed and begins after the periods that can be scored by it."""
    version = after.versions[-1]
    known = before is not None and version in before.versions
    return version if version.from_ >= present.end and not known else None


def _compared(
    before: engine.Contract | None, after: engine.Contract, tables: Tables, period: Period, as_of: datetime, as_if: str = ""
) -> dict[str, Any]:
    now = _card(before, tables, period, as_of) if before is not None and before.versions[0].from_ < period.end else None
    then = _card(after, tables, period, as_of)
    assert then is not None
    old = {m.key: m for m in now.measures} if now else {}
    rows = [_row(old.get(m.key), m) for m in then.measures]
    rows += [_row(m, None) for key, m in old.items() if key not in {m.key for m in then.measures}]
    totals = [_total(now), _total(then)]
    moved = [row for row in rows if row["moves"]]
    return {
        "label": then.period.label, "is_over": as_of >= period.end_at, "as_if": as_if, "rows": moved, "moves": len(moved),
        "totals": totals, "total_moves": totals[0] != totals[1],
    }  # fmt: skip


def _card(contract: engine.Contract, tables: Tables, period: Period, as_of: datetime) -> Scorecard | None:
    return next(iter(score([contract], tables, period=period.key, as_of=as_of, history=0)), None)


def _row(now: MeasureResult | None, after: MeasureResult | None) -> dict[str, Any]:
    told = {"now": _told(now), "after": _told(after)}
    named = after or now
    assert named is not None
    weights = {side["weight"] for side in told.values() if side}
    for side in told.values():
        if side:
            side["weight_moved"] = len(weights) > 1
    return {"key": named.key, "name": named.name, **told, "moves": told["now"] != told["after"]}


def _told(measure: MeasureResult | None) -> dict[str, Any] | None:
    if measure is None:
        return None
    value = words.value_text(measure) if measure.value is not None else ""
    return {
        "value": value, "target": words.target_text(measure), "outcome": outcome(measure), "word": outcome_word(measure),
        "tenths": measure.score.tenths if measure.score else None, "missed": measure.missed, "allowed": measure.allowed_misses,
        "weight": words.decimal(measure.weight, words.places_of(measure.weight, 2)),
    }  # fmt: skip


def _total(card: Scorecard | None) -> dict[str, Any] | None:
    if card is None:
        return None
    return {"tenths": card.total.score.tenths if card.total.score else None, "grade": card.total.grade, "no_grade": card.total.no_grade}
