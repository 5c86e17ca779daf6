"""The errors of a file, grouped by what would mend them."""

from __future__ import annotations

from pathlib import Path

from corpus import MAPPING, row, text
from corpus_sheets import workbook
from test_door_checking import check

from keepscore.records.door import Known
from keepscore.records.error_groups import ErrorGroup, Option, group_errors
from keepscore.records.mapping import loads_mapping

WITH_PRIORITY = MAPPING.replace("  due_at: due\n", "  due_at: due\n  priority: function\n").replace("  function: function\n", "")
KNOWN = Known(clients=frozenset({"marlowe", "northgate"}), priorities=frozenset({"1", "2", "3", "4"}))


def groups(
    folder: Path, rows: list[tuple[str, ...]], mapping: str = WITH_PRIORITY, known: Known = KNOWN, **more: object
) -> tuple[ErrorGroup, ...]:
    checked = check(folder, text(rows), mapping, known=known)
    return group_errors(checked, loads_mapping(mapping), known=known, **more)  # type: ignore[arg-type]


def said(found: tuple[ErrorGroup, ...]) -> list[tuple[str, str, str]]:
    return [(group.title, group.detail, group.repair) for group in found]


def test_one_unknown_value_is_one_group_with_what_could_be_meant(tmp_path: Path) -> None:
    rows = [row(id=f"T-{at}", function="P2-High" if at % 2 else "2") for at in range(18)]
    assert groups(tmp_path, rows) == (
        ErrorGroup(
            reason="enum", field="priority", column="function", value="P2-High", rows=9, first=(3, 5, 7, 9, 11, 13, 15, 17, 19),
            title="“P2-High” is not one of your priorities",
            detail="Column function, rows 3, 5, 7 and 6 more. You use 1, 2, 3 and 4.", repair="choose",
            options=(Option("1", "1"), Option("2", "2"), Option("3", "3"), Option("4", "4")), suggested=Option("2", "2"),
        ),
    )  # fmt: skip


def test_an_unknown_client_names_its_closest_match_as_people_call_it(tmp_path: Path) -> None:
    rows = [row(id=f"T-{at}", client="Marlow Foods", function="1") for at in range(3)]
    (found,) = groups(tmp_path, rows, labels={"client": {"marlowe": "Marlowe Foods", "northgate": "Northgate"}})
    assert said((found,)) == [("No client called “Marlow Foods”", "Column client, rows 2 to 4. Closest match: Marlowe Foods.", "choose")]
    assert found.suggested == Option("marlowe", "Marlowe Foods")


def test_an_unknown_client_like_no_other_has_no_suggestion(tmp_path: Path) -> None:
    (found,) = groups(tmp_path, [row(client="Zebra", function="1")])
    assert (found.detail, found.suggested, len(found.options)) == ("Column client, row 2. No client has a name like it.", None, 2)


def test_dates_in_the_wrong_order_name_both_columns(tmp_path: Path) -> None:
    rows = [row(id=f"T-{at}", function="1", resolved="2026-03-01T00:00:00Z") for at in range(2)]
    wanted = "Columns opened and resolved, rows 2 and 3. Both dates can be read, but the order cannot be right."
    assert said(groups(tmp_path, rows)) == [("Closed before it was opened", wanted, "correct")]


def test_dates_that_cannot_be_read_show_how_they_would_be_written(tmp_path: Path) -> None:
    mapping = WITH_PRIORITY.replace("opened_at: opened", 'opened_at: {column: opened, format: "%d/%m/%Y %H:%M"}')
    assert said(groups(tmp_path, [row(opened="soon", function="1")], mapping)) == [
        ("opened holds dates that cannot be read", "Column opened, row 2. Write 31/12/2026 17:30.", "correct")
    ]


def test_every_error_of_a_file_is_in_a_group_not_only_the_first_hundred(tmp_path: Path) -> None:
    rows = [row(id=f"T-{at}", function=f"P{at % 3 + 5}", effort="x" if at % 2 else "1") for at in range(3_000)]
    checked = check(tmp_path, text(rows), WITH_PRIORITY, known=KNOWN)
    found = group_errors(checked, loads_mapping(WITH_PRIORITY), known=KNOWN)
    assert [(group.reason, group.value, group.rows) for group in found] == [
        ("number_format", None, 1_500), ("enum", "P5", 1_000), ("enum", "P6", 1_000), ("enum", "P7", 1_000),
    ]  # fmt: skip
    assert (len(checked.errors), checked.errors_total) == (100, 4_500)


def test_many_different_unknown_values_stand_together_after_the_most_frequent(tmp_path: Path) -> None:
    found = groups(tmp_path, [row(id=f"T-{at}", client=f"c{at}", function="1") for at in range(90)])
    assert len(found) == 51
    assert found[0].title == "40 other values of client are not known"
    assert (found[0].rows, found[0].values, found[0].repair) == (40, 40, "correct")


def test_a_value_table_of_the_mapping_says_what_could_be_chosen(tmp_path: Path) -> None:
    mapping = MAPPING.replace("  accepted: accepted\n", "  accepted: {column: accepted, values: {ja: true, nein: false}}\n")
    (found,) = groups(tmp_path, [row(accepted="jaa")], mapping, Known())
    assert said((found,)) == [("“jaa” is not a known value of accepted", "Column accepted, row 2. You use true and false.", "choose")]
    assert (found.field, found.options) == ("accepted", (Option("true", "true"), Option("false", "false")))


def test_the_same_number_in_rows_that_differ_counts_all_of_them(tmp_path: Path) -> None:
    (found,) = groups(tmp_path, [row(function="1"), row(function="2"), row(id="T-2", function="1")])
    assert (found.title, found.first, found.rows) == ("The same id stands in rows that differ", (2, 3), 2)


def test_rows_that_cannot_be_told_apart_can_only_be_left_out(tmp_path: Path) -> None:
    path = tmp_path / "export"
    path.write_bytes(text([row(function="1")]) + b"T-2,marlowe\r\n")
    checked = check(tmp_path, path.read_bytes(), WITH_PRIORITY)
    assert said(group_errors(checked, loads_mapping(WITH_PRIORITY))) == [
        ("Rows with too many or too few cells", "Row 3. Put text that holds the delimiter into quotes.", "leave_out")
    ]


def test_formulas_of_a_sheet_are_grouped_by_column(tmp_path: Path) -> None:
    def fill(book: object, page: object) -> None:
        for at in range(1, 4):
            for column, cell in enumerate(row(id=f"T-{at}")):
                page.write_string(at, column, cell)  # type: ignore[attr-defined]
        page.write_formula(2, 9, "=1+1")  # type: ignore[attr-defined]

    mapping = MAPPING.replace("timezone:", "format: xlsx\ntimezone:")
    checked = check(tmp_path, workbook(fill), mapping)
    assert said(group_errors(checked, loads_mapping(mapping))) == [
        ("note holds formulas", "Column note, row 3. Paste the values instead.", "leave_out")
    ]


def test_a_file_that_cannot_be_read_needs_another_file(tmp_path: Path) -> None:
    checked = check(tmp_path, b"%PDF-1.7 ...")
    (found,) = group_errors(checked, loads_mapping(MAPPING))
    assert (found.title, found.repair, found.rows) == ("The file cannot be read", "new_file", 0)
