"""All charts of scorecard and PDF as SVG: one sentence for who cannot see them, no `style=`, no text inside.

Ours is a filled disc; the client's an open diamond, drawn only where there is a rating. Actual is solid, plan is outlined.
On screen the colours come from classes, so that dark works; `palette=PRINT` writes fixed colours for paper.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import segno

from keepscore.documents import geometry
from keepscore.documents.parts import BulletRow, FunctionRow, Mark, SubAreaRow, WaterfallRow

Palette = Mapping[str, str]

_ROLES = ("ink", "surface", "line", "rule", "ours", "client", "bad", "good", "warn", "actual", "outside", "band-1", "band-2", "band-3",
          "quiet")
SCREEN: Palette = dict.fromkeys(_ROLES, "")
PRINT: Palette = dict(zip(_ROLES, (
    "#000000", "#FFFFFF", "#DDE2E8", "#B4BECA", "#17324F", "#7A3A9C", "#B5301A", "#0B6E55", "#8A5200", "#2A3B50", "#6E7F94",
    "#C6CED8", "#DDE3EA", "#EFF2F5", "#525D6C"), strict=True))

_ICONS = {
    "met": '<path d="M3 8.6l3.2 3.2L13 4.6" fill="none" {} stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round"/>',
    "missed": '<path d="M4 4l8 8M12 4l-8 8" fill="none" {} stroke-width="1.9" stroke-linecap="round"/>',
    "not judged": '<circle cx="8" cy="8" r="4.2" fill="none" {} stroke-width="1.6"/>',
    "warning": '<path d="M8 2.4L14.4 13.4H1.6zM8 6.4v3.4M8 11.4v.4" fill="none" {} stroke-width="1.5" stroke-linejoin="round" '
               'stroke-linecap="round"/>',
    "hidden": '<path d="M2.5 5.5h11M2.5 10.5h11M6 2.5v11" fill="none" {} stroke-width="1.4" stroke-linecap="round"/>',
    "disc": '<circle cx="8" cy="8" r="5" {fill}/>',
    "diamond": '<path d="M8 1.8L14.2 8 8 14.2 1.8 8z" fill="none" {} stroke-width="1.8"/>',
}
_ICON_ROLE = {
    "met": "good", "missed": "bad", "not judged": "quiet", "warning": "warn", "hidden": "bad", "disc": "ours", "diamond": "client",
}


def bullet(row: BulletRow, *, palette: Palette = SCREEN, width: int = 98, height: int = 11) -> str:
    """Result against target: bar from the target to the result, right is better. Without a result the bands alone."""
    target, y = geometry.TARGET_AT * width, height / 2
    parts = [_rect(0, 1, target, height - 2, "band-2", palette), _rect(target, 1, width - target, height - 2, "band-3", palette)]
    if row.at is not None:
        x = min(max(row.at * width, 4.0), width - 4.0)
        role = "bad" if row.outcome == "missed" else "actual"
        if row.outcome == "not judged":
            parts.append(f'<circle cx="{_n(x)}" cy="{_n(y)}" r="3.4" {_both("surface", "quiet", palette)} stroke-width="1.4"/>')
        else:
            parts.append(_rect(min(x, target), y - 2.3, abs(x - target), 4.6, role, palette))
            parts.append(f'<circle cx="{_n(x)}" cy="{_n(y)}" r="4" {_both(role, "surface", palette)} stroke-width="1.4"/>')
    parts.append(f'<path d="M{_n(target)} 0v{height}" {_stroke("ink", palette)} stroke-width="2"/>')
    return _svg("".join(parts), width=width, height=height, says=row.says)


def dumbbell(row: SubAreaRow, *, palette: Palette = SCREEN, width: int = 112, height: int = 16) -> str:
    """Our score on the line from 1 to 5; the client's diamond joins it once there is a rating."""
    left, y = 6.0, height / 2
    span = width - 2 * left
    ticks = "".join(f"M{_n(left + span * step / 4)} {_n(y - 3)}v6" for step in range(5))
    parts = [f'<path d="M{_n(left)} {_n(y)}h{_n(span)}{ticks}" fill="none" {_stroke("rule", palette)} stroke-width="1"/>']
    if row.us_tenths is not None:
        x = left + span * geometry.on_scale(row.us_tenths)
        parts.append(f'<circle cx="{_n(x)}" cy="{_n(y)}" r="4.6" {_both("ours", "surface", palette)} stroke-width="1.2"/>')
    return _svg("".join(parts), width=width, height=height, says=row.us_says)


