"""The few SVG shapes all charts are made of. A colour is a role: a class on screen, so that dark works; a fixed value on paper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

Palette = Mapping[str, str]
Place = tuple[float, float]

PRINT: Palette = {
    "ink": "#000000", "surface": "#FFFFFF", "line": "#DDE2E8", "rule": "#B4BECA", "ours": "#17324F", "client": "#7A3A9C",
    "bad": "#B5301A", "good": "#0B6E55", "warn": "#8A5200", "actual": "#2A3B50", "outside": "#6E7F94", "band-1": "#C6CED8",
    "band-2": "#DDE3EA", "band-3": "#EFF2F5", "quiet": "#525D6C", "over": "#FBF3F1",
}  # fmt: skip
SCREEN: Palette = dict.fromkeys(PRINT, "")


def frame(inside: str, *, width: float, height: float, says: str, classes: str = "") -> str:
    """The drawing with its sentence; without one it is hidden, because the words beside it say the same."""
    told = f'role="img" aria-label="{escape(says)}"' if says else 'aria-hidden="true" focusable="false"'
    kind = f'class="{classes}" ' if classes else ""
    return (f'<svg {kind}width="{n(width)}" height="{n(height)}" viewBox="0 0 {n(width)} {n(height)}" {told} '
            f'xmlns="http://www.w3.org/2000/svg">{inside}</svg>')


def rect(x: float, y: float, width: float, height: float, role: str, palette: Palette) -> str:
    return f'<rect x="{n(x)}" y="{n(y)}" width="{n(max(width, 0))}" height="{n(height)}" {fill(role, palette)}/>'


def outline(x: float, y: float, width: float, height: float, role: str, palette: Palette, *, more: str = "") -> str:
    return (f'<rect x="{n(x)}" y="{n(y)}" width="{n(max(width, 0))}" height="{n(height)}" fill="none" '
            f'{stroke(role, palette)} stroke-width="1.2"{more}/>')


def path(d: str, role: str, palette: Palette, *, width: float = 1, dash: str = "") -> str:
    """A line that is not filled."""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<path d="{d}" fill="none" {stroke(role, palette)} stroke-width="{n(width)}"{dashed}/>'


def polyline(places: Iterable[Place], role: str, palette: Palette, *, width: float = 1.5, dash: str = "") -> str:
    """A line through points; a single point draws nothing."""
    points = list(places)
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    line = " ".join(f"{n(x)},{n(y)}" for x, y in points)
    return (f'<polyline points="{line}" fill="none" {stroke(role, palette)} stroke-width="{n(width)}" '
            f'stroke-linejoin="round" stroke-linecap="round"{dashed}/>') if len(points) > 1 else ""


def dot(x: float, y: float, radius: float, role: str, palette: Palette) -> str:
    return f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(radius)}" {fill(role, palette)}/>'


def ring(x: float, y: float, radius: float, role: str, palette: Palette, *, width: float = 2.4) -> str:
    """An open dot, empty inside."""
    return f'<circle cx="{n(x)}" cy="{n(y)}" r="{n(radius)}" {both("surface", role, palette)} stroke-width="{n(width)}"/>'


def diamond(x: float, y: float, radius: float, palette: Palette) -> str:
    """The client's mark, open."""
    d = f"M{n(x)} {n(y - radius)}L{n(x + radius)} {n(y)} {n(x)} {n(y + radius)} {n(x - radius)} {n(y)}z"
    return f'<path d="{d}" {both("surface", "client", palette)} stroke-width="1.9"/>'


def axis_text(x: float, y: float, words: str, palette: Palette, *, anchor: str = "start", role: str = "quiet") -> str:
    """Small words at an axis, 12 px."""
    look = f'font-size="12" {fill(role, palette)}' if palette[role] else f'class="t-axis{" t-zero" if role == "ink" else ""}"'
    return f'<text x="{n(x)}" y="{n(y)}" text-anchor="{anchor}" {look}>{escape(words)}</text>'


def label(x: float, y: float, words: str, role: str, palette: Palette, *, anchor: str = "start") -> str:
    """Words at a mark, 13 px, readable over lines."""
    look = f'font-size="13" font-weight="600" {fill(role, palette)}' if palette[role] else f'class="t-label f-{role}"'
    return f'<text x="{n(x)}" y="{n(y)}" text-anchor="{anchor}" {look}>{escape(words)}</text>'


def fill(role: str, palette: Palette) -> str:
    return f'fill="{palette[role]}"' if palette[role] else f'class="f-{role}"'


def stroke(role: str, palette: Palette) -> str:
    return f'stroke="{palette[role]}"' if palette[role] else f'class="s-{role}"'


def both(inside: str, edge: str, palette: Palette) -> str:
    return f'fill="{palette[inside]}" stroke="{palette[edge]}"' if palette[inside] else f'class="f-{inside} s-{edge}"'


def n(number: float) -> str:
    """One decimal is enough for a pixel, and the same on every machine."""
    text = f"{number:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text
