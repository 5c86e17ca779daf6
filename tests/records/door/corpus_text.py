"""CSV and TSV as files: encodings, line ends, quotes, headers, shapes, keys."""

from __future__ import annotations

from corpus import GOOD, HEADER, MAPPING, Case, row, text, with_lines

PLAIN = text([GOOD])
TWO = text([GOOD, row(id="T-2")])
SECOND_LINE = PLAIN.index(b"\r\n") + 2


def cases() -> list[Case]:
    return [*_encodings(), *_kinds(), *_shapes(), *_headers(), *_keys()]


def _encodings() -> list[Case]:
    cafe = text([row(note="Café, Zürich")])
    latin = cafe.decode().encode("latin-1")
    utf16 = cafe.decode().encode("utf-16")
    return [
        Case("byte-order mark", b"\xef\xbb\xbf" + TWO, records=2),
        Case("carriage returns only, with mark", b"\xef\xbb\xbf" + text([GOOD, row(id="T-2")], end="\r"), records=2),
        Case("line feeds only", text([GOOD, row(id="T-2")], end="\n"), records=2),
        Case("mixed line ends", TWO.replace(b"\r\n", b"\n", 1), records=2),
        Case("no line end at the end", TWO.rstrip(), records=2),
        Case("UTF-16 with mark", utf16, records=1),
        Case("UTF-16 big-endian with mark", b"\xfe\xff" + cafe.decode().encode("utf-16-be"), records=1),
        Case("UTF-16 without mark", cafe.decode().encode("utf-16-le"), (("encoding", 2, None),)),
        Case("odd byte after UTF-16", utf16 + b"\n", (("encoding", 3, None),)),
        Case("Latin-1 not declared", latin, (("encoding", 2, None),)),
        Case("Latin-1 declared", latin, records=1, mapping=with_lines("encoding: latin-1")),
        Case("hole of windows-1252", latin.replace(b"\xe9", b"\x81"), (("encoding", 2, None),),
             mapping=with_lines("encoding: windows-1252")),
        Case("UTF-8 mark where Latin-1 is declared", b"\xef\xbb\xbf" + PLAIN, (("encoding", None, None),),
             mapping=with_lines("encoding: latin-1")),
        Case("cut in the middle of a letter", cafe.replace("ü".encode(), b"\xc3"), (("encoding", 2, None),)),
        Case("overlong UTF-8", PLAIN.replace(b"a note", b"\xc0\xafx"), (("encoding", 2, None),)),
        Case("surrogate in UTF-8", PLAIN.replace(b"a note", b"\xed\xa0\x80"), (("encoding", 2, None),)),
        Case("NUL byte", PLAIN.replace(b"a note", b"a\0note"), (("control_char", 2, None),)),
        Case("NUL bytes to the end", PLAIN + b"\0" * 5_000, (("control_char", 3, None),)),
    ]


def _kinds() -> list[Case]:
    huge = b",".join([b"x" * 100] * 10) + b"\r\n"
    kinds = {
        "zip": b"PK\x03\x04" + b"\0" * 60, "gzip": b"\x1f\x8b\x08" + b"\0" * 60, "pdf": b"%PDF-1.7\n%", "png": b"\x89PNG\r\n\x1a\n",
        "old Office": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "parquet": b"PAR1" + b"\0" * 60,
        "html": b"<html><table><tr><td>id",
        "html with doctype": b"  <!DOCTYPE html><html>", "xml": b"<?xml version='1.0'?><rows/>", "program": b"\x7fELF" + b"\0" * 60,
        "rtf": b"{\\rtf1\\ansi id,client}", "sqlite": b"SQLite format 3\0",
    }
    return [
        *(Case(f"{name} called CSV", content, (("file_type", None, None),)) for name, content in kinds.items()),
        Case("nothing at all", b"", (("empty", None, None),)),
        Case("only a header", text([]), (("empty", None, None),)),
        Case("header and blank lines", text([]) + b"\r\n,,,,,,,,,\r\n\r\n", (("empty", None, None),)),
        Case("only a mark", b"\xef\xbb\xbf", (("missing_column", 1, None),)),
        Case("a million and one rows", lambda: PLAIN + b"\r\n".join([b"x"] * 1_000_002), (("too_large", None, None),), heavy=True),
        Case("200 megabytes", lambda: text([]) + huge * 198_500, (("too_large", None, None),), heavy=True),
        Case("one line of 60 megabytes", lambda: b"x" * 60_000_000, (("csv_structure", 1, None),), heavy=True),
        Case("60 megabytes of quotes", lambda: b'"' * 60_000_001, (("csv_structure", 1, None),), heavy=True),
        Case("a million broken rows", lambda: text([]) + b"x,y\r\n" * 900_000, heavy=True, errors=(("row_shape", 2, None),)),
        Case("a cell of 40 megabytes", lambda: text([row(note="x" * 40_000_000)]), (("out_of_range", 2, "note"),), heavy=True),
    ]


