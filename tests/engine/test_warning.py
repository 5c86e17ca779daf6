"""Know first: small cases worked out by hand, and the chance against exact fractions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from math import comb

import pytest

from keepscore.engine.results import EarlyWarning, MeasureResult, Ratio
from keepscore.engine.warning import _quantile, _still_to_miss, warn

DAYS = tuple(date(2026, 3, 2) + timedelta(days=n) for n in range(20))
TENTH = Fraction(1, 10)


def share(kept: int, missed: int, open_: int = 0) -> MeasureResult:
    counted = kept + missed
    return MeasureResult(
        key="m", name="Requests on time", sub_area="s", kind="share", unit="%", critical=False, weight=Fraction(1), records=counted + open_,
        kept=kept, missed=missed, open=open_, left_out=(), unjudged=(), value=Ratio(kept, counted) if counted else None,
        target_kind="at_least", target=(Fraction(9, 10),), met=None, allowed_misses=None, score=None, no_score=None, counted_by="opened",
    )


def warned(kept: int, missed: int, open_: int = 0, *, gone: int = 10, allowance: Fraction = TENTH) -> EarlyWarning | None:
    return warn(share(kept, missed, open_), allowance=allowance, days=DAYS, gone=gone, deciding=())


def chance(kept: int, missed: int, to_come: int) -> list[Fraction]:
    """Of 0, 1, ... further misses: C(n, j) B(j + a, n - j + b) / B(a, b) with a = missed + 1/2, b = kept + 1/2."""
    def rising(x: Fraction, n: int) -> Fraction:
        product = Fraction(1)
        for k in range(n):
            product *= x + k
        return product

    a, b = missed + Fraction(1, 2), kept + Fraction(1, 2)
    return [comb(to_come, j) * rising(a, j) * rising(b, to_come - j) / rising(a + b, to_come) for j in range(to_come + 1)]


@pytest.mark.parametrize(("kept", "missed", "to_come"), [(0, 1, 3), (9, 3, 12), (40, 0, 60), (5, 20, 25), (1, 1, 0), (300, 20, 150)])
def test_the_chances_are_those_of_exact_fractions(kept: int, missed: int, to_come: int) -> None:
    exact = chance(kept, missed, to_come)
    assert sum(exact) == 1
    found = _still_to_miss(kept, missed, to_come)
    assert len(found) == len(exact)
    assert max(abs(a - float(b)) for a, b in zip(found, exact, strict=True)) < 1e-12


def test_a_pace_inside_the_allowance_raises_nothing() -> None:
    assert warned(47, 3) is None      # 6 misses by the end of 100, 10 allowed
    assert warned(45, 5) is None      # exactly the allowance
    assert warned(0, 0, 30) is None   # nothing counted yet
    assert warned(40, 10, gone=0) is None


def test_a_pace_above_the_allowance_is_said_with_what_is_left() -> None:
    exact = chance(42, 6, 52)
    assert warned(42, 6, 2) == EarlyWarning(
        measure="m", name="Requests on time", urgency="used 50%",
        forecast_volume=100,               # 50 records in 10 of 20 days
        allowed_misses=10, used=6, left=4,
        burn_rate=Fraction(6, 5),          # 6 of 10 misses in half the period
        runs_out=DAYS[18],                 # the 11th miss comes after 11 × 10 / 6 = 18.3 days, on the 19th
        chance=f"{float(sum(exact[:5])):.3f}",
        low=f"{(100 - 6 - quantile(exact, Fraction(9, 10))) / 100:.4f}", high=f"{(100 - 6 - quantile(exact, Fraction(1, 10))) / 100:.4f}",
        sentence="6 of about 10 allowed misses used; at this pace they run out about 20 Mar.", deciding=(),
    )


def quantile(exact: list[Fraction], share_: Fraction) -> int:
    return next(j for j in range(len(exact)) if sum(exact[: j + 1]) >= share_)


def test_an_allowance_that_is_spent_says_so_and_has_no_chance() -> None:
    found = warned(38, 12)
    assert found is not None
    assert (found.urgency, found.used, found.left, found.chance, found.runs_out) == ("used up", 12, -2, "0.000", None)
    assert found.sentence == "12 missed, about 10 allowed by the end of the period; the allowance is spent."


@pytest.mark.parametrize(("gone", "kept", "missed", "urgency"), [
    (2, 8, 2, "raised"), (5, 15, 5, "used 50%"), (10, 42, 6, "used 50%"), (10, 42, 8, "used 75%"), (10, 41, 9, "used 90%"),
    (10, 40, 10, "used 90%"), (10, 39, 11, "used up"),
])
def test_the_share_of_the_allowance_used_sets_the_urgency(gone: int, kept: int, missed: int, urgency: str) -> None:
    found = warned(kept, missed, gone=gone)
    assert found is not None
    assert found.urgency == urgency


def test_a_forecast_is_never_below_what_has_come_in() -> None:
    found = warn(replace(share(10, 10), open=5), allowance=TENTH, days=DAYS, gone=20, deciding=("T-1",))
    assert found is not None
    assert (found.forecast_volume, found.allowed_misses, found.deciding) == (25, 2, ("T-1",))


def test_no_allowance_at_all_is_spent_by_the_first_miss() -> None:
    found = warned(49, 1, allowance=Fraction(0))
    assert found is not None
    assert (found.allowed_misses, found.urgency, found.burn_rate, found.chance) == (0, "used up", None, "0.000")


def test_the_range_holds_eight_in_ten() -> None:
    weights = _still_to_miss(42, 6, 52)
    least, most = _quantile(weights, 0.1), _quantile(weights, 0.9)
    assert sum(weights[:least]) < 0.1 <= sum(weights[: least + 1])
    assert sum(weights[:most]) < 0.9 <= sum(weights[: most + 1])
