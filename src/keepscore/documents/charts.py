"""All charts of scorecard and PDF as SVG: one sentence for who cannot see them, no `style=`, no text inside.

Ours is a filled disc; the client's an open diamond, drawn only where there is a rating. Actual is solid, plan is outlined.
On screen the colours come from classes, so that dark works; `palette=PRINT` writes fixed colours for paper.
"""

from __future__ import annotations

from html import escape

import segno

from keepscore.documents import geometry
from keepscore.documents.parts import BulletRow, FunctionRow, Mark, SubAreaRow, WaterfallRow
from keepscore.documents.svg import PRINT as PRINT
from keepscore.documents.svg import SCREEN as SCREEN
from keepscore.documents.svg import Palette as Palette
from keepscore.documents.svg import both, fill, frame, n, rect, stroke

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
    parts = [rect(0, 1, target, height - 2, "band-2", palette), rect(target, 1, width - target, height - 2, "band-3", palette)]
    if row.at is not None:
        x = min(max(row.at * width, 4.0), width - 4.0)
        role = "bad" if row.outcome == "missed" else "actual"
        if row.outcome == "not judged":
            parts.append(f'<circle cx="{n(x)}" cy="{n(y)}" r="3.4" {both("surface", "quiet", palette)} stroke-width="1.4"/>')
        else:
            parts.append(rect(min(x, target), y - 2.3, abs(x - target), 4.6, role, palette))
            parts.append(f'<circle cx="{n(x)}" cy="{n(y)}" r="4" {both(role, "surface", palette)} stroke-width="1.4"/>')
    parts.append(f'<path d="M{n(target)} 0v{height}" {stroke("ink", palette)} stroke-width="2"/>')
    return frame("".join(parts), width=width, height=height, says=row.says)


def dumbbell(row: SubAreaRow, *, palette: Palette = SCREEN, width: int = 112, height: int = 16) -> str:
    """Our score on the line from 1 to 5; the client's diamond joins it once there is a rating."""
    left, y = 6.0, height / 2
    span = width - 2 * left
    ticks = "".join(f"M{n(left + span * step / 4)} {n(y - 3)}v6" for step in range(5))
    parts = [f'<path d="M{n(left)} {n(y)}h{n(span)}{ticks}" fill="none" {stroke("rule", palette)} stroke-width="1"/>']
    if row.us_tenths is not None:
        x = left + span * geometry.on_scale(row.us_tenths)
        parts.append(f'<circle cx="{n(x)}" cy="{n(y)}" r="4.6" {both("ours", "surface", palette)} stroke-width="1.2"/>')
    return frame("".join(parts), width=width, height=height, says=row.us_says)


def sparkline(mark: Mark, *, palette: Palette = SCREEN, width: int = 72, height: int = 18) -> str:
    """The score of up to eight periods on the scale from 1 to 5; the grey band is grade B and better. Ends in a disc."""
    inner, tall = width - 10, height - 6

    def place(point: tuple[float, float]) -> tuple[float, float]:
        return 3 + point[0] * inner, 3 + (1 - point[1]) * tall

    parts = []
    if mark.good_from is not None:
        parts.append(rect(0, 1, width - 2, 2 + (1 - geometry.on_scale(mark.good_from)) * tall, "band-3", palette))
    for run in geometry.spark_points(mark.spark):
        line = " ".join(f"{n(x)},{n(y)}" for x, y in map(place, run))
        parts.append(f'<polyline points="{line}" fill="none" {stroke("ours", palette)} stroke-width="1.6" stroke-linejoin="round"/>')
    if mark.spark and mark.spark[-1] is not None:
        x, y = place((1.0, geometry.on_scale(mark.spark[-1])))
        parts.append(f'<circle cx="{n(x)}" cy="{n(y)}" r="3.4" {fill("ours", palette)}/>')
    return frame("".join(parts), width=width, height=height, says=mark.spark_says)


def plan_bar(row: FunctionRow, *, palette: Palette = SCREEN, width: int = 220, height: int = 16) -> str:
    """Work as a solid bar from zero, work outside the contract as its lighter end, the plan as an outline."""
    long, outside = (width - 2) * row.bar, (width - 2) * row.bar_outside
    parts = [rect(0, 4, long - outside, height - 8, "actual", palette), rect(long - outside, 4, outside, height - 8, "outside", palette)]
    if row.plan_bar is not None:
        parts.append(f'<rect x="0.75" y="1" width="{n(max((width - 2) * row.plan_bar - 0.75, 0))}" height="{height - 2}" fill="none" '
                     f'{stroke("ink", palette)} stroke-width="1.25"/>')
    return frame("".join(parts), width=width, height=height, says=row.says)


def step(row: WaterfallRow, *, palette: Palette = SCREEN, width: int = 220, height: int = 14) -> str:
    """One step of the waterfall on the scale from 1 to 5."""
    inner = width - 2
    role = "ours" if row.is_total else "bad" if row.is_missed else "actual"
    parts = [f'<path d="M0.5 0v{height}M{n(inner + 0.5)} 0v{height}" fill="none" {stroke("line", palette)} stroke-width="1"/>',
             rect(row.start * inner, 3, max((row.end - row.start) * inner, 1.2), height - 6, role, palette)]
    return frame("".join(parts), width=width, height=height, says=f"{row.name}: {row.amount}")


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
    inside = _ICONS[name].format(stroke(role, palette), fill=fill(role, palette))
    return (f'<svg width="{size}" height="{size}" viewBox="0 0 16 16" aria-hidden="true" focusable="false" '
            f'xmlns="http://www.w3.org/2000/svg">{inside}</svg>')
