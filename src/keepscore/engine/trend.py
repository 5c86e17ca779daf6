"""Is it really a change? The 95 % interval of the difference of two shares (Newcombe's hybrid score interval)."""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import Literal

from keepscore.engine.results import Change, MeasureResult, Past, PastMeasure, Ratio, Trend

Z = Decimal("1.959963984540054")  # 97.5 % point of the normal distribution
PLACES = Decimal("0.0001")


def difference_interval(now: Ratio, then: Ratio) -> tuple[Decimal, Decimal]:
    """Bounds of now - then for two independent shares, at 95 % (Newcombe 1998, method 10), to 4 places."""
    with localcontext() as context:
        context.prec = 34
        p1, low1, high1 = _wilson(now)
        p2, low2, high2 = _wilson(then)
        below = ((p1 - low1) ** 2 + (high2 - p2) ** 2).sqrt()
        above = ((high1 - p1) ** 2 + (p2 - low2) ** 2).sqrt()
        return (p1 - p2 - below).quantize(PLACES), (p1 - p2 + above).quantize(PLACES)


def _wilson(share: Ratio) -> tuple[Decimal, Decimal, Decimal]:
    k, n = Decimal(share.numerator), Decimal(share.denominator)
    root = (Z * Z + 4 * k * (n - k) / n).sqrt()
    return k / n, (2 * k + Z * Z - Z * root) / (2 * (n + Z * Z)), (2 * k + Z * Z + Z * root) / (2 * (n + Z * Z))


def change(measure: MeasureResult, past: PastMeasure | None, period: str) -> Change | None:
    """The measure now against an earlier period; None where either has nothing to measure."""
    if past is None or past.value is None or measure.value is None:
        return None
    value = past.value.fraction
    difference = measure.value.fraction - value
    if measure.kind != "share" or not (past.kept + past.missed):
        return Change(period, value, difference, None)
    low, high = difference_interval(Ratio(measure.kept, measure.kept + measure.missed), Ratio(past.kept, past.kept + past.missed))
    verdict: Literal["better", "worse", "no clear change"] = "no clear change"
    if low > 0:
        verdict = "better"
    elif high < 0:
        verdict = "worse"
    if measure.target_kind == "at_most":  # the shown value is the missed share, so the interval turns round with it
        low, high = -high, -low
    return Change(period, value, difference, verdict, str(low), str(high))


def trend(measure: MeasureResult, *, previous: Past | None, last_year: Past | None) -> Trend | None:
    """Both comparisons of one measure, None where there is neither."""
    changes = [None if p is None else change(measure, p.measures.get(measure.key), p.period.key) for p in (previous, last_year)]
    return Trend(changes[0], changes[1]) if any(changes) else None
