"""Small charts that stand in a table row, beside the numbers they show."""

from __future__ import annotations

from collections.abc import Sequence

from keepscore.documents import geometry, svg
from keepscore.documents.parts import Outcome
from keepscore.documents.svg import SCREEN, Palette

AGREE, HEAVY = 3, 10    # tenths: under 0.3 we agree; from 1.0 lower the client sees us very differently
LEVELS = 4


def gap(ours: int | None, theirs: int | None, *, says: str, palette: Palette = SCREEN, width: int = 132, height: int = 22) -> str:
    """Our score (disc) and their rating (diamond), in tenths, joined on the line from 1 to 5; no diamond where there is no rating."""
    left, y = 8.0, height / 2
    span = width - 2 * left

    def place(tenths: int) -> float:
        return left + span * geometry.on_scale(tenths)

    marks = "".join(f"M{svg.n(left + span * step / 4)} {svg.n(y - 3)}v6" for step in range(5))
    parts = [svg.path(f"M{svg.n(left)} {svg.n(y)}h{svg.n(span)}{marks}", "rule", palette)]
    if ours is not None and theirs is not None and abs(theirs - ours) >= AGREE:
        heavy = ours - theirs >= HEAVY
        parts.append(svg.path(f"M{svg.n(place(ours))} {svg.n(y)}H{svg.n(place(theirs))}", "bad" if heavy else "quiet", palette,
                              width=4 if heavy else 2.5))
    if theirs is not None:
        parts.append(svg.diamond(place(theirs), y, 6.8, palette))
    if ours is not None:
        parts.append(svg.dot(place(ours), y, 4.2, "ours", palette))
    return svg.frame("".join(parts), width=width, height=height, says=says)


def score_trend(tenths: Sequence[int | None], *, good_from: int | None, says: str, palette: Palette = SCREEN, width: int = 88,
                height: int = 30) -> str:
    """Scores of up to eight periods on the scale from 1 to 5, shared down a column; the grey band is grade B or better."""
    inner, tall = width - 6, height - 6
    parts = []
    if good_from is not None:
        parts.append(svg.rect(0, 3, width, (1 - geometry.on_scale(good_from)) * tall, "band-3", palette))
    runs = [[(3 + x * inner, 3 + (1 - y) * tall) for x, y in run] for run in geometry.spark_points(tenths)]
    parts += [svg.polyline(run, "actual", palette) for run in runs]
    if tenths and tenths[-1] is not None:
        parts.append(svg.dot(*runs[-1][-1], 2.8, "ours", palette))
    return svg.frame("".join(parts), width=width, height=height, says=says)


def own_trend(values: Sequence[float | None], *, says: str, palette: Palette = SCREEN, width: int = 76, height: int = 24) -> str:
    """A measure over up to eight periods on its own scale, without an axis."""
    inner, tall = width - 6, height - 8
    points = [(3 + x * inner, 4 + (1 - y) * tall) for x, y in geometry.own_scale(values)]
    parts = [svg.polyline(points, "actual", palette)]
    if points and values[-1] is not None:
        parts.append(svg.dot(*points[-1], 2.8, "ours", palette))
    return svg.frame("".join(parts), width=width, height=height, says=says)


def target_bullet(at: float | None, outcome: Outcome, *, says: str, credit_at: float | None = None, palette: Palette = SCREEN,
                  width: int = 236, height: int = 20) -> str:
    """Result against target, wide: bar from the target to the result; the darkest band is where a service credit is due.

    Places are shares of the width (geometry.bullet_at). Without a result a dashed frame; an open dot where it is not judged.
    """
    target, y = geometry.TARGET_AT * width, height / 2
    line = svg.path(f"M{svg.n(target)} 0v{height}", "ink" if at is not None else "quiet", palette, width=2)
    if at is None:
        empty = svg.outline(0.6, 1, width - 1.2, height - 2, "rule", palette, more=' stroke-dasharray="3 3"')
        return svg.frame(empty + line, width=width, height=height, says=says)
    credit = min(max(credit_at or 0.0, 0.0), geometry.TARGET_AT) * width
    parts = [svg.rect(0, 1, credit, height - 2, "band-1", palette) if credit else "",
             svg.rect(credit, 1, target - credit, height - 2, "band-2", palette),
             svg.rect(target, 1, width - target, height - 2, "band-3", palette)]
    x = min(max(at * width, 5.0), width - 5.0)
    if outcome == "not judged":
        parts += [line, svg.ring(x, y, 5, "actual", palette, width=2)]
    else:
        role = "bad" if outcome == "missed" else "actual"
        parts += [svg.rect(min(x, target), y - 4.2, abs(x - target), 8.4, role, palette),
                  f'<circle cx="{svg.n(x)}" cy="{svg.n(y)}" r="5.2" {svg.both(role, "surface", palette)} stroke-width="1.4"/>', line]
    return svg.frame("".join(parts), width=width, height=height, says=says)


def bar(share: float, *, says: str = "", role: str = "actual", palette: Palette = SCREEN, width: int = 112, height: int = 12) -> str:
    """A plain bar from zero; `share` of the longest. Its number stands beside it, so it needs no sentence."""
    return svg.frame(svg.rect(0, 0, share * width, height, role, palette), width=width, height=height, says=says)


def over_by(share: float, *, palette: Palette = SCREEN) -> str:
    """How far over its limit a record is, as a share of the furthest."""
    return bar(share, role="bad", palette=palette, width=90, height=10)


def progress(share: float, *, says: str = "", palette: Palette = SCREEN, width: int = 170, height: int = 14) -> str:
    """Done inside what is to be done: a solid bar in an outline."""
    inside = svg.rect(0, 3.5, min(max(share, 0.0), 1.0) * width, height - 7, "actual", palette)
    return svg.frame(inside + svg.outline(0.6, 1, width - 1.2, height - 2, "ink", palette), width=width, height=height, says=says)


def ladder(level: int, *, says: str = "", palette: Palette = SCREEN) -> str:
    """The relationship's level from 0 to 4: rising bars, filled up to it. Number and name stand beside it."""
    parts = []
    for step in range(LEVELS):
        x, top = 0.6 + 11.5 * step, 10.7 - 3.2 * step
        parts.append(svg.rect(x, top, 9, 17.4 - top, "actual", palette) if step < level
                     else svg.outline(x, top, 9, 17.4 - top, "rule", palette))
    return svg.frame("".join(parts), width=46, height=18, says=says)
