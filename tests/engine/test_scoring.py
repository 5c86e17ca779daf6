"""From scores to areas, total, grade and waterfall: whole tallies worked out by hand."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keepscore.engine.contract.model import Area, ScorecardTerms
from keepscore.engine.results import MeasureResult, Ratio, Score
from keepscore.engine.scoring import Tally, grade_of, rounded, score_fact, score_on_curve, score_share

F = Fraction


def measure(
    key: str, sub_area: str, score: str | None, *, weight: str = "1", met: bool | None = True, critical: bool = False
) -> MeasureResult:
    exact = None if score is None else F(score)
    return MeasureResult(
        key=key, name=key.title(), sub_area=sub_area, kind="share", unit="%", critical=critical, weight=F(weight), records=20, kept=18,
        missed=2, open=0, left_out=(), unjudged=(), value=Ratio(18, 20), target_kind="at_least", target=(F(9, 10),), met=met,
        allowed_misses=2, score=None if exact is None else rounded(exact), no_score=None, counted_by="opened",
    )


def terms(**more: Any) -> ScorecardTerms:
    """Two areas: A (weight 1) with a1 and a2 (weight 3), B (weight 2) with b1."""
    return ScorecardTerms.model_validate({
        "areas": [
            {"key": "a", "name": "A", "sub_areas": [{"key": "a1", "name": "A1"}, {"key": "a2", "name": "A2", "weight": "3"}]},
            {"key": "b", "name": "B", "weight": "2", "sub_areas": [{"key": "b1", "name": "B1"}]},
        ], **more,
    })


def shown(tally: Tally) -> dict[str, Any]:
    total = tally.total
    return {
        "areas": {a.key: a.score and a.score.exact for a in tally.areas},
        "subs": {s.key: s.score and s.score.exact for a in tally.areas for s in a.sub_areas},
        "total": total.score and total.score.exact, "grade": total.grade, "coverage": total.coverage, "no grade": total.no_grade,
        "met": (total.met, total.missed), "bars": {bar.key: bar.amount for bar in tally.waterfall}, "ceilings": tally.ceilings,
    }


def test_nested_weights_make_sub_areas_areas_and_the_total() -> None:
    y, z = measure("y", "a2", "3", weight="2"), measure("z", "a2", "4.5")
    tally = Tally([measure("x", "a1", "5"), y, z, measure("w", "b1", "4")], terms())
    assert shown(tally) == {
        "subs": {"a1": 5, "a2": F(7, 2), "b1": 4},           # a2: (2 × 3 + 4.5) / 3
        "areas": {"a": F(31, 8), "b": 4},                      # a: (5 + 3 × 3.5) / 4
        "total": F(95, 24), "grade": "B", "coverage": 1, "no grade": None, "met": (4, 0), "ceilings": [],
        "bars": {"x": 0, "y": F(-1, 3), "z": F(-1, 24), "w": F(-2, 3)},
    }


def test_what_has_no_data_leaves_the_weights_and_lowers_the_coverage() -> None:
    tally = Tally([measure("x", "a1", None, met=None), measure("y", "a2", "3"), measure("z", "a2", None), measure("w", "b1", "4")], terms())
    assert shown(tally) == {
        "subs": {"a1": None, "a2": 3, "b1": 4}, "areas": {"a": 3, "b": 4},
        "total": F(11, 3), "grade": "B", "coverage": F(1, 3) * F(3, 4) * F(1, 2) + F(2, 3), "no grade": None, "met": (2, 0), "ceilings": [],
        "bars": {"y": F(-2, 3), "w": F(-2, 3)},
    }


def test_too_little_coverage_has_a_score_and_no_grade() -> None:
    tally = Tally([measure("x", "a1", "4"), measure("w", "b1", None)], terms())
    assert (tally.total.score, tally.total.grade, tally.total.coverage) == (Score(F(4), 40), None, F(1, 12))
    assert tally.total.no_grade == "coverage 8%, 50% is needed for a grade"


def test_half_the_weight_is_enough_for_a_grade() -> None:
    even = terms(areas=[{"key": key, "name": key, "sub_areas": [{"key": f"{key}1", "name": key}]} for key in ("a", "b")])
    assert Tally([measure("x", "a1", "4"), measure("w", "b1", None)], even).total.grade == "B"


def test_nothing_measured_is_no_score_and_no_waterfall() -> None:
    tally = Tally([measure("x", "a1", None, met=None)], terms())
    assert shown(tally) == {
        "subs": {"a1": None, "a2": None, "b1": None}, "areas": {"a": None, "b": None}, "total": None, "grade": None, "coverage": 0,
        "no grade": "no data", "met": (0, 0), "bars": {}, "ceilings": [],
    }


def test_a_critical_miss_holds_its_area() -> None:
    tally = Tally([measure("x", "a1", "3", critical=True, met=False), measure("y", "a2", "5"), measure("w", "b1", "5")], terms())
    sentence = "A is held at 2.4: critical measure missed (X)"
    assert shown(tally) == {
        "subs": {"a1": 3, "a2": 5, "b1": 5}, "areas": {"a": F(12, 5), "b": 5}, "total": F(62, 15), "grade": "B", "coverage": 1,
        "no grade": None, "met": (2, 1), "ceilings": [sentence],
        "bars": {"x": F(-1, 6), "y": 0, "w": 0, "ceiling:a": F(-7, 10)},
    }
    assert [(area.key, area.ceiling) for area in tally.areas] == [("a", sentence), ("b", None)]


def test_a_critical_measure_that_was_met_or_an_area_below_the_ceiling_is_not_held() -> None:
    assert Tally([measure("x", "a1", "3", critical=True, met=True)], terms()).ceilings == []
    assert Tally([measure("x", "a1", "1.5", critical=True, met=False), measure("w", "b1", "5")], terms()).ceilings == []


def test_fewer_targets_met_than_missed_holds_the_total() -> None:
    tally = Tally([measure("x", "a1", "3.9", met=False), measure("y", "a2", "3.9", met=False), measure("w", "b1", "5")], terms())
    assert shown(tally) == {
        "subs": {"a1": F("3.9"), "a2": F("3.9"), "b1": 5}, "areas": {"a": F("3.9"), "b": 5}, "total": F("3.4"), "grade": "C", "coverage": 1,
        "no grade": None, "met": (1, 2), "ceilings": ["The total is held at 3.4: 1 targets met, 2 missed"],
        "bars": {"x": F("-1.1") / 12, "y": F("-1.1") / 4, "w": 0, "ceiling:total": F("3.4") - (F("3.9") + 10) / 3},
    }


def test_as_many_met_as_missed_holds_nothing_and_a_measure_without_a_score_is_not_counted() -> None:
    assert Tally([measure("x", "a1", "4", met=False), measure("w", "b1", "5")], terms()).ceilings == []
    assert Tally([measure("x", "a1", None, met=False), measure("w", "b1", "5")], terms()).total.missed == 0


@pytest.mark.parametrize(("exact", "tenths", "grade"), [
    ("5", 50, "A"), ("4.45", 45, "A"), ("4.4499", 44, "B"), ("3.45", 35, "B"), ("3.4499", 34, "C"), ("2.45", 25, "C"), ("2.4499", 24, "D"),
    ("1.45", 15, "D"), ("1.4499", 14, "F"), ("1", 10, "F"),
])
def test_a_grade_is_taken_from_the_figure_rounded_half_up(exact: str, tenths: int, grade: str) -> None:
    tally = Tally([measure("x", "a1", exact)], terms(enough_data={"coverage": "1%"}))
    assert (tally.total.score, tally.total.grade) == (Score(F(exact), tenths), grade)


def test_every_tenth_has_one_grade_without_gap_or_overlap() -> None:
    grades = [grade_of(tenths, ScorecardTerms()) for tenths in range(10, 51)]
    assert "".join(grades) == "F" * 5 + "D" * 10 + "C" * 10 + "B" * 10 + "A" * 6


@pytest.mark.parametrize(("missed", "allowed", "score"), [
    ("0", "0.1", "5"), ("0.05", "0.1", "4.5"), ("0.1", "0.1", "4"), ("0.2", "0.1", "3"), ("0.4", "0.1", "1"), ("0.9", "0.1", "1"),
    ("0.25", "0.25", "4"), ("0.5", "0.25", "3"), ("1", "0.25", "1"),
    ("0.2", "0.4", "4.5"), ("0.4", "0.4", "4"), ("0.7", "0.4", "2.5"), ("1", "0.4", "1"), ("1", "0.99", "1"),
])
def test_one_step_for_each_allowance_spent(missed: str, allowed: str, score: str) -> None:
    assert score_share(F(missed), F(allowed)) == F(score)


def test_a_curve_is_straight_between_its_points_and_flat_beyond_them() -> None:
    points = [(F(10_800), F(5)), (F(21_600), F(4)), (F(54_000), F(1))]
    assert [score_on_curve(F(x), points) for x in (0, 10_800, 16_200, 21_600, 32_400, 54_000, 99_999)] == [5, 5, F(9, 2), 4, 3, 1, 1]


def test_a_fact_scores_from_1_to_5_and_more_than_agreed_is_no_better() -> None:
    assert [score_fact(F(k), F(8)) for k in (0, 2, 5, 8, 9)] == [1, 2, F(7, 2), 5, 5]


@st.composite
def cards(draw: st.DrawFn) -> tuple[list[MeasureResult], ScorecardTerms]:
    weight = st.fractions(F(1, 10), 9, max_denominator=10)
    areas = tuple(
        Area.model_validate({"key": f"a{n}", "name": f"A{n}", "weight": draw(weight), "sub_areas": [
            {"key": f"s{n}{k}", "name": "S", "weight": draw(weight)} for k in range(draw(st.integers(1, 3)))]})
        for n in range(draw(st.integers(1, 3)))
    )
    subs = [sub.key for area in areas for sub in area.sub_areas]
    found = []
    for n in range(draw(st.integers(0, 8))):
        exact = draw(st.none() | st.fractions(1, 5, max_denominator=97).map(str))
        one = measure(f"m{n}", draw(st.sampled_from(subs)), exact, weight=str(draw(weight)), met=draw(st.booleans()),
                      critical=draw(st.booleans()))
        found.append(one)
    return found, ScorecardTerms(areas=areas)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(cards())
def test_the_waterfall_adds_up_exactly_and_no_bar_rises(card: tuple[list[MeasureResult], ScorecardTerms]) -> None:
    tally = Tally(*card)
    exact = tally.total.score.exact if tally.total.score else F(5)
    assert F(5) + sum(bar.amount for bar in tally.waterfall) == exact
    assert all(bar.amount <= 0 for bar in tally.waterfall)
    assert 0 <= tally.total.coverage <= 1