def sparkline(mark: Mark, *, palette: Palette = SCREEN, width: int = 72, height: int = 18) -> str:
    """The score of up to eight periods on the scale from 1 to 5; the grey band is grade B and better. Ends in a disc."""
    inner, tall = width - 10, height - 6

    def place(point: tuple[float, float]) -> tuple[float, float]:
        return 3 + point[0] * inner, 3 + (1 - point[1]) * tall

    parts = []
    if mark.good_from is not None:
        parts.append(_rect(0, 1, width - 2, 2 + (1 - geometry.on_scale(mark.good_from)) * tall, "band-3", palette))
    for run in geometry.spark_points(mark.spark):
        line = " ".join(f"{_n(x)},{_n(y)}" for x, y in map(place, run))
        parts.append(f'<polyline points="{line}" fill="none" {_stroke("ours", palette)} stroke-width="1.6" stroke-linejoin="round"/>')
    if mark.spark and mark.spark[-1] is not None:
        x, y = place((1.0, geometry.on_scale(mark.spark[-1])))
        parts.append(f'<circle cx="{_n(x)}" cy="{_n(y)}" r="3.4" {_fill("ours", palette)}/>')
    return _svg("".join(parts), width=width, height=height, says=mark.spark_says)


def plan_bar(row: FunctionRow, *, palette: Palette = SCREEN, width: int = 220, height: int = 16) -> str:
    """Work as a solid bar from zero, work outside the contract as its lighter end, the plan as an outline."""
    long, outside = (width - 2) * row.bar, (width - 2) * row.bar_outside
    parts = [_rect(0, 4, long - outside, height - 8, "actual", palette), _rect(long - outside, 4, outside, height - 8, "outside", palette)]
    if row.plan_bar is not None:
        parts.append(f'<rect x="0.75" y="1" width="{_n(max((width - 2) * row.plan_bar - 0.75, 0))}" height="{height - 2}" fill="none" '
                     f'{_stroke("ink", palette)} stroke-width="1.25"/>')
    return _svg("".join(parts), width=width, height=height, says=row.says)


def step(row: WaterfallRow, *, palette: Palette = SCREEN, width: int = 220, height: int = 14) -> str:
    """One step of the waterfall on the scale from 1 to 5."""
    inner = width - 2
    role = "ours" if row.is_total else "bad" if row.is_missed else "actual"
    parts = [f'<path d="M0.5 0v{height}M{_n(inner + 0.5)} 0v{height}" fill="none" {_stroke("line", palette)} stroke-width="1"/>',
             _rect(row.start * inner, 3, max((row.end - row.start) * inner, 1.2), height - 6, role, palette)]
    return _svg("".join(parts), width=width, height=height, says=f"{row.name}: {row.amount}")


def qr(address: str, *, size: int = 64) -> str:
    """The address as a QR code: black on white with its quiet zone, in any theme."""
    matrix = segno.make_qr(address, error="m").matrix
    quiet, side = 2, len(matrix) + 4
    dark = "".join(f"M{quiet + x} {quiet + y}h1v1h-1z" for y, row in enumerate(matrix) for x, bit in enumerate(row) if bit)
    return (f'<svg width="{size}" height="{size}" viewBox="0 0 {side} {side}" shape-rendering="crispEdges" role="img" '
            f'aria-label="QR code: {escape(address)}" xmlns="http://www.w3.org/2000/svg">'
            f'<rect width="{side}" height="{side}" fill="#FFFFFF"/>'
            f'<path d="{dark}" fill="#000000"/></svg>')


def icon(name: str, *, palette: Palette = SCREEN, size: int = 11) -> str:
    """A drawn mark beside a word; hidden from who hears the word."""
    role = _ICON_ROLE.get(name, "quiet")
    inside = _ICONS[name].format(_stroke(role, palette), fill=_fill(role, palette))
    return (f'<svg width="{size}" height="{size}" viewBox="0 0 16 16" aria-hidden="true" focusable="false" '
            f'xmlns="http://www.w3.org/2000/svg">{inside}</svg>')


def _svg(inside: str, *, width: int, height: int, says: str) -> str:
    return (f'<svg width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(says)}" '
            f'xmlns="http://www.w3.org/2000/svg">{inside}</svg>')


def _rect(x: float, y: float, width: float, height: float, role: str, palette: Palette) -> str:
    return f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(max(width, 0))}" height="{_n(height)}" {_fill(role, palette)}/>'


def _fill(role: str, palette: Palette) -> str:
    return f'fill="{palette[role]}"' if palette[role] else f'class="f-{role}"'


def _stroke(role: str, palette: Palette) -> str:
    return f'stroke="{palette[role]}"' if palette[role] else f'class="s-{role}"'


def _both(fill: str, stroke: str, palette: Palette) -> str:
    return f'fill="{palette[fill]}" stroke="{palette[stroke]}"' if palette[fill] else f'class="f-{fill} s-{stroke}"'


def _n(number: float) -> str:
    """One decimal is enough for a pixel, and the same on every machine."""
    return f"{number:.1f}".removesuffix(".0")
