"""JSON lines, Parquet, joined files, event logs, and the tables beside records."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from corpus import GOOD, HEADER, MAPPING, Case, Found, text, with_lines

JSONL = with_lines("format: jsonl")
PARQUET = with_lines("format: parquet")
ROW: dict[str, Any] = dict(zip(HEADER, GOOD, strict=True))


def cases() -> list[Case]:
    return [*_lines(), *_columnar(), *_joined(), *_events(), *_tables()]


def jsonl(*rows: Any) -> bytes:
    return b"".join((row if isinstance(row, str) else json.dumps(row, ensure_ascii=False)).encode() + b"\n" for row in rows)


def _lines() -> list[Case]:
    def case(name: str, content: bytes | Callable[[], bytes], *errors: Found, records: int = 0, heavy: bool = False) -> Case:
        return Case(f"JSON lines: {name}", content, errors, records, JSONL, "jsonl", heavy=heavy)

    typed = {**ROW, "ordered": 12.5, "effort": 45, "accepted": True, "note": None}
    second = {**ROW, "id": "T-2"}
    return [
        case("texts", jsonl(ROW, second), records=2),
        case("typed values", jsonl(typed), records=1),
        case("keys left out where blank", jsonl(ROW, {"id": "T-2", "client": "marlowe", "opened": "2026-03-02"}), records=2),
        case("blank lines and a mark", b"\xef\xbb\xbf\n" + jsonl(ROW), records=1),
        case("an exponent", jsonl(json.dumps(ROW).replace('"12.50"', "1e3")), ("number_format", 1, "ordered")),
        case("a number beyond reason", jsonl(json.dumps(ROW).replace('"12.50"', "9" * 5_000)), ("out_of_range", 1, "ordered")),
        case("NaN", jsonl(json.dumps(ROW).replace('"12.50"', "NaN")), ("syntax", 1, None)),
        case("a broken line", jsonl(ROW, "{\"id\": "), ("syntax", 2, None)),
        case("single quotes", jsonl(ROW, "{'id': 'x'}"), ("syntax", 2, None)),
        case("a key twice", jsonl('{"id": "1", "id": "2"}', ROW), ("duplicate_column", 1, "id")),
        case("a list in a cell", jsonl({**ROW, "note": ["a"]}, second), ("row_shape", 1, "note")),
        case("an object in a cell", jsonl({**ROW, "note": {"a": 1}}, second), ("row_shape", 1, "note")),
        case("a list as a line", jsonl(ROW, [1, 2]), ("row_shape", 2, None)),
        case("one array over all", json.dumps([ROW]).encode(), ("row_shape", 1, None)),
        case("an array over lines", b"[\n" + jsonl(ROW)[:-1] + b"\n]\n", ("syntax", 1, None), ("syntax", 3, None)),
        case("lists without end", jsonl(ROW) + b"[" * 200_000, ("depth", 2, None), heavy=True),
        case("a missing key", jsonl({key: value for key, value in ROW.items() if key != "note"}), ("missing_column", None, "note")),
        case("a lone surrogate", jsonl(json.dumps({**ROW, "note": "x"}).replace('"x"', '"\\ud800"')), ("syntax", 1, None)),
        case("a hidden NUL", jsonl({**ROW, "note": "a\0b"}), ("control_char", 1, "note")),
        case("65 keys", jsonl({f"k{at}": "" for at in range(65)}), ("too_many_columns", 1, None)),
        case("a line of ten megabytes", jsonl({**ROW, "note": "x" * 10_000_000}), ("too_large", 1, None), heavy=True),
        case("a CSV called JSON lines", text([GOOD]), ("syntax", 1, None), ("syntax", 2, None)),
        case("no lines", b"\n\n", ("empty", None, None)),
    ]


def parquet(columns: dict[str, Any], **options: Any) -> bytes:
    stream = io.BytesIO()
    pq.write_table(pa.table(columns), stream, **options)
    return stream.getvalue()


def _columnar() -> list[Case]:
    def case(name: str, content: bytes | Callable[[], bytes], *errors: Found, records: int = 0, heavy: bool = False) -> Case:
        return Case(f"Parquet: {name}", content, errors, records, PARQUET, "parquet", heavy=heavy)

    texts = {name: [value] for name, value in ROW.items()}
    typed = {
        **texts, "opened": pa.array([datetime.fromisoformat("2026-03-02T09:00")], pa.timestamp("ns")), "due": pa.array([date(2026, 3, 3)]),
        "resolved": pa.array([datetime(2026, 3, 2, 15, 30, tzinfo=UTC)]), "ordered": pa.array([12.5]), "effort": pa.array([45], pa.int16()),
        "accepted": pa.array([True]), "client": pa.array(["marlowe"]).dictionary_encode(), "note": pa.nulls(1),
    }
    plain = parquet(texts)
    return [
        case("texts", plain, records=1),
        case("typed columns", parquet(typed), records=1),
        case("a bad value", parquet({**texts, "effort": ["x"]}), ("number_format", 1, "effort")),
        case("a float that is no number", parquet({**typed, "ordered": pa.array([float("nan")])}), ("number_format", 1, "ordered")),
        case("a column twice", _twice(), ("duplicate_column", None, "id")),
        case("a missing column", parquet({name: texts[name] for name in HEADER[:-1]}), ("missing_column", None, "note")),
        case("lists in a column", parquet({**texts, "note": [["a"]]}), ("schema", None, "note")),
        case("bytes in a column", parquet({**texts, "note": [b"a"]}), ("schema", None, "note")),
        case("text that is not UTF-8", parquet({**texts, "note": pa.array([b"\xff"]).view(pa.string())}), ("encoding", None, "note")),
        case("65 columns", parquet({f"c{at}": ["x"] for at in range(65)}), ("too_many_columns", None, None)),
        case("no rows", parquet({name: pa.array([], pa.string()) for name in HEADER}), ("empty", None, None)),
        case("cut short", plain[:-20], ("corrupt", None, None)),
        case("damaged footer", plain[:-60] + b"\xff" * 40 + plain[-20:], ("corrupt", None, None)),
        case("a text called Parquet", text([GOOD]), ("file_type", None, None)),
        case("encrypted", b"PARE" + plain[4:-4] + b"PARE", ("encrypted", None, None)),
        case("millions of rows from nothing", _from_nothing, ("zip_bomb", None, None), heavy=True),
    ]


def _from_nothing() -> bytes:
    rows = pa.array([0] * 5_000_000)
    return parquet({name: pa.array([value]).dictionary_encode().take(rows) for name, value in ROW.items()})


def _twice() -> bytes:
    stream = io.BytesIO()
    names = [*HEADER, "id"]
    pq.write_table(pa.Table.from_arrays([pa.array(["x"]) for _ in names], names=names), stream)
    return stream.getvalue()


def _joined() -> list[Case]:
    mapping = MAPPING.replace("client: client", "client: name").replace("fields:", "join: {file: clients.csv, on: client}\nfields:")
    clients = b"client,name\r\nm,marlowe\r\n"

    def case(name: str, there: bytes | None, *errors: Found, records: int = 0, client: str = "m") -> Case:
        content = text([("T-1", client, *GOOD[2:])])
        return Case(f"join: {name}", content, errors, records, mapping, beside=() if there is None else (("clients.csv", there),))

    return [
        case("found", clients, records=1),
        case("not found", clients, ("required", 2, "name"), client="x"),
        case("no file", None, ("missing_column", None, None)),
        case("a key twice", clients + b"m,other\r\n", ("duplicate_key", None, "client")),
        case("no such column", b"key,name\r\nm,marlowe\r\n", ("missing_column", 1, "client")),
        case("ragged", clients + b"x\r\n", ("row_shape", None, None)),
    ]


def _events() -> list[Case]:
    mapping = with_lines("rows: event", "latest_by: [at, step]") + (
        "pauses: {state: state, at: at, states: {Waiting: client, Vendor: third party}}\n"
    )
    header = [*HEADER, "at", "step", "state"]

    def log(*events: tuple[str, str, str, str], **cells: str) -> bytes:
        cell = dict(zip(HEADER, GOOD, strict=True)) | cells
        return text([(ref, *[cell[name] for name in HEADER[1:]], at, step, state) for ref, at, step, state in events], header=header)

    return [
        Case("events: the last one counts", log(("T-1", "2026-03-02 09:00", "1", "New"), ("T-1", "2026-03-02 10:00", "2", "Waiting"),
             ("T-2", "2026-03-02 09:00", "1", "New")), records=2, mapping=mapping),
        Case("events: one without order", log(("T-1", "", "1", "New")), (("required", 2, "at"),), mapping=mapping),
        Case("events: one without record", log(("", "2026-03-02 09:00", "1", "New")), (("required", 2, "id"),), mapping=mapping),
        Case("events: a moment of no form", log(("T-1", "then", "1", "New")), (("date_format", 2, "at"),), mapping=mapping),
        Case("events: a bad value that is kept", log(("T-1", "2026-03-02 09:00", "1", "New"), effort="x"),
             (("number_format", 2, "effort"),), mapping=mapping),
        Case("events: no such column", text([GOOD]), (("missing_column", 1, "at"),), mapping=mapping),
    ]


def _tables() -> list[Case]:
    head = "keepscore: 1\nsource: servicedesk\ntimezone: Europe/London\n"
    pauses = head + "table: pauses\nfields: {reference: id, started_at: from, ended_at: to, side: side, reason: why}\n"
    outages = head + (
        "table: outages\nfields: {reference: id, client: client, component: part, started_at: from, ended_at: to, planned: planned}\n"
    )
    values = head + "table: values\nfields: {client: client, measure: measure, at: at, value: value, of: of}\n"

    def case(name: str, mapping: str, content: str, *errors: Found, records: int = 0) -> Case:
        return Case(name, content.encode(), errors, records, mapping)

    pause, outage, value = "id,from,to,side,why\n", "id,client,part,from,to,planned\n", "client,measure,at,value,of\n"
    return [
        case("pauses", pauses, pause + "T-1,2026-03-02 09:00,2026-03-02 10:00,client,x\nT-1,2026-03-03 09:00,,third party,\n", records=2),
        case("pauses: no such side", pauses, pause + "T-1,2026-03-02 09:00,,them,x\n", ("enum", 2, "side")),
        case("pauses: ends before it begins", pauses, pause + "T-1,2026-03-02 09:00,2026-03-02 08:00,client,x\n", ("date_order", 2, "to")),
        case("outages", outages, outage + "O-1,marlowe,wan,2026-03-02 09:00,,\n", records=1),
        case("outages: no component", outages, outage + "O-1,marlowe,,2026-03-02 09:00,,no\n", ("required", 2, "part")),
        case("outages: not yes or no", outages, outage + "O-1,marlowe,wan,2026-03-02 09:00,,perhaps\n", ("bool_format", 2, "planned")),
        case("values", values, value + "marlowe,licences,2026-03-31,412,500\nmarlowe,csat,2026-03-31,-4.25,\n", records=2),
        case("values: no number", values, value + "marlowe,licences,2026-03-31,many,\n", ("number_format", 2, "value")),
        case("values: too many decimals", values, value + "marlowe,licences,2026-03-31,0.12345678901,\n", ("out_of_range", 2, "value")),
        case("values: two figures for one moment", values, value + "marlowe,csat,2026-03-31,4,\nmarlowe,csat,2026-03-31,5,\n",
             ("duplicate_key", 3, "at")),
    ]
