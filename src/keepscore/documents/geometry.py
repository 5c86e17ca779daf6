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


def own_scale(values: Sequence[float | None]) -> tuple[tuple[float, float], ...]:
    """Points of a line on its own scale, lowest at 0 and highest at 1, a level line at a half; periods without a value are left out."""
    known = [(place, value) for place, value in enumerate(values) if value is not None]
    if not known:
        return ()
    low, high = min(value for _, value in known), max(value for _, value in known)
    last = max(len(values) - 1, 1)
    return tuple((place / last if len(values) > 1 else 1.0, (value - low) / (high - low) if high > low else 0.5)
                 for place, value in known)


def parted_at_zero(points: Sequence[tuple[float, float]]) -> tuple[tuple[tuple[tuple[float, float], ...], bool], ...]:
    """A line cut where it crosses 0: its parts in order, each with whether it lies below. The crossing belongs to both."""
    parts: list[tuple[list[tuple[float, float]], bool]] = []
    for point in points:
        below = point[1] < 0
        if parts and parts[-1][1] != below:
            crossing = _crossing(parts[-1][0][-1], point)
            parts[-1][0].append(crossing)
            parts.append(([crossing], below))
        elif not parts:
            parts.append(([], below))
        parts[-1][0].append(point)
    return tuple((tuple(run), below) for run, below in parts)


def _crossing(before: tuple[float, float], after: tuple[float, float]) -> tuple[float, float]:
    share = before[1] / (before[1] - after[1])
    return before[0] + share * (after[0] - before[0]), 0.0


def ticks(low: float, high: float, *, most: int = 5) -> tuple[float, ...]:
    """Round figures that enclose `low` and `high`, in steps of 1, 2, 2.5 or 5 times a power of ten."""
    span = Fraction(str(max(high - low, 1e-9)))
    power = Fraction(10) ** (len(str(int(span))) - 1 if span >= 1 else -next(k for k in range(1, 12) if span * 10**k >= 1))
    step = next(step for scale in (power / 10, power, power * 10) for factor in ("1", "2", "2.5", "5")
                if span / (step := scale * Fraction(factor)) <= most - 1)
    first, last = Fraction(str(low)) // step, -(-Fraction(str(high)) // step)
    return tuple(float(step * k) for k in range(int(first), int(last) + 1))
