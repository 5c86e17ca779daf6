"""Know first: what an open period is heading for, from what happened so far. One rule for every share.

Forecasts say "about"; the chance comes from a beta-binomial over the records still to come, prior one half each.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from typing import Literal

from keepscore.engine.results import EarlyWarning, MeasureResult

Urgency = Literal["used 50%", "used 75%", "used 90%", "used up", "raised"]
TAIL = 1e-15  # weights below it no longer move the third decimal


def warn(measure: MeasureResult, *, allowance: Fraction, days: Sequence[date], gone: int, deciding: tuple[str, ...]) -> EarlyWarning | None:
    """The warning of a share measure in an open period, or None while the pace stays inside the allowance.

    `days` are the period's service days, the first `gone` of them have passed.
    """
    counted = measure.kept + measure.missed
    if not gone or not days or not counted:
        return None
    volume = counted + measure.open
    forecast = max(volume, math.floor(Fraction(volume * len(days), gone) + Fraction(1, 2)))
    allowed = math.floor(allowance * forecast)
    pace = Fraction(measure.missed * len(days), gone)
    if pace <= allowed:
        return None
    to_come = forecast - counted
    weights = _still_to_miss(measure.kept, measure.missed, to_come)
    chance = sum(weights[: max(0, allowed - measure.missed + 1)]) if measure.missed <= allowed else 0.0
    most, least = _quantile(weights, 0.9), _quantile(weights, 0.1)
    runs_out = _runs_out(measure.missed, allowed, days, gone)
    return EarlyWarning(
        measure=measure.key,
        name=measure.name,
        urgency=_urgency(measure.missed, allowed),
        forecast_volume=forecast,
        allowed_misses=allowed,
        used=measure.missed,
        left=allowed - measure.missed,
        burn_rate=Fraction(measure.missed, allowed) / Fraction(gone, len(days)) if allowed else None,
        runs_out=runs_out,
        chance=f"{min(chance, 1.0):.3f}",
        low=f"{(forecast - measure.missed - most) / forecast:.4f}",
        high=f"{(forecast - measure.missed - least) / forecast:.4f}",
        sentence=_sentence(measure, allowed, runs_out),
        deciding=deciding,
    )


def _still_to_miss(kept: int, missed: int, to_come: int) -> list[float]:
    """Chance of 0, 1, ... to_come further misses (beta-binomial), by ratios from the likeliest count outwards."""
    a, b = missed + 0.5, kept + 0.5
    peak = min(to_come, int(to_come * a / (a + b)))
    weights = [0.0] * (to_come + 1)
    weights[peak] = 1.0
    for j in range(peak, to_come):
        weights[j + 1] = weights[j] * (to_come - j) * (a + j) / ((j + 1) * (b + to_come - j - 1))
        if weights[j + 1] < TAIL:
            break
    for j in range(peak, 0, -1):
        weights[j - 1] = weights[j] * j * (b + to_come - j) / ((to_come - j + 1) * (a + j - 1))
        if weights[j - 1] < TAIL:
            break
    whole = math.fsum(weights)
    return [weight / whole for weight in weights]


def _quantile(weights: Sequence[float], share: float) -> int:
    running = 0.0
    for count, weight in enumerate(weights):
        running += weight
        if running >= share:
            return count
    return len(weights) - 1


def _runs_out(missed: int, allowed: int, days: Sequence[date], gone: int) -> date | None:
    """The service day on which the allowance is spent at the pace so far; None once it is spent."""
    if missed > allowed or not missed:
        return None
    needed = math.ceil(Fraction((allowed + 1) * gone, missed))  # the miss too many comes during that day
    return days[min(len(days), max(needed, gone + 1)) - 1]


def _urgency(missed: int, allowed: int) -> Urgency:
    if missed > allowed:
        return "used up"
    used = Fraction(missed, allowed) if allowed else Fraction(1)
    if used >= Fraction(9, 10):
        return "used 90%"
    if used >= Fraction(3, 4):
        return "used 75%"
    return "used 50%" if used >= Fraction(1, 2) else "raised"


def _sentence(measure: MeasureResult, allowed: int, runs_out: date | None) -> str:
    if measure.missed > allowed:
        return f"{measure.missed} missed, about {allowed} allowed by the end of the period; the allowance is spent."
    when = f" run out about {runs_out.day} {runs_out:%b}" if runs_out else " run out"
    return f"{measure.missed} of about {allowed} allowed misses used; at this pace they{when}."
