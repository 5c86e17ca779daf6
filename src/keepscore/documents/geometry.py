"""Where things stand in the charts, as shares of their width from 0 to 1; no SVG here, so that paper can reuse it.

Right of the target is better in every bullet, whatever the sense of the measure.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from keepscore.engine.results import MeasureResult

TARGET_AT = 0.62        # the bold line of every bullet
_SPAN = Fraction(1, 20)  # drawn width of the better side where the target leaves no room for it (100 % or 0)


def bullet_at(measure: MeasureResult) -> float | None:
    """Position of the result: target at 0.62, perfect at 1. None without a value or target.

    The better side is the allowance of a share, half the target of other values; so a bar to the left as long as
    the whole right part means that all allowed misses were spent twice.
    """
    if measure.value is None or not measure.target:
        return None
    ahead = _ahead(measure, measure.value.fraction)
    return float(min(max(Fraction(62, 100) + Fraction(38, 100) * ahead, Fraction(0)), Fraction(1)))


def _ahead(measure: MeasureResult, value: Fraction) -> Fraction:
    """How far on the better side, in widths of that side; below 0 on the worse one."""
    bound = measure.target[0]
    if measure.target_kind == "between":
        half = (measure.target[1] - bound) / 2
        from_middle = abs(value - bound - half)
        return (half - from_middle) / (half or _SPAN)
    if measure.target_kind == "at_most":
        room = bound if measure.unit == "%" else bound / 2
        return (bound - value) / (room or _SPAN)
    room = 1 - bound if measure.unit == "%" and bound <= 1 else bound / 2
    return (value - bound) / (room or _SPAN)


def on_scale(tenths: int) -> float:
    """Place of a score on the line from 1 to 5."""
    return min(max((tenths - 10) / 40, 0.0), 1.0)


def spark_points(tenths: Sequence[int | None]) -> tuple[tuple[tuple[float, float], ...], ...]:
    """Runs of points (x to the right, y upwards, 0 to 1) broken where a period has no score."""
    last = max(len(tenths) - 1, 1)
    runs: list[list[tuple[float, float]]] = [[]]
    for place, value in enumerate(tenths):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((place / last if len(tenths) > 1 else 1.0, on_scale(value)))
    return tuple(tuple(run) for run in runs if run)


def shares(amounts: Sequence[Fraction]) -> tuple[float, ...]:
    """Lengths of bars that start at zero, as shares of the longest."""
    longest = max(amounts, default=Fraction(0))
    return tuple(float(amount / longest) if longest else 0.0 for amount in amounts)
