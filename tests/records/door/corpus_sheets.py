"""Workbooks: formulas, merged cells, hidden sheets, macros, passwords, bombs, entities, damage."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import xlsxwriter
from corpus import GOOD, HEADER, Case, Found, with_lines

XLSX = with_lines("format: xlsx")
Change = Callable[[dict[str, bytes]], dict[str, bytes]]


def workbook(fill: Callable[[Any, Any], None] | None = None, *, options: dict[str, Any] | None = None) -> bytes:
    """A workbook with the header and the good row as text; `fill(book, sheet)` changes it."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, options or {})
    sheet = book.add_worksheet("Export")
    for at, name in enumerate(HEADER):
        sheet.write_string(0, at, name)
        sheet.write_string(1, at, GOOD[at])
    if fill:
        fill(book, sheet)
    book.close()
    return stream.getvalue()


def repacked(content: bytes, change: Change, *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The same workbook with other members."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in change(members).items():
            archive.writestr(name, data)
    return stream.getvalue()


def member(name: str, change: Callable[[bytes], bytes]) -> Change:
    """Changes one member, or makes it."""
    return lambda members: {**members, name: change(members.get(name, b""))}


SHEET = "xl/worksheets/sheet1.xml"


def cases() -> list[Case]:
    made = [*_good(), *_cells(), *_hostile(), *_damaged()]
    return [Case(c.name, c.content, c.errors, c.records, XLSX if c.mapping == "" else c.mapping, "xlsx", (), c.heavy) for c in made]


def _case(
    name: str, content: bytes | Callable[[], bytes], *errors: Found, records: int = 0, mapping: str = "", heavy: bool = False
) -> Case:
    return Case(f"sheet: {name}", content, errors, records, mapping, heavy=heavy)


def _typed(book: Any, sheet: Any) -> None:
    stamp, day = book.add_format({"num_format": "dd/mm/yyyy hh:mm"}), book.add_format({"num_format": "d mmm yy"})
    sheet.write_datetime(1, 3, datetime.datetime.fromisoformat("2026-03-02T09:00"), stamp)
    sheet.write_datetime(1, 4, datetime.datetime.fromisoformat("2026-03-03"), day)
    sheet.write_datetime(1, 5, datetime.datetime.fromisoformat("2026-03-02T15:30"), stamp)
    sheet.write_number(1, 6, 12.5)
    sheet.write_number(1, 7, 45)
    sheet.write_boolean(1, 8, True)


def _hidden_first(book: Any, sheet: Any) -> None:
    other = book.add_worksheet("Data")
    for at, name in enumerate(HEADER):
        other.write_string(0, at, name)
        other.write_string(1, at, GOOD[at])
        other.write_string(2, at, "T-2" if at == 0 else GOOD[at])
    other.activate()
    other.set_first_sheet()
    sheet.hide()


def _good() -> list[Case]:
    def far(book: Any, sheet: Any) -> None:
        sheet.write_string(9, 0, "T-2")
        for at in range(1, len(HEADER)):
            sheet.write_string(9, at, GOOD[at])

    def unused_formula(book: Any, sheet: Any) -> None:
        sheet.write_string(0, 10, "sum")
        sheet.write_formula(1, 10, "=1+1", None, 2)

    def midnight(book: Any, sheet: Any) -> None:
        stamp = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet.write_datetime(1, 4, datetime.datetime.fromisoformat("2026-03-02T00:00"), stamp)      # not the end of the day

    return [
        _case("text cells", workbook(), records=1),
        _case("typed cells", workbook(_typed), records=1),
        _case("typed cells beside a declared form", workbook(_typed), records=1, mapping=with_lines("format: xlsx", 'dates: "%d/%m/%Y"')),
        _case("the first visible sheet", workbook(_hidden_first), records=2),
        _case("blank rows in between", workbook(far), records=2),
        _case("a formula outside the data", workbook(unused_formula), records=1),
        _case("text that looks like a formula", workbook(lambda book, sheet: sheet.write_string(1, 9, "=1+1")), records=1),
        _case("midnight is not a day", workbook(midnight), ("date_order", 2, "due")),
        _case("stored without packing", repacked(workbook(), lambda members: members, method=zipfile.ZIP_STORED), records=1),
    ]


def _cells() -> list[Case]:
    def write(column: int, how: str, *value: Any) -> bytes:
        return workbook(lambda book, sheet: getattr(sheet, how)(1, column, *value))

    def merged(book: Any, sheet: Any) -> None:
        sheet.merge_range(1, 1, 2, 1, "marlowe")

    def hide_all(book: Any, sheet: Any) -> None:
        book.add_chartsheet().activate()
        sheet.hide()

    def title(book: Any, sheet: Any) -> None:
        sheet.merge_range(0, 0, 0, 3, "Export of March")

    clock = workbook(lambda book, sheet: sheet.write_datetime(1, 3, datetime.time(9, 0), book.add_format({"num_format": "hh:mm"})))
    return [
        _case("a formula", write(6, "write_formula", "=6*2", None, 12), ("formula_cell", 2, "ordered")),
        _case("a formula without a value", write(6, "write_formula", "=6*2", None, ""), ("formula_cell", 2, "ordered")),
        _case("an array formula", write(7, "write_formula", "{=SUM(G2:G2*1)}"), ("formula_cell", 2, "effort")),
        _case("a link by formula", write(9, "write_formula", '=HYPERLINK("http://x.invalid","x")', None, "x"), ("formula_cell", 2, "note")),
        _case("merged cells", workbook(merged), ("merged_cells", 2, "client")),
        _case("a merged title", workbook(title), ("missing_column", 1, "id")),
        _case("a date as a number", write(3, "write_number", 46083.375), ("date_format", 2, "opened")),
        _case("a time alone", clock, ("date_format", 2, "opened")),
        _case("a number in exponents", write(6, "write_number", 1e20), ("out_of_range", 2, "ordered")),
        _case("a negative number", write(6, "write_number", -1), ("out_of_range", 2, "ordered")),
        _case("a fraction of a minute", write(7, "write_number", 7.5), ("out_of_range", 2, "effort")),
        _case("a number where yes or no stands", write(8, "write_number", 2), ("bool_format", 2, "accepted")),
        _case("an error cell", repacked(workbook(), member(SHEET, lambda xml: re.sub(
            rb'<c r="G2"[^>]*>.*?</c>', b'<c r="G2" t="e"><v>#N/A</v></c>', xml))), ("number_format", 2, "ordered")),
        _case("no rows", workbook(lambda book, sheet: [sheet.write_string(1, at, " ") for at in range(10)]), ("empty", None, None)),
        _case("no visible sheet", workbook(hide_all), ("empty", None, None)),
        _case("a cell far to the right", workbook(lambda _, sheet: sheet.write_string(0, 16_383, "x")), ("too_many_columns", None, None)),
        _case("a cell far below", workbook(lambda _, sheet: sheet.write_string(1_048_575, 9, "x")), ("too_large", None, None), heavy=True),
        _case("an unknown client", workbook(lambda book, sheet: sheet.write_string(1, 1, "nobody")), ("unknown_client", 2, "client")),
    ]


def _bomb(size: int) -> bytes:
    return repacked(workbook(), member("xl/media/image1.bin", lambda _: b"\0" * size))


def _sheet_bomb() -> bytes:
    cell = b"a" * 600
    rows = b"".join(b'<row r="%d"><c r="A%d" t="inlineStr"><is><t>%s</t></is></c></row>' % (at, at, cell) for at in range(3, 400_000))
    return repacked(workbook(), member(SHEET, lambda xml: xml.replace(b"</sheetData>", rows + b"</sheetData>")))


def _hostile() -> list[Case]:
    doctype = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    outside = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'

    def declared(what: bytes) -> Callable[[bytes], bytes]:
        return lambda xml: xml.replace(b"?>\n", b"?>\n" + what, 1)

    def locked(content: bytes) -> bytes:
        return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 500 + content[:500]

    def flagged(content: bytes) -> bytes:
        data = bytearray(content)
        at = data.index(b"PK\x01\x02")
        data[at + 8] |= 1
        return bytes(data)

    def crowd(members: dict[str, bytes]) -> dict[str, bytes]:
        return {**members, **{f"xl/extra/{at}.xml": b"<a/>" for at in range(2_100)}}

    plain = workbook()
    return [
        _case("zip bomb of 150 megabytes", lambda: _bomb(150_000_000), ("zip_bomb", None, None), heavy=True),
        _case("zip bomb of 250 megabytes", lambda: _bomb(250_000_000), ("zip_bomb", None, None), heavy=True),
        _case("rows that grow a hundredfold", _sheet_bomb, ("zip_bomb", None, None), heavy=True),
        _case("thousands of members", repacked(plain, crowd), ("zip_bomb", None, None)),
        _case("entities", repacked(plain, member(SHEET, declared(doctype))), ("xml_entities", None, None)),
        _case("an outside entity", repacked(plain, member("xl/sharedStrings.xml", declared(outside))), ("xml_entities", None, None)),
        _case("an outside entity in a relation", repacked(plain, member("xl/_rels/workbook.xml.rels", declared(outside))),
              ("xml_entities", None, None)),
        _case("XML in UTF-16", repacked(plain, member(SHEET, lambda xml: xml.decode().encode("utf-16"))), ("xml_entities", None, None)),
        _case("a macro", repacked(plain, member("xl/vbaProject.bin", lambda _: b"\xd0\xcf\x11\xe0 macro")), ("macro", None, None)),
        _case("an old macro sheet", repacked(plain, member("xl/macrosheets/sheet1.xml", lambda _: b"<x/>")), ("macro", None, None)),
        _case("a password", locked(plain), ("encrypted", None, None)),
        _case("a member with a password", flagged(plain), ("encrypted", None, None)),
        _case("an old Office file", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2_000, ("file_type", None, None)),
        _case("a text file called XLSX", b"id,client\r\n1,marlowe\r\n", ("file_type", None, None)),
        _case("a ZIP that is no workbook", repacked(plain, lambda members: {"a.txt": b"x"}), ("file_type", None, None)),
        _case("a binary workbook", repacked(plain, lambda members: {"xl/workbook.bin": b"x"}), ("file_type", None, None)),
    ]


def _damaged() -> list[Case]:
    plain = workbook()
    middle = plain.index(b"xl/worksheets/sheet1.xml") + 60
    torn = plain[:middle] + bytes(byte ^ 0x5A for byte in plain[middle:middle + 40]) + plain[middle + 40:]

    def without(name: str) -> bytes:
        return repacked(plain, lambda members: {key: data for key, data in members.items() if key != name})

    return [
        _case("cut short", plain[: len(plain) // 2], ("corrupt", None, None)),
        _case("only its first bytes", plain[:4], ("corrupt", None, None)),
        _case("bytes changed in the sheet", torn, ("corrupt", None, None)),
        _case("its sheet is missing", without(SHEET), ("corrupt", None, None)),
        _case("its relations are missing", without("xl/_rels/workbook.xml.rels"), ("corrupt", None, None)),
        _case("its sheet is no XML", repacked(plain, member(SHEET, lambda _: b"not xml at all")), ("corrupt", None, None)),
        _case("its sheet breaks off", repacked(plain, member(SHEET, lambda xml: xml[: len(xml) // 2])), ("corrupt", None, None)),
        _case("nothing in it", b"", ("empty", None, None)),
    ]
