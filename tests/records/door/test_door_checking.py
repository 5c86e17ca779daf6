"""The door as a whole: what a file says, whatever it looks like."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from corpus import GOOD, HEADER, MAPPING, row, text, with_lines
from corpus_other import jsonl, parquet
from corpus_sheets import workbook

from keepscore.engine.tables import MOMENT, PAUSES, PROMISE, RECORDS
from keepscore.records.door import Checked, Known, check_file
from keepscore.records.mapping import loads_mapping
from keepscore.records.readers.raw import BROWSER, Limits

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def check(folder: Path, content: bytes, mapping: str = MAPPING, **options: object) -> Checked:
    path = folder / "export"
    path.write_bytes(content)
    return check_file(path, loads_mapping(mapping), now=NOW, **options)  # type: ignore[arg-type]


def at(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=UTC)


def test_a_good_row_becomes_a_typed_record(tmp_path: Path) -> None:
    checked = check(tmp_path, text([GOOD]))
    assert checked.tables["records"].to_pylist() == [
        {
            "source": "servicedesk", "reference": "T-1", "client": "marlowe", "function": "desk", "opened_at": at("2026-03-02T09:00"),
            "due_at": at("2026-03-03T23:59:59"), "resolved_at": at("2026-03-02T15:30"), "cancelled_at": None, "priority": None,
            "site": None, "quantity_ordered": Decimal("12.500000"), "quantity_delivered": None, "accepted": True, "effort_minutes": 45,
            "in_scope": True, "note": "a note",
        }
    ]
    assert checked.tables["records"].schema.remove(15) == RECORDS
    assert (checked.accepted, checked.records, checked.newest) == (True, 1, at("2026-03-02T15:30"))


def test_the_same_content_has_the_same_digest_in_any_format_order_and_notation(tmp_path: Path) -> None:
    rows = [GOOD, row(id="T-2", note="line one\nline two"), row(id="T-3", client="Côte d'Ivoire", due="")]
    shuffled = [rows[2], rows[0], rows[1], rows[0]]
    other = [(*cells[:3], "2026-03-02T10:00:00.5+01:00", *cells[4:6], "12.500", *cells[7:]) for cells in rows]
    named = [dict(zip(HEADER, cells, strict=True)) for cells in rows]

    def sheet(book: object, page: object) -> None:
        for at_row, cells in enumerate(rows, start=1):
            for at_column, cell in enumerate(cells):
                page.write_string(at_row, at_column, cell)  # type: ignore[attr-defined]

    digests = [
        check(tmp_path, content, mapping).content_digest
        for content, mapping in [
            (text(rows), MAPPING),
            (text(shuffled, end="\r"), MAPPING),
            (text(rows, end="\n").decode().encode("utf-16"), MAPPING),
            (text(rows, mark="\t"), with_lines("format: tsv")),
            (text(other), MAPPING),
            (workbook(sheet), with_lines("format: xlsx")),
            (jsonl(*named), with_lines("format: jsonl")),
            (parquet({name: [item[name] for item in named] for name in HEADER}), with_lines("format: parquet")),
        ]
    ]
    assert digests == [digests[0]] * 8
    assert check(tmp_path, text([*rows[:2], row(id="T-3", client="Côte d'Ivoire", due="", effort="46")])).content_digest != digests[0]


def test_leaving_out_rejected_rows_keeps_the_good_ones_and_names_the_others(tmp_path: Path) -> None:
    content = text([row(id="T-1"), row(id="T-2", effort="x"), row(id="T-3")]) + b"ragged\r\n"
    kept = check(tmp_path, content, leave_out_rejected=True)
    assert (kept.tables["records"]["reference"].to_pylist(), kept.rejected_rows, kept.errors_total) == (["T-1", "T-3"], (3, 5), 2)
    assert check(tmp_path, content).tables["records"].num_rows == 0


def test_of_two_rows_that_contradict_each_other_neither_is_kept(tmp_path: Path) -> None:
    kept = check(tmp_path, text([GOOD, row(id="T-2"), row(note="other")]), leave_out_rejected=True)
    assert (kept.tables["records"]["reference"].to_pylist(), kept.rejected_rows, kept.errors_total) == (["T-2"], (2, 4), 1)


def test_at_most_100_faults_are_listed_and_all_are_counted(tmp_path: Path) -> None:
    checked = check(tmp_path, text([row(id=f"T-{n}", effort="x", accepted="x") for n in range(3_000)]))
    assert (len(checked.errors), checked.errors_total, len(checked.rejected_rows)) == (100, 6_000, 3_000)
    assert [error.row for error in checked.errors] == [n // 2 + 2 for n in range(100)]


def test_a_file_of_one_client_may_hold_no_other(tmp_path: Path) -> None:
    checked = check(tmp_path, text([GOOD, row(id="T-2", client="se")]), known=Known(only_client="marlowe"))
    assert [(e.reason, e.row, e.value) for e in checked.errors] == [("client_scope", 3, "se")]


def test_clients_that_differ_by_case_stay_two(tmp_path: Path) -> None:
    checked = check(tmp_path, text([row(client="se"), row(id="T-2", client="SE")]), known=Known(clients=frozenset({"se", "SE"})))
    assert checked.tables["records"]["client"].to_pylist() == ["se", "SE"]


def test_controls_in_a_value_are_shown_and_long_values_cut(tmp_path: Path) -> None:
    checked = check(tmp_path, text([row(note="\x1b[31m" + "x" * 100)]))
    assert [(e.reason, e.value) for e in checked.errors] == [("control_char", "\\x1b[31m" + "x" * 49 + "...")]


def test_a_promise_of_a_day_ends_with_the_local_day_and_other_days_begin_it(tmp_path: Path) -> None:
    mapping = MAPPING + "  seen: {column: resolved, type: moment}\n  until: {column: due, type: promise}\n"
    checked = check(tmp_path, text([row(opened="2025-03-30", due="2025-03-30", resolved="2025-07-01")]), mapping)
    [record] = checked.tables["records"].to_pylist()
    assert [record[name] for name in ("opened_at", "due_at", "resolved_at", "seen", "until")] == [
        at("2025-03-30T00:00"), at("2025-03-30T22:59:59"), at("2025-06-30T23:00"), at("2025-06-30T23:00"), at("2025-03-30T22:59:59"),
    ]
    assert checked.tables["records"].schema.field("until").metadata == PROMISE
    assert checked.tables["records"].schema.field("seen").type == MOMENT


@pytest.mark.parametrize(
    ("zone", "day", "begins", "ends"),
    [
        ("Africa/Cairo", "2024-04-26", "2024-04-25T22:00", "2024-04-26T20:59:59"),          # midnight skipped
        ("America/Havana", "2024-11-03", "2024-11-03T04:00", "2024-11-04T04:59:59"),        # midnight twice: the first
        ("Australia/Lord_Howe", "2024-10-06", "2024-10-05T13:30", "2024-10-06T12:59:59"),   # half an hour
    ],
)
def test_a_day_has_a_first_and_a_last_second_in_every_zone(tmp_path: Path, zone: str, day: str, begins: str, ends: str) -> None:
    checked = check(tmp_path, text([row(opened=day, due=day, resolved="")]), with_lines(f"timezone: {zone}"))
    assert [checked.tables["records"][name].to_pylist() for name in ("opened_at", "due_at")] == [[at(begins)], [at(ends)]]


LOG = with_lines("rows: event", "latest_by: [at, step]") + """\
pauses: {state: state, at: at, states: {Waiting: client, Vendor: third party}}
"""


def test_an_event_log_gives_the_last_event_of_each_record_and_its_pauses(tmp_path: Path) -> None:
    def event(reference: str, when: str, step: int, state: str, note: str) -> tuple[str, ...]:
        return (*row(id=reference, note=note), f"2026-03-02 {when}", str(step), state)

    events = [
        event("T-1", "09:00", 1, "New", "a"), event("T-1", "10:00", 2, "Waiting", "b"), event("T-1", "10:30", 3, "Waiting", "c"),
        event("T-1", "11:00", 4, "Work", "d"), event("T-1", "12:00", 5, "Vendor", "e"), event("T-1", "12:00", 6, "Work", "f"),
        event("T-2", "09:00", 9, "Waiting", "g"), event("T-2", "09:00", 10, "Vendor", "h"),
    ]
    shuffled = random.Random(4).sample(events, len(events))
    checked = check(tmp_path, text(shuffled, header=[*HEADER, "at", "step", "state"]), LOG)
    assert sorted(zip(*(checked.tables["records"][name].to_pylist() for name in ("reference", "note")), strict=True)) == [
        ("T-1", "f"), ("T-2", "h"),
    ]
    pauses = checked.tables["pauses"]
    assert pauses.schema == PAUSES
    assert sorted(tuple(pause.values()) for pause in pauses.to_pylist()) == [
        ("servicedesk", "T-1", at("2026-03-02T10:00"), at("2026-03-02T11:00"), "Waiting", "client"),
        ("servicedesk", "T-2", at("2026-03-02T09:00"), None, "Vendor", "third party"),
    ]


def test_events_of_one_moment_and_step_are_ordered_by_row(tmp_path: Path) -> None:
    events = [(*row(note=note), "2026-03-02 09:00", "1", "New") for note in ("first", "second")]
    checked = check(tmp_path, text(events, header=[*HEADER, "at", "step", "state"]), LOG)
    assert checked.tables["records"]["note"].to_pylist() == ["second"]


def test_a_browser_file_has_at_most_50_megabytes_and_a_limit_of_rows_holds(tmp_path: Path) -> None:
    large = check(tmp_path, text([GOOD]) + b" " * 50_000_000, limits=BROWSER)
    many = check(tmp_path, text([row(id=f"T-{n}") for n in range(11)]), limits=Limits(rows=10))
    assert [[e.reason for e in checked.errors] for checked in (large, many)] == [["too_large"], ["too_large"]]


def test_the_numbers_of_rows_hold_over_many_blocks(tmp_path: Path) -> None:
    rows = [row(id=f"T-{n}", note="x\ny" if n % 7 == 0 else "x" * 60) for n in range(60_000)]
    rows[50_000] = row(id="T-50000", effort="x")
    checked = check(tmp_path, text(rows) + b"ragged\r\n")
    assert [(e.reason, e.row) for e in checked.errors] == [("number_format", 50_002), ("row_shape", 60_002)]


def test_a_table_without_rejected_rows_keeps_the_order_of_the_file(tmp_path: Path) -> None:
    checked = check(tmp_path, text([row(id=name) for name in ("T-3", "T-1", "T-2")]))
    assert checked.tables["records"]["reference"].combine_chunks() == pa.array(["T-3", "T-1", "T-2"])
