"""Does a text fit? Widths of the page's fonts, line counts, and cuts that end in an ellipsis.

Widths are hundredths of an em of Source Sans 3 for the printable ASCII characters, measured once from the font.
Other letters count as wide ones, so that an unknown text is cut too early rather than too late.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from keepscore.documents.parts import AreaRows, SubAreaRow

_ASCII = (
    20, 29, 43, 50, 50, 82, 61, 25, 30, 30, 42, 50, 25, 31, 25, 35, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 25, 25, 50, 50, 50, 42,
    85, 54, 59, 57, 62, 53, 49, 62, 65, 26, 48, 58, 49, 73, 65, 66, 57, 66, 57, 53, 54, 64, 52, 79, 51, 48, 54, 30, 35, 30, 50, 50,
    54, 50, 55, 46, 56, 50, 29, 50, 54, 25, 25, 50, 26, 83, 55, 54, 56, 56, 35, 42, 34, 54, 47, 72, 45, 47, 42, 30, 24, 30, 50,
)
_MM_PER_PT = 25.4 / 72
_SAFETY = 1.02          # semibold is 4 % wider, but most texts are regular
ELLIPSIS = "\u2026"
_SENTENCE = re.compile(r"(?<=\.) (?=[A-Z0-9])")

SHEET = 259.0           # height inside the margins of a sheet that fits A4 and Letter, in mm
HEAD_LEAST = 31.0       # the two grades with their sparklines, and the rule under them
FOOT = 29.5             # foot with a digest, and the space above it
FOOT_DRAFT = 22.5
LINE = 3.86             # one line of 8.4 pt text
ROW = 2.55              # padding and rule of a table row
AREA = 7.4
TABLE_HEAD = 7.6
LOW_LEAST = 58.0        # what "Against target" and the lists beside it always get
LOW_GAP = 4.5           # above that part, and in reserve
BULLET = 5.6

NAME_MM, SHOWS_MM, BULLET_NAME_MM, LIST_MM, SAY_MM = 40.0, 79.0, 41.0, 78.0, 116.0
SAY_PT = 12.2           # set in 11.4 pt of the serif, which is wider


def width(text: str, pt: float) -> float:
    """How wide a text is set, in mm; a little more than it will be."""
    return sum(map(_em, text)) / 100 * pt * _MM_PER_PT * _SAFETY


@lru_cache(maxsize=4096)
def _em(char: str) -> int:
    if " " <= char <= "~":
        return _ASCII[ord(char) - 32]
    if unicodedata.combining(char):
        return 0
    if unicodedata.east_asian_width(char) in "WF":
        return 100
    return 56 if char.islower() else 80


def wrapped(text: str, mm: float, pt: float) -> Iterator[str]:
    """The lines of a text; a word longer than the line is broken."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if width(longer, pt) <= mm:
            line = longer
            continue
        if line:
            yield line
        line = word
        while width(line, pt) > mm:
            cut = next(n for n in range(len(line) - 1, 0, -1) if width(line[:n], pt) <= mm or n == 1)
            yield line[:cut]
            line = line[cut:]
    if line:
        yield line


def lines(text: str, mm: float, pt: float = 8.4) -> int:
    return sum(1 for _ in wrapped(text, mm, pt))


def cut(text: str, mm: float, pt: float = 8.4, most: int = 1) -> str:
    """The text if it fits in `most` lines, else its beginning with an ellipsis, at a word where possible."""
    text = " ".join(text.split())
    if lines(text, mm, pt) <= most:
        return text
    kept = list(wrapped(text, mm, pt))[:most]
    last = kept[-1]
    while width(last + ELLIPSIS, pt) > mm:
        shorter = last.rpartition(" ")[0]
        last = shorter if len(shorter) > len(last) // 2 else last[:-1]
    return " ".join([*kept[:-1], last.rstrip(" ,;:.")]) + ELLIPSIS


def cut_sentences(text: str, mm: float, *, most: int) -> str:
    """Like `cut`, but whole sentences stay whole where two of them fit: a figure without its target says little."""
    sentences = _SENTENCE.split(text)
    for kept in range(len(sentences) - 1, 1, -1):
        shorter = f"{' '.join(sentences[:kept])} {ELLIPSIS}"
        if lines(shorter, mm) <= most:
            return shorter
    return cut(text, mm, most=most)


def head_height(eyebrow: str, client: str, finding: str) -> float:
    """Eyebrow, client and finding on the left, the two grades on the right: the higher of both."""
    return max(HEAD_LEAST, 5.5 + 3.4 * lines(eyebrow, SAY_MM, 7.6) + 9.0 * lines(client, SAY_MM, 23) + 5.3 * lines(finding, SAY_MM, SAY_PT))


def row_height(row: SubAreaRow) -> float:
    told = row.shows + (f" ({row.evidence})" if row.evidence else "")
    return max(lines(row.name, NAME_MM), lines(told, SHOWS_MM), 1) * LINE + ROW


def table_height(areas: Sequence[AreaRows]) -> float:
    return TABLE_HEAD + sum(AREA + sum(row_height(row) for row in area.rows) for area in areas)


def fit_table(areas: tuple[AreaRows, ...], mm: float) -> tuple[tuple[AreaRows, ...], int]:
    """The table in `mm`: texts of three lines, then two, then one; then rows are cut from the end.

    Returns the rows that fit and how many sub-areas were cut.
    """
    for most in (3, 2, 1):
        tight = tuple(replace(area, name=cut(area.name, 110, 9), rows=tuple(_tight(row, most) for row in area.rows)) for area in areas)
        if table_height(tight) <= mm:
            return tight, 0
    dropped = 0
    while tight and table_height(tight) + LINE > mm:
        last = tight[-1]
        tight = (*tight[:-1], replace(last, rows=last.rows[:-1])) if len(last.rows) > 1 else tight[:-1]
        dropped += 1
    return tight, dropped


def _tight(row: SubAreaRow, most: int) -> SubAreaRow:
    """Evidence stays whole where it leaves room for the sentence; else it goes to the full page."""
    name = cut(row.name, NAME_MM, most=max(most, 2) if most > 1 else 1)
    evidence = f" ({row.evidence})" if row.evidence else ""
    if lines(row.shows + evidence, SHOWS_MM) <= most:
        return replace(row, name=name)
    if lines(row.shows, SHOWS_MM) <= most:
        return replace(row, name=name, evidence="")
    return replace(row, name=name, shows=cut_sentences(row.shows, SHOWS_MM, most=most), evidence="")
