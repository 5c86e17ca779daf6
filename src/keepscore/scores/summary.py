"""What the lists need of a scorecard: small, plain JSON, so that no list reads whole results."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from keepscore.engine.results import MeasureResult, Scorecard, to_json
from keepscore.scores.models import MeasureScore, Score

CHAIN = 8      # periods of a sparkline


def summary(card: Scorecard) -> dict[str, Any]:
    """`spark`: tenths of the last eight periods, this one last, None where there was no score; `b`: lowest tenths of a B, if said."""
    return {
        "spark": [*chain(card), card.total.score.tenths if card.total.score else None],
        "no_grade": card.total.no_grade,
        "missed": [m.name for m in card.measures if m.met is False],
        "areas": [[area.name, area.score.tenths if area.score else None] for area in card.areas],
        "warnings": [
            {"measure": w.measure, "name": w.name, "urgency": w.urgency, "runs_out": to_json(w.runs_out), "used": w.used,
             "allowed": w.allowed_misses}
            for w in card.warnings
        ],
        "volume": sum(f.volume + f.out_of_scope for f in card.functions),
        "planned": to_json(sum((f.planned_volume for f in card.functions if f.planned_volume is not None), Fraction(0))),
        "open": sum(m.open for m in card.measures),
        "complete_to": to_json(min(card.complete_to.values(), default=None)),
    }  # fmt: skip


def chain(card: Scorecard) -> list[int | None]:
    """The tenths of the periods that lead to this one without a gap, oldest first."""
    by_end = {past.period.end: past for past in card.history}
    found: list[int | None] = []
    start = card.period.start
    while start in by_end and len(found) < CHAIN - 1:
        past = by_end[start]
        found.insert(0, past.tenths)
        start = past.period.start
    return found


def measure_row(score: Score, measure: MeasureResult) -> MeasureScore:
    return MeasureScore(
        score=score, key=measure.key, name=measure.name, sub_area=measure.sub_area, kind=measure.kind, unit=measure.unit,
        records=measure.records, kept=measure.kept, missed=measure.missed, left_out=sum(x.records for x in measure.left_out),
        value=to_json(measure.value.fraction) if measure.value is not None else "", target_kind=measure.target_kind or "",
        target=to_json(measure.target), met=measure.met, allowed=measure.allowed_misses,
        tenths=measure.score.tenths if measure.score else None, off=_off(measure),
    )  # fmt: skip


def _off(measure: MeasureResult) -> float | None:
    """Distance from the target relative to it, negative on the wrong side; two-sided targets by the nearer bound."""
    if measure.value is None or not measure.target:
        return None
    value, bounds = measure.value.fraction, measure.target
    signed = {
        "at_least": lambda: value - bounds[0], "at_most": lambda: bounds[0] - value,
        "between": lambda: min(value - bounds[0], bounds[-1] - value),
    }[measure.target_kind or "at_least"]()  # fmt: skip
    return float(signed / bounds[0]) if bounds[0] else float(signed)
