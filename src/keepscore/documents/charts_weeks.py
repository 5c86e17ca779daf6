"""Pictures of weeks: performance by volume, and the hours a service calendar is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from keepscore.documents import geometry, svg
from keepscore.documents.svg import SCREEN, Palette

DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Week:
    """One week's work and its result, as a number on the result's own scale."""

    volume: float
    result: float
    is_missed: bool


@dataclass(frozen=True, slots=True)
class Scatter:
    """Weeks by volume (across) and result (up); the target as a bold line, the planned volume as a dotted one."""

    weeks: tuple[Week, ...]
    target: float | None
    planned: float | None
    says: str
    unit: str = ""              # "%" where results are percents; written at the top of the axis


@dataclass(frozen=True, slots=True)
class OpenDay:
    """A weekday of a service calendar: its short name and its open hours, in minutes from midnight."""

    name: str
    hours: tuple[tuple[int, int], ...]


def week_scatter(data: Scatter, *, palette: Palette = SCREEN, width: int = 420, height: int = 260) -> str:
    """Filled dot: met; open red dot: missed."""
    left, right, top, bottom = 46, 12, 14, 28
    across = geometry.ticks(0.0, max(1.0, *_known(data.planned), *(week.volume for week in data.weeks)))
    results = [week.result for week in data.weeks] + _known(data.target)
    up = geometry.ticks(min(results, default=0.0), max(results, default=1.0))

    def x(volume: float) -> float:
        return left + (width - left - right) * (volume - across[0]) / (across[-1] - across[0])

    def y(result: float) -> float:
        return top + (height - top - bottom) * (up[-1] - result) / ((up[-1] - up[0]) or 1)

    floor = height - bottom
    parts = [svg.path("".join(f"M{left} {svg.n(y(at))}H{width - right}" for at in up), "line", palette)]
    parts += [svg.axis_text(left - 8, y(at) + 4, _text(at) + (data.unit if at == up[-1] else ""), palette, anchor="end") for at in up]
    parts += [svg.axis_text(x(at), floor + 18, _text(at), palette, anchor="middle") for at in across]
    if data.planned is not None:
        parts.append(svg.path(f"M{svg.n(x(data.planned))} {top}V{floor}", "quiet", palette, dash="1.5 3"))
    if data.target is not None:
        parts.append(svg.path(f"M{left} {svg.n(y(data.target))}H{width - right}", "ink", palette, width=2))
    parts += [svg.ring(x(week.volume), y(week.result), 4.4, "bad", palette, width=1.8) for week in data.weeks if week.is_missed]
    parts += [svg.dot(x(week.volume), y(week.result), 4.4, "actual", palette) for week in data.weeks if not week.is_missed]
    return svg.frame("".join(parts), width=width, height=height, says=data.says, classes="wide-chart")


def open_week(days: Sequence[OpenDay], *, says: str, palette: Palette = SCREEN, width: int = 420) -> str:
    """The open hours of a week: a row a day, midnight to midnight."""
    left, row, top = 44, 24, 4
    span, height = width - left - 14, top + row * len(days) + 22
    floor = height - 22
    parts = [svg.path("".join(f"M{svg.n(left + span * hour / 24)} {top}V{floor}" for hour in range(0, 25, 6)), "line", palette)]
    parts += [svg.axis_text(left + span * hour / 24, floor + 16, str(hour), palette, anchor="middle") for hour in range(0, 25, 6)]
    for place, day in enumerate(days):
        y = top + row * place
        parts.append(svg.axis_text(0, y + 16, day.name, palette))
        parts.append(svg.rect(left, y + 5, span, row - 10, "band-3", palette))
        parts += [svg.rect(left + span * start / DAY, y + 5, span * (end - start) / DAY, row - 10, "actual", palette)
                  for start, end in day.hours]
    return svg.frame("".join(parts), width=width, height=height, says=says, classes="wide-chart")


def _known(value: float | None) -> list[float]:
    return [] if value is None else [value]


def _text(value: float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".").replace("-", "\u2212")