def _shapes() -> list[Case]:
    lines = TWO.split(b"\r\n")
    body = b"\r\n".join
    return [
        Case("one cell too many", body([*lines[:2], lines[2] + b",x", b""]), (("row_shape", 3, None),)),
        Case("one cell too few", body([*lines[:2], lines[2].rsplit(b",", 1)[0], b""]), (("row_shape", 3, None),)),
        Case("comma that should be quoted", body([*lines[:2], lines[2].replace(b"a note", b"a, note")]), (("row_shape", 3, None),)),
        Case("total at the end", TWO + b"Total,2\r\n", (("row_shape", 4, None),)),
        Case("two bad rows", body([lines[0], b"x", lines[1], b"y", lines[2]]), (("row_shape", 2, None), ("row_shape", 4, None))),
        Case("blank line in the middle", body([*lines[:2], b"", lines[2]]), records=2),
        Case("row of commas in the middle", body([*lines[:2], b"," * 9, lines[2]]), records=2),
        Case("bad row below a blank line", body([*lines[:2], b"", row_bytes(id="T-2", effort="x")]), (("number_format", 4, "effort"),)),
        Case("bad row below a line break in quotes", text([row(note="a\nb\r\nc"), row(id="T-2", effort="x")]),
             (("number_format", 3, "effort"),)),
        Case("quote never closed", PLAIN.replace(b"a note", b'"a note'), (("csv_structure", 2, None),)),
        Case("quote never closed in the middle", TWO.replace(b"a note", b'"a note', 1), (("csv_structure", 2, None),)),
        Case("quote inside a cell", PLAIN.replace(b"a note", b'a 5" note'), (("csv_structure", 2, None),)),
        Case("text after the closing quote", PLAIN.replace(b"a note", b'"a" note'), (("csv_structure", 2, None),)),
        Case("quotes with backslash", PLAIN.replace(b"a note", b'"a \\"note\\" b"'), (("csv_structure", 2, None),)),
        Case("all quoted", b"\r\n".join(b",".join(b'"' + cell + b'"' for cell in line.split(b",")) for line in lines[:3]), records=2),
        Case("doubled quotes", text([row(note='"" "quoted"')]), records=1),
        Case("delimiter in quotes", text([row(note="a, b")]), records=1),
        Case("semicolons not declared", text([GOOD], mark=";"), (("missing_column", 1, "id"),)),
        Case("semicolons declared", text([GOOD], mark=";"), records=1, mapping=with_lines('delimiter: ";"')),
        Case("tabs as TSV", text([GOOD], mark="\t"), records=1, mapping=with_lines("format: tsv"), suffix="tsv"),
        Case("tabs not declared", text([GOOD], mark="\t"), (("missing_column", 1, "id"),)),
        Case("sep= line of a spreadsheet", b"sep=,\r\n" + PLAIN, (("missing_column", 1, "id"),)),
        Case("title above the header", b"Export of March\r\n" + PLAIN, (("missing_column", 1, "id"),)),
        Case("blank line above the header", b"\r\n" + PLAIN, (("missing_column", 1, None),)),
    ]


def row_bytes(**cells: str) -> bytes:
    return ",".join(row(**cells)).encode()


def _headers() -> list[Case]:
    wide = [*HEADER, *(f"c{at}" for at in range(55))]
    named = with_lines(f"columns: [{', '.join(HEADER)}]")
    twice = [*HEADER[:-1], "id"]
    return [
        Case("a column twice", text([GOOD], header=twice), (("duplicate_column", 1, "id"),)),
        Case("an unused column twice", text([(*GOOD, "", "")], header=[*HEADER, "x", "x"]), (("duplicate_column", 1, "x"),)),
        Case("the same column but for spaces", text([(*GOOD, "")], header=[*HEADER, " id "]), (("duplicate_column", 1, "id"),)),
        Case("a column is missing", text([GOOD[:-1]], header=HEADER[:-1]), (("missing_column", 1, "note"),)),
        Case("two columns are missing", text([GOOD[2:]], header=HEADER[2:]), (("missing_column", 1, "id"),)),
        Case("a header in other capitals", text([GOOD], header=["ID", *HEADER[1:]]), (("missing_column", 1, "id"),)),
        Case("spaces around names", text([GOOD], header=[f" {name} " for name in HEADER]), records=1),
        Case("columns in another order", text([GOOD[::-1]], header=HEADER[::-1]), records=1),
        Case("65 columns", text([(*GOOD, *[""] * 55)], header=wide), (("too_many_columns", 1, None),)),
        Case("64 columns", text([(*GOOD, *[""] * 54)], header=wide[:-1]), records=1),
        Case("unused column without a name", text([(*GOOD, "x")], header=[*HEADER, ""]), records=1),
        Case("no header, names declared", text([GOOD, row(id="T-2")]).split(b"\r\n", 1)[1], records=2, mapping=named),
        Case("no header, bad first row", text([row(effort="x")]).split(b"\r\n", 1)[1], (("number_format", 1, "effort"),), mapping=named),
        Case("line break in the header", text([GOOD], header=[*HEADER[:-1], "no\nte"]), records=1,
             mapping=MAPPING.replace("column: note", 'column: "no\\nte"')),
    ]


def _keys() -> list[Case]:
    other = row(note="another note")
    joined = MAPPING.replace("reference: id", 'reference: {columns: [id, function], join: "-"}')
    return [
        Case("the same row twice", text([GOOD, GOOD]), records=1),
        Case("the same row in another notation", text([GOOD, row(opened="2026-03-02T10:00:00+01:00", ordered="12.5", accepted="1")]),
             records=1),
        Case("one key, two values", text([GOOD, other]), (("duplicate_key", 3, "id"),)),
        Case("one key, three values", text([GOOD, other, row(note="third")]), (("duplicate_key", 3, "id"), ("duplicate_key", 4, "id"))),
        Case("keys that differ by case", text([GOOD, row(id="t-1")]), records=2),
        Case("keys that differ by spaces", text([GOOD, row(id=" T-1", note="x")]), (("duplicate_key", 3, "id"),)),
        Case("a key of two columns", text([GOOD, row(function="")]), (("required", 3, "reference"),), mapping=joined),
        Case("two faults in one row", text([row(effort="x", accepted="x")]),
             (("bool_format", 2, "accepted"), ("number_format", 2, "effort"))),
    ]
