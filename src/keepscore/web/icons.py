"""Drawn marks for the application's pages, 16 by 16, in the colour of the words beside them.

A mark never stands alone: the word beside it says the same, so the drawing is hidden from who hears the page.
"""

from __future__ import annotations

_LINE = 'fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round" stroke-width='
_ICONS = {
    "met": f'<path d="M3 8.6l3.2 3.2L13 4.6" {_LINE}"1.9"/>',
    "missed": f'<path d="M4 4l8 8M12 4l-8 8" {_LINE}"1.9"/>',
    "warning": f'<path d="M8 2.2L14.6 13.6H1.4z" {_LINE}"1.5"/><path d="M8 6.4v3.4" {_LINE}"1.6"/>'
               '<circle cx="8" cy="11.7" r=".95" fill="currentColor"/>',
    "none": f'<path d="M4.5 8h7" {_LINE}"1.6"/>',
    "done": '<circle cx="8" cy="8" r="6.6" fill="currentColor"/><path class="s-surface" d="M5 8.3l2.1 2.1L11 6.2" fill="none" '
            'stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round"/>',
    "late": '<circle cx="8" cy="8" r="6.6" fill="currentColor"/><path class="s-surface" d="M8 4.6v4" stroke-width="1.7" '
            'stroke-linecap="round"/><circle class="f-surface" cx="8" cy="11" r="1"/>',
    "on time": f'<circle cx="8" cy="8" r="6" {_LINE}"1.5"/><path d="M8 4.8V8l2.2 1.6" {_LINE}"1.5"/>',
    "proposed": '<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.5" stroke-dasharray="2.4 2.3"/>',
    "guess": '<circle cx="8" cy="8" r="6.2" fill="none" stroke="currentColor" stroke-width="1.4" stroke-dasharray="2.2 2"/>'
             f'<path d="M6.2 6.4c.1-1.1.9-1.7 1.9-1.7s1.8.7 1.8 1.6c0 1.3-1.8 1.4-1.8 2.7" {_LINE}"1.4"/>'
             '<circle cx="8.05" cy="11.2" r=".9" fill="currentColor"/>',
    "frozen": f'<rect x="3" y="7" width="10" height="6.5" rx="1.2" {_LINE}"1.4"/><path d="M5.2 7V5a2.8 2.8 0 015.6 0v2" {_LINE}"1.4"/>',
    "too few": f'<circle cx="8" cy="8" r="4.2" {_LINE}"1.6"/>',
    "search": f'<circle cx="7" cy="7" r="4.4" {_LINE}"1.5"/><path d="M10.4 10.4l3.4 3.4" {_LINE}"1.6"/>',
    "menu": f'<path d="M2.5 4.5h11M2.5 8h11M2.5 11.5h11" {_LINE}"1.5"/>',
    "down": f'<path d="M3.5 6L8 10.5 12.5 6" {_LINE}"1.6"/>',
    "up": f'<path d="M3.5 10.5L8 6l4.5 4.5" {_LINE}"1.6"/>',
    "next": f'<path d="M6 3.5L10.5 8 6 12.5" {_LINE}"1.6"/>',
    "back": f'<path d="M10 3.5L5.5 8 10 12.5" {_LINE}"1.6"/>',
    "download": f'<path d="M8 2.5v7.2M4.8 6.8L8 10l3.2-3.2M3 13.2h10" {_LINE}"1.5"/>',
    "print": f'<path d="M4.5 6V2.5h7V6M4.5 11.5h-2V6h11v5.5h-2" {_LINE}"1.4"/><path d="M4.5 9.5h7v4h-7z" {_LINE}"1.4"/>',
    "add": f'<path d="M8 3v10M3 8h10" {_LINE}"1.6"/>',
    "ours": '<circle class="f-ours" cx="8" cy="8" r="5"/>',
    "client": '<path class="s-client f-surface" d="M8 1.8L14.2 8 8 14.2 1.8 8z" stroke-width="1.8"/>',
}
# the icon of a state, the classes of its word
STATES = {
    "met": ("met", "mid"), "missed": ("missed", "bad b"), "warning": ("warning", "warn b"), "no records": ("none", "mut"),
    "not judged": ("too few", "mut"), "too few": ("too few", "mut"), "done": ("done", "good"), "on time": ("on time", "mid"),
    "late": ("late", "bad b"), "proposed": ("proposed", "mid"), "guess": ("guess", "warn b"), "frozen": ("frozen", "mid"),
    "kept": ("met", "mid"), "open": ("on time", "mid"), "left out": ("none", "mut"), "failed": ("missed", "bad b"),
    "working": ("on time", "mid"), "draft": ("proposed", "mid"), "withdrawn": ("none", "mut"),
}


def icon(name: str, size: int = 16) -> str:
    """The drawing; a name that is not there is an error, never an empty place."""
    return (f'<svg width="{size}" height="{size}" viewBox="0 0 16 16" aria-hidden="true" focusable="false">{_ICONS[name]}</svg>')


