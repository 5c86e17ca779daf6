"""Rows shown and written as they were found, with what is wrong beside the cell."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from corpus import HEADER, MAPPING, row, text, with_lines
from corpus_other import jsonl, parquet
from test_door_checking import NOW, check

from keepscore.records.door import Known, check_file
from keepscore.records.mapping import loads_mapping
from keepscore.records.preview import Cell, PreviewRow, preview_rows
from keepscore.records.rejected import write_rejected
from keepscore.records.repairs import Repairs

KNOWN = Known(clients=frozenset({"marlowe"}))


def test_rejected_rows_are_shown_with_every_column_and_what_is_wrong(tmp_path: Path) -> None:
    bad = row(id="T-2", client=" Marlow ", resolved="2026-01-01T00:00:00Z")
    content = text([[*row(), "x"], [*bad, "y"]], header=[*HEADER, "Unused"])
    checked = check(tmp_path, content, known=KNOWN)
    shown = preview_rows(tmp_path / "export", loads_mapping(MAPPING), checked.rejected_rows, checked=checked)
    wrong = {"client": "No such client", "resolved": "Before opened"}
    assert shown.columns == (*HEADER, "Unused")
    assert shown.rows == (PreviewRow(3, tuple(Cell(cell, wrong.get(name)) for name, cell in zip(shown.columns, [*bad, "y"], strict=True))),)


def test_ready_rows_are_shown_without_marks(tmp_path: Path) -> None:
    checked = check(tmp_path, text([row(effort="x"), row(id="T-2"), row(id="T-3")]))
    shown = preview_rows(tmp_path / "export", loads_mapping(MAPPING), checked.ready.to_pylist(), checked=checked)
    assert [(item.row, item.cells[0].text, [cell.wrong for cell in item.cells if cell.wrong]) for item in shown.rows] == [
        (3, "T-2", []), (4, "T-3", []),
    ]  # fmt: skip


def test_a_row_with_too_few_cells_is_shown_with_what_it_has(tmp_path: Path) -> None:
    checked = check(tmp_path, text([row()]) + b"T-2,marlowe\r\n")
    (found,) = preview_rows(tmp_path / "export", loads_mapping(MAPPING), checked.rejected_rows, checked=checked).rows
    assert (found.row, [cell.text for cell in found.cells][:3], found.wrong) == (3, ["T-2", "marlowe", ""], ("Too many or too few cells",))


def test_a_corrected_cell_is_shown_corrected(tmp_path: Path) -> None:
    repairs = Repairs(cells={2: {"effort": "7"}}, left_out=(3,))
    checked = check(tmp_path, text([row(effort="x"), row(id="T-2", effort="y")]), repairs=repairs)
    shown = preview_rows(tmp_path / "export", loads_mapping(MAPPING), [2, 3], checked=checked, repairs=repairs)
    assert [item.cells[7] for item in shown.rows] == [Cell("7"), Cell("y")]


def test_columns_that_the_mapping_does_not_read_are_shown_of_every_format(tmp_path: Path) -> None:
    named = dict(zip((*HEADER, "more"), (*row(effort="x"), "z"), strict=True))
    for content, mapping in (
        (jsonl(named), with_lines("format: jsonl")),
        (parquet({key: [value] for key, value in named.items()}), with_lines("format: parquet")),
    ):  # fmt: skip
        checked = check(tmp_path, content, mapping)
        shown = preview_rows(tmp_path / "export", loads_mapping(mapping), checked.rejected_rows, checked=checked)
        assert dict(zip(shown.columns, (cell.text for cell in shown.rows[0].cells), strict=True)) == named


def test_at_most_a_hundred_rows_are_shown(tmp_path: Path) -> None:
    checked = check(tmp_path, text([row(id=f"T-{at}") for at in range(300)]))
    assert len(preview_rows(tmp_path / "export", loads_mapping(MAPPING), checked.ready.to_pylist()).rows) == 100


def written(folder: Path, content: bytes, mapping: str = MAPPING, encoding: str = "utf-8-sig", mark: str = ",") -> list[dict[str, str]]:
    checked = check(folder, content, mapping, known=KNOWN)
    write_rejected([(folder / "export", checked)], folder / "rejected.csv", loads_mapping(mapping))
    with (folder / "rejected.csv").open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file, delimiter=mark))


def test_rejected_rows_are_written_in_their_own_columns_with_every_reason(tmp_path: Path) -> None:
    bad = row(id="=T-2", client="Marlow", effort="x", note="-5")
    (found,) = written(tmp_path, text([row(), bad]))
    assert {name: found[name] for name in HEADER} == dict(zip(HEADER, ["'=T-2", *bad[1:]], strict=True))
    assert found["keepscore row"] == "3"
    assert [part.rsplit("(", 1)[1] for part in found["keepscore reason"].split("; ") if "(" in part][-1] == "number_format)"
    assert "client: found 'Marlow'" in found["keepscore reason"]


def test_every_rejected_row_has_its_reason_not_only_the_first_hundred(tmp_path: Path) -> None:
    found = written(tmp_path, text([row(id=f"T-{at}", effort="x") for at in range(250)]))
    assert len(found) == 250
    assert all("effort: found 'x'" in item["keepscore reason"] for item in found)


def test_mended_rejected_rows_can_be_imported_by_the_same_mapping(tmp_path: Path) -> None:
    mapping = with_lines("delimiter: ;", "encoding: windows-1252")
    content = text([row(), row(id="T-2", note="Köln; West", effort="x")], mark=";").decode().encode("windows-1252") + b"T-3;short\r\n"
    found = written(tmp_path, content, mapping, "windows-1252", ";")
    assert [(item["id"], item["note"], item["keepscore row"]) for item in found] == [("T-2", "Köln; West", "3"), ("T-3", "", "4")]
    rejected = tmp_path / "rejected.csv"
    lines = rejected.read_bytes().replace(b";x;", b";30;").splitlines(keepends=True)
    rejected.write_bytes(b"".join(lines[:2]))
    mended = check_file(rejected, loads_mapping(mapping), known=KNOWN, now=NOW)
    assert mended.accepted
    assert mended.tables["records"]["note"].to_pylist() == ["Köln; West"]


def test_rows_that_a_person_left_out_are_written_too(tmp_path: Path) -> None:
    checked = check(tmp_path, text([row(), row(id="T-2")]), repairs=Repairs(left_out=(3,)))
    write_rejected([(tmp_path / "export", checked)], tmp_path / "out.csv", loads_mapping(MAPPING))
    assert (tmp_path / "out.csv").read_text(encoding="utf-8-sig").splitlines()[1].endswith("a note,3,left out")


def test_a_file_that_cannot_be_read_has_its_reason_alone(tmp_path: Path) -> None:
    assert "PDF" in written(tmp_path, b"%PDF-1.7 ...")[0]["keepscore reason"]


@pytest.mark.parametrize("cell", ["=1+1", "+cmd", "-2+3", "@x", "\tx"])
def test_cells_that_a_sheet_would_run_begin_with_an_apostrophe(tmp_path: Path, cell: str) -> None:
    assert written(tmp_path, text([row(note=cell, effort="x")]))[0]["note"] == f"'{cell}"
