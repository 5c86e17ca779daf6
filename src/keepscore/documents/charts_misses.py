"""Allowed misses left, over one period or two: 100 % to zero and below.

Solid is what happened, red below zero; dashed is a forecast with its hatched 8-in-10 range; dotted is an even pace.
Every early warning stays on the chart as an amber ring, with a dashed line to the day it named: they show whether we were right.
All words come from who draws, so that they can be translated; a sentence and a list beside the chart say the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zlib import crc32

from keepscore.documents import geometry, svg
from keepscore.documents.svg import SCREEN, Palette, Place


@dataclass(frozen=True, slots=True)
class Left:
    """What was left of the allowance at the start of a day: 1 is all of it, below 0 more was missed than allowed."""

    at: date
    share: float


@dataclass(frozen=True, slots=True)
class Warned:
    """An early warning as it was given: where the line stood, the day it named, and the words at its ring."""

    at: date
    share: float
    names: date | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Forecast:
    """From the last reading on: the middle line, the 8-in-10 range around it, and the day the allowance runs out."""

    middle: tuple[Left, ...]
    low: tuple[Left, ...]
    high: tuple[Left, ...]
    runs_out: date | None = None
    label: str = ""                     # "about 27 Nov"


@dataclass(frozen=True, slots=True)
class Span:
    """One period: `end` is its first day after. `readings` oldest first, beginning with 1 at `start`."""

    name: str                           # "Q3, final"
    start: date
    end: date
    readings: tuple[Left, ...]
    label: str = ""                     # words at the last reading: "12 Oct: 141 missed of 744"
    warnings: tuple[Warned, ...] = ()
    ran_out: date | None = None
    ran_out_label: str = ""             # "25 Aug: used up"
    forecast: Forecast | None = None


@dataclass(frozen=True, slots=True)
class AllowedMisses:
    """The whole chart; spans follow each other. `ticks` are days with their names, such as month starts."""

    spans: tuple[Span, ...]
    ticks: tuple[tuple[date, str], ...]
    says: str


def allowed_misses(data: AllowedMisses, *, palette: Palette = SCREEN, width: int = 900, height: int = 340, labels: bool = True) -> str:
    """The chart; `labels=False` leaves the words at its marks to the list beside it (on a phone)."""
    return _Drawing(data, palette, width, height, labels).svg()


class _Drawing:
    LEFT, RIGHT, TOP, BOTTOM = 48, 18, 20, 30

    def __init__(self, data: AllowedMisses, palette: Palette, width: int, height: int, labels: bool) -> None:
        self.data, self.palette, self.width, self.height, self.labels = data, palette, width, height, labels
        self.first, self.days = data.spans[0].start, (data.spans[-1].end - data.spans[0].start).days
        lowest = min(left.share for span in data.spans for left in _all(span))
        self.steps = geometry.ticks(min(lowest, -0.5), 1.0)
        self.taken: list[tuple[float, float, float]] = []

    def svg(self) -> str:
        parts = [self._grid(), self._ticks()]
        parts += [self._span(span, first=place == 0) for place, span in enumerate(self.data.spans)]
        return svg.frame("".join(parts), width=self.width, height=self.height, says=self.data.says, classes="bud")

    def x(self, at: date) -> float:
        return self._across((at - self.first).days)

    def y(self, share: float) -> float:
        low, high = self.steps[0], self.steps[-1]
        return self.TOP + (self.height - self.TOP - self.BOTTOM) * (high - share) / (high - low)

    def _grid(self) -> str:
        right, palette = self.width - self.RIGHT, self.palette
        zero, bottom = self.y(0), self.height - self.BOTTOM
        lines = "".join(f"M{self.LEFT} {svg.n(self.y(step))}H{right}" for step in self.steps if step)
        words = "".join(svg.axis_text(self.LEFT - 8, self.y(step) + 4.5, _percent(step), palette, anchor="end",
                                      role="quiet" if step else "ink") for step in self.steps)
        return (svg.rect(self.LEFT, zero, right - self.LEFT, bottom - zero, "over", palette) + svg.path(lines, "line", palette) + words
                + svg.path(f"M{self.LEFT} {svg.n(zero)}H{right}", "ink", palette, width=1.5))

    def _ticks(self) -> str:
        bottom, parts = self.height - self.BOTTOM, []
        for at, word in self.data.ticks:
            x = self.x(at)
            parts.append(svg.path(f"M{svg.n(x)} {bottom}v5", "rule", self.palette) + svg.axis_text(x + 4, bottom + 20, word, self.palette))
        return "".join(parts)

    def _span(self, span: Span, *, first: bool) -> str:
        palette, x = self.palette, self.x(span.start)
        parts = [] if first else [svg.path(f"M{svg.n(x)} {self.TOP - 6}V{self.height - self.BOTTOM}", "rule", palette, dash="2 3")]
        parts.append(svg.polyline([(x, self.y(1)), (self.x(span.end), self.y(0))], "quiet", palette, width=1, dash="1.5 3"))
        parts.append(svg.label(x + (0 if first else 5), 12, span.name, "ink", palette))
        self.taken.append((x, x + 6.6 * len(span.name), 12))
        parts += [self._forecast(span.forecast)] if span.forecast else []
        parts += [self._line(span.readings, dash="")]
        parts += [self._warning(warned) for warned in span.warnings]
        if span.ran_out:
            parts.append(svg.dot(self.x(span.ran_out), self.y(0), 4.5, "bad", palette))
            parts.append(self._label(span.ran_out, 0, span.ran_out_label, "bad"))
        last = span.readings[-1]
        role = "bad" if last.share < 0 else "actual"
        parts.append(svg.dot(self.x(last.at), self.y(last.share), 4.5, role, palette))
        parts.append(self._label(last.at, last.share, span.label, "bad" if last.share < 0 else "ink", inside=span.forecast is None))
        return "".join(parts)

    def _forecast(self, forecast: Forecast) -> str:
        parts = [self._range(forecast), self._line(forecast.middle, dash="5 4")]
        if forecast.runs_out:
            parts.append(svg.ring(self.x(forecast.runs_out), self.y(0), 5, "warn", self.palette))
            parts.append(self._label(forecast.runs_out, 0, forecast.label, "warn"))
        return "".join(parts)

    def _range(self, forecast: Forecast) -> str:
        """Hatched by a pattern of its own, so that two charts on a page do not share one."""
        edge = [self._place(left) for left in (*forecast.high, *reversed(forecast.low))]
        points = " ".join(f"{svg.n(x)},{svg.n(y)}" for x, y in edge)
        name = f"hatch-{crc32(f'{points} {self.width}'.encode()):x}"
        strip = f'<rect width="2.6" height="6" {svg.fill("actual", self.palette)}/>'
        where = 'width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"'
        return (f'<defs><pattern id="{name}" {where}>{strip}</pattern></defs>'
                f'<polygon points="{points}" fill="url(#{name})" opacity="0.28"/>')

    def _line(self, lefts: Sequence[Left], *, dash: str) -> str:
        """Solid or dashed, red below zero."""
        parted = geometry.parted_at_zero([((left.at - self.first).days, left.share) for left in lefts])
        wide = 2.0 if dash else 2.5
        return "".join(svg.polyline([(self._across(day), self.y(share)) for day, share in run], "bad" if below else "actual",
                                    self.palette, width=wide, dash=dash) for run, below in parted)

    def _warning(self, warned: Warned) -> str:
        at = self.x(warned.at), self.y(warned.share)
        named = [at] if warned.names is None else [at, (self.x(warned.names), self.y(0))]
        line = svg.polyline(named, "warn", self.palette, width=2, dash="5 4")
        return line + svg.ring(*at, 5, "warn", self.palette) + self._label(warned.at, warned.share, warned.label, "warn")

    def _label(self, at: date, share: float, words: str, role: str, *, inside: bool = False) -> str:
        """Right of its mark, or left of it at the end of its period or near the edge; a line lower where another label stands."""
        if not (words and self.labels):
            return ""
        x, y, wide = self.x(at), self.y(share) + (5 if inside else -6), 6.6 * len(words)
        left = (inside and x - 11 - wide > self.LEFT) or x + 11 + wide > self.width
        start = x - 11 - wide if left else x + 11
        while any(abs(y - other) < 15 and start < end and begin < start + wide for begin, end, other in self.taken):
            y += 15
        self.taken.append((start, start + wide, y))
        return svg.label(x - 11 if left else x + 11, y, words, role, self.palette, anchor="end" if left else "start")

    def _place(self, left: Left) -> Place:
        return self.x(left.at), self.y(left.share)

    def _across(self, day: float) -> float:
        return self.LEFT + (self.width - self.LEFT - self.RIGHT) * day / self.days


def _all(span: Span) -> tuple[Left, ...]:
    return span.readings + ((*span.forecast.middle, *span.forecast.low) if span.forecast else ())


def _percent(share: float) -> str:
    whole = round(share * 100)
    return f"{whole}%" if whole == 100 else f"{whole}".replace("-", "\u2212")
