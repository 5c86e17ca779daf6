"""Which letters can be printed. PDF/A and PDF/UA allow no text without a glyph, so the rest is replaced before setting.

Read from the fonts themselves: the `cmap` table of OpenType, subtable format 12 (ISO/IEC 14496-22, 5.2.1.3): all of Unicode.
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterator
from pathlib import Path

UNPRINTABLE = "\u25a1"      # a white square stands where no font has the letter
BREAK = "\u200b"            # a place where a long word may break; needs no glyph
_DROPPED = {"Cc", "Cf", "Cs", "Zl", "Zp"}   # control and format characters, lone surrogates, line and paragraph separators


def covered(fonts: tuple[Path, ...]) -> frozenset[str]:
    """The characters that can be set: letters that at least one font has, and marks over letters that all of them have.

    A mark has to come from the font of its letter, whichever that is. Private use is left out (PDF/A forbids it).
    """
    sets = [frozenset(chr(code) for code in _codes(font.read_bytes())) for font in fonts]
    in_all, in_any = frozenset.intersection(*sets), frozenset.union(*sets)
    return frozenset(char for char in in_any if _may_print(char) and (char in in_all or not _is_mark(char)))


def _may_print(char: str) -> bool:
    return unicodedata.category(char) not in {*_DROPPED, "Co", "Cn"}


def _is_mark(char: str) -> bool:
    return unicodedata.category(char).startswith("M")


def printable(text: str, letters: frozenset[str]) -> str:
    """`text` composed (NFC), spaces and breaks as one space each, and every letter outside `letters` as a square.

    Invisible characters are dropped: they would turn the reading direction or hide in what is copied from the page.
    """
    composed = unicodedata.normalize("NFC", text)
    return composed if letters.issuperset(composed) else "".join(_letter(char, letters) for char in composed)


def _letter(char: str, letters: frozenset[str]) -> str:
    if char in letters or char == BREAK:
        return char
    if char.isspace():
        return " "
    return "" if unicodedata.category(char) in _DROPPED or _is_mark(char) else UNPRINTABLE


def _codes(font: bytes) -> Iterator[int]:
    start = _table(font, b"cmap")
    for n in range(struct.unpack_from(">H", font, start + 2)[0]):
        offset = start + struct.unpack_from(">L", font, start + 4 + 8 * n + 4)[0]
        if struct.unpack_from(">H", font, offset)[0] == 12:
            yield from _format_12(font, offset)


def _table(font: bytes, name: bytes) -> int:
    for n in range(struct.unpack_from(">H", font, 4)[0]):
        tag, _, offset, _ = struct.unpack_from(">4sLLL", font, 12 + 16 * n)
        if tag == name:
            return int(offset)
    raise ValueError(f"the font has no table {name.decode()}")


def _format_12(font: bytes, at: int) -> Iterator[int]:
    for n in range(struct.unpack_from(">L", font, at + 12)[0]):
        first, last, glyph = struct.unpack_from(">LLL", font, at + 16 + 12 * n)
        yield from (code for code in range(first, last + 1) if glyph + code - first)
