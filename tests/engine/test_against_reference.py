"""The engine against the reference, measure by measure and figure by figure, on random worlds."""

from __future__ import annotations

import os
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keepscore.engine import score
from keepscore.engine.prepare import NothingToScore
from keepscore.engine.results import MeasureResult, Scorecard
from tests.engine.reference.engine import score_world
from tests.engine.reference.random_worlds import CENTRES, period_text, random_world, tables_of

EXAMPLES = int(os.environ.get("KEEPSCORE_EXAMPLES", "3"))
few = settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("timezone", CENTRES)
@few
@given(seed=st.integers(0, 1 << 32))
def test_every_figure_is_that_of_the_record_by_record_reference(timezone: str, seed: int) -> None:
    world = random_world(seed, timezone)
    try:
        cards = score([world.contract], tables_of(world), period=period_text(world), as_of=world.as_of, history=0)
    except NothingToScore:
        cards = []
    assert {card.client.key: shown(card) for card in cards} == score_world(world)


def shown(card: Scorecard) -> dict[str, Any]:
    """A scorecard in the words of the reference."""
    total = card.total
    assert sum((bar.amount for bar in card.waterfall), Fraction(5)) == (total.score.exact if total.score else 5)
    return {
        "measures": {m.key: _measure(m) for m in card.measures},
        "functions": {f.key: [(f.volume, f.effort_minutes), (f.out_of_scope, f.out_of_scope_minutes)] for f in card.functions},
        "total": {
            "met": total.met, "missed": total.missed, "coverage": total.coverage, "grade": total.grade,
            "exact": total.score.exact if total.score else None, "tenths": total.score.tenths if total.score else None,
            "areas": {area.key: area.score.tenths if area.score else None for area in card.areas},
            "bars": {bar.key: bar.amount for bar in card.waterfall},
        },
    }


def _measure(m: MeasureResult) -> dict[str, Any]:
    volume = m.at_planned_volume and {
        x.month: (x.allowed, x.actual, x.inside_kept, x.inside_missed, x.rest_kept, x.rest_missed) for x in m.at_planned_volume.months
    }
    return {
        "kept": m.kept, "missed": m.missed, "open": m.open, "records": m.records,
        "left_out": {x.reason: x.records for x in m.left_out}, "unjudged": {x.reason: x.records for x in m.unjudged},
        "value": m.value.fraction if m.value else None, "unit": m.unit, "longest": m.longest,
        "groups": {(g.column, g.value): (g.kept, g.missed) for g in m.groups}, "volume": volume,
        "score": m.score.exact if m.score else None, "tenths": m.score.tenths if m.score else None, "no_score": m.no_score,
        "met": m.met, "allowed_misses": m.allowed_misses,
    }
