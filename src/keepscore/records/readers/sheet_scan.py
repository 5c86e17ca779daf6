"""What the workbook reader does not tell: formulas, errors, and moments at midnight as against days."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree import ElementTree

_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*?)(/?)>(?:\s*<(?:\w+:)?(f)[\s>/])?(?:\s*<(?:\w+:)?v>(#[^<]*)<)?")
_PLACE = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")
_STYLE = re.compile(rb"""\bs=["'](\d{1,6})["']""")
_STEP = 1 << 20
_BUILT_IN = {18, 19, 20, 21, 22, 45, 46, 47}   # number formats that show a time


@dataclass
class Scan:
    """Places as (row, column), both from 0."""

    formulas: list[tuple[int, int]] = field(default_factory=list)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    timed: set[tuple[int, int]] = field(default_factory=set)
    rows: int = 0
    columns: int = 0


def scan_sheet(archive: zipfile.ZipFile, index: int) -> Scan:
    """Reads the XML of one sheet piece by piece."""
    found = Scan()
    timed = {str(style).encode() for style in _timed_styles(archive)}
    for match in _cells(archive, _member(archive, index)):
        place = _PLACE.search(match[1])
        if place is None:
            continue
        row, column = int(place[2]) - 1, _column(place[1])
        found.rows, found.columns = max(found.rows, row + 1), max(found.columns, column + 1)
        if match[3]:
            found.formulas.append((row, column))
        if match[4]:
            found.errors[row, column] = match[4].decode(errors="replace")
        style = _STYLE.search(match[1])
        if style and style[1] in timed:
            found.timed.add((row, column))
    return found


def _cells(archive: zipfile.ZipFile, member: str) -> Iterator[re.Match[bytes]]:
    """Every cell element; a piece is cut before its last cell so that none is torn."""
    rest = b""
    with archive.open(member) as stream:
        while piece := stream.read(_STEP):
            text = rest + piece
            cut = max(text.rfind(b"<c "), text.rfind(b":c "), 0)
            cut = text.rfind(b"<", 0, cut + 1) if cut else 0
            yield from _CELL.finditer(text, 0, max(cut, 0))
            rest = text[max(cut, 0):]
    yield from _CELL.finditer(rest)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _member(archive: zipfile.ZipFile, index: int) -> str:
    """The member that holds the sheet of this index, by the workbook's relations."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    sheets = [node for node in book.iter() if node.tag.endswith("}sheet")]
    identity = next(value for name, value in sheets[index].attrib.items() if name.endswith("}id"))
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    target = next(node.attrib["Target"] for node in relations if node.attrib.get("Id") == identity)
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))


def _timed_styles(archive: zipfile.ZipFile) -> set[int]:
    """Cell styles whose number format shows hours or seconds."""
    if "xl/styles.xml" not in archive.namelist():
        return set()
    styles = ElementTree.fromstring(archive.read("xl/styles.xml"))
    formats = {node.attrib.get("numFmtId"): node.attrib.get("formatCode", "") for node in styles.iter() if node.tag.endswith("}numFmt")}
    cells = next((node for node in styles.iter() if node.tag.endswith("}cellXfs")), None)
    return {at for at, node in enumerate(cells if cells is not None else ()) if _shows_time(node.attrib.get("numFmtId", "0"), formats)}


def _shows_time(identity: str, formats: dict[str | None, str]) -> bool:
    code = re.sub(r'"[^"]*"|\\.|\[\$[^\]]*\]', "", formats.get(identity, ""))
    return (identity.isdigit() and int(identity) in _BUILT_IN) or bool(re.search("[hHsS]", code))
