"""Is it really a change: Newcombe's interval and the verdict drawn from it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from keepscore.engine.results import Change, MeasureResult, Past, PastMeasure, Period, Ratio, Trend
from keepscore.engine.trend import change, difference_interval, trend


def share(kept: int, missed: int, *, kind: str = "share", target: str = "at_least") -> MeasureResult:
    counted = kept + missed
    shown = missed if target == "at_most" else kept
    return MeasureResult(
        key="m", name="The measure", sub_area="s", kind=kind, unit="%", critical=False, weight=Fraction(1),  # type: ignore[arg-type]
        records=counted, kept=kept, missed=missed, open=0, left_out=(), unjudged=(), value=Ratio(shown, counted) if counted else None,
        target_kind=target, target=(Fraction(9, 10),), met=None, allowed_misses=None, score=None, no_score=None,  # type: ignore[arg-type]
        counted_by="opened",
    )


def past(kept: int, missed: int, *, at_most: bool = False) -> PastMeasure:
    counted = kept + missed
    return PastMeasure(kept, missed, Ratio(missed if at_most else kept, counted) if counted else None, None)


# The worked examples of R. G. Newcombe (1998), Interval estimation for the difference between independent proportions,
# table II, method 10.
@pytest.mark.parametrize(("now", "then", "low", "high"), [
    ((56, 70), (48, 80), "0.0524", "0.3339"),
    ((9, 10), (3, 10), "0.1705", "0.8090"),
    ((6, 7), (2, 7), "0.0582", "0.8062"),
    ((5, 56), (0, 29), "-0.0381", "0.1926"),
    ((0, 10), (0, 20), "-0.1611", "0.2775"),
    ((0, 10), (0, 10), "-0.2775", "0.2775"),
    ((10, 10), (0, 20), "0.6791", "1.0000"),
    ((10, 10), (0, 10), "0.6075", "1.0000"),
])
def test_the_interval_is_that_of_the_published_examples(now: tuple[int, int], then: tuple[int, int], low: str, high: str) -> None:
    assert difference_interval(Ratio(*now), Ratio(*then)) == (Decimal(low), Decimal(high))


def test_the_interval_turns_round_with_its_two_shares() -> None:
    low, high = difference_interval(Ratio(56, 70), Ratio(48, 80))
    assert difference_interval(Ratio(48, 80), Ratio(56, 70)) == (-high, -low)


def test_a_change_is_called_one_only_where_the_interval_leaves_out_zero() -> None:
    better = change(share(56, 14), past(48, 32), "2025-Q4")
    assert better == Change("2025-Q4", Fraction(3, 5), Fraction(1, 5), "better", "0.0524", "0.3339")
    worse = change(share(48, 32), past(56, 14), "2025-Q4")
    assert worse == Change("2025-Q4", Fraction(4, 5), Fraction(-1, 5), "worse", "-0.3339", "-0.0524")
    unclear = change(share(8, 2), past(6, 4), "2025-Q4")
    assert unclear is not None
    assert (unclear.verdict, unclear.difference) == ("no clear change", Fraction(1, 5))


def test_more_missed_is_worse_also_where_the_missed_share_is_shown() -> None:
    found = change(share(48, 32, target="at_most"), past(56, 14, at_most=True), "2025-Q4")
    assert found == Change("2025-Q4", Fraction(1, 5), Fraction(1, 5), "worse", "0.0524", "0.3339")


def test_other_kinds_show_the_difference_without_a_verdict() -> None:
    found = change(share(3, 1, kind="value"), past(1, 1), "2025-Q4")
    assert found == Change("2025-Q4", Fraction(1, 2), Fraction(1, 4), None)


def test_nothing_measured_in_either_period_is_no_change_at_all() -> None:
    assert change(share(3, 1), None, "2025-Q4") is None
    assert change(share(3, 1), past(0, 0), "2025-Q4") is None
    assert change(share(0, 0), past(3, 1), "2025-Q4") is None
    assert trend(share(3, 1), previous=None, last_year=None) is None


def test_a_measure_that_is_new_has_only_the_comparisons_that_exist() -> None:
    day = date(2025, 10, 1)
    at = datetime(2025, 10, 1, tzinfo=UTC)
    before = Past(Period("2025-Q4", "Q4 2025", day, date(2026, 1, 1), at, at), None, None, {"m": past(48, 32)})
    found = trend(share(56, 14), previous=before, last_year=None)
    assert found == Trend(Change("2025-Q4", Fraction(3, 5), Fraction(1, 5), "better", "0.0524", "0.3339"), None)
