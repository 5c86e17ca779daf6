"""A person's answers to rejected rows: applied to the file, remembered for the source, never guessed."""

from __future__ import annotations

from pathlib import Path

import pytest
from corpus import MAPPING, row, text
from test_door_checking import at, check

from keepscore.records.door import Known
from keepscore.records.mapping import loads_mapping
from keepscore.records.repairs import RepairError, Repairs, merged

KNOWN = Known(clients=frozenset({"marlowe"}))


def test_a_value_that_a_person_explained_is_read_as_meant(tmp_path: Path) -> None:
    content = text([row(id="T-1", client=" Marlow Foods "), row(id="T-2"), row(id="T-3", client="Zebra")])
    repairs = Repairs(values={"client": {"Marlow Foods": "marlowe"}})
    checked = check(tmp_path, content, known=KNOWN, repairs=repairs, leave_out_rejected=True)
    assert checked.tables["records"]["client"].to_pylist() == ["marlowe", "marlowe"]
    assert (checked.rejected_rows, checked.ready.to_pylist()) == ((4,), [2, 3])


def test_an_answer_joins_the_value_table_that_a_field_has() -> None:
    mapping = loads_mapping(MAPPING.replace("client: client", "client: {column: client, values: {M: marlow, N: northgate}}"))
    answered = merged(mapping, Repairs(values={"client": {"X": "halden", "marlow": "marlowe"}}))
    assert answered.fields["client"].values == {"M": "marlowe", "N": "northgate", "X": "halden"}
    assert mapping.fields["client"].values == {"M": "marlow", "N": "northgate"}


def test_a_field_without_a_value_table_lets_all_other_values_pass() -> None:
    answered = merged(loads_mapping(MAPPING), Repairs(values={"client": {"Marlow Foods": "marlowe"}}))
    assert (answered.fields["client"].replace, answered.fields["client"].values) == ({"Marlow Foods": "marlowe"}, None)


def test_a_mapping_file_can_hold_the_answers_itself(tmp_path: Path) -> None:
    mapping = MAPPING.replace("client: client", "client: {column: client, replace: {Marlow Foods: marlowe}}")
    assert check(tmp_path, text([row(client="Marlow Foods"), row(id="T-2")]), mapping, known=KNOWN).accepted


def test_an_answer_for_a_field_that_the_mapping_lacks_is_refused() -> None:
    with pytest.raises(RepairError, match="no field priority"):
        merged(loads_mapping(MAPPING), Repairs(values={"priority": {"a": "b"}}))


def test_a_corrected_cell_is_judged_in_place_of_the_one_found(tmp_path: Path) -> None:
    content = text([row(id="T-1", effort="x"), row(id="T-2", resolved="2026-01-01T00:00:00Z"), row(id="T-3", effort="x")])
    repairs = Repairs(cells={2: {"effort": "45"}, 3: {"resolved": "2026-03-04T00:00:00Z"}})
    checked = check(tmp_path, content, repairs=repairs, leave_out_rejected=True)
    assert checked.rejected_rows == (4,)
    assert checked.tables["records"]["effort_minutes"].to_pylist() == [45, 45]
    assert checked.tables["records"]["resolved_at"].to_pylist() == [at("2026-03-02T15:30"), at("2026-03-04T00:00")]


def test_the_original_and_its_hash_stay_as_they_are(tmp_path: Path) -> None:
    content = text([row(effort="x")])
    checked = check(tmp_path, content, repairs=Repairs(cells={2: {"effort": "45"}}))
    assert (checked.accepted, (tmp_path / "export").read_bytes()) == (True, content)
    assert checked.file_sha256 == check(tmp_path, content).file_sha256


def test_a_correction_for_a_row_or_column_that_is_not_there_is_refused(tmp_path: Path) -> None:
    content = text([row()]) + b"ragged\r\n"
    with pytest.raises(RepairError, match="row 9 has no cells"):
        check(tmp_path, content, repairs=Repairs(cells={9: {"effort": "1"}}))
    with pytest.raises(RepairError, match="row 3 has no cells that can be corrected"):
        check(tmp_path, content, repairs=Repairs(cells={3: {"effort": "1"}}))
    with pytest.raises(RepairError, match="no column 'hours'"):
        check(tmp_path, content, repairs=Repairs(cells={2: {"hours": "1"}}))


def test_rows_that_a_person_leaves_out_are_remembered_as_rejected_and_the_rest_is_accepted(tmp_path: Path) -> None:
    content = text([row(id="T-1"), row(id="T-2", effort="x"), row(id="T-3")]) + b"ragged\r\n"
    checked = check(tmp_path, content, repairs=Repairs(left_out=(3, 5)))
    assert (checked.accepted, checked.records, checked.rejected_rows, checked.faults) == (True, 2, (3, 5), ())


def test_leaving_out_one_of_two_rows_that_contradict_each_other_keeps_the_other(tmp_path: Path) -> None:
    checked = check(tmp_path, text([row(), row(note="other")]), repairs=Repairs(left_out=(3,)))
    assert (checked.accepted, checked.tables["records"]["note"].to_pylist()) == (True, ["a note"])


def test_a_row_that_is_not_there_cannot_be_left_out(tmp_path: Path) -> None:
    with pytest.raises(RepairError, match="row 7 cannot be left out"):
        check(tmp_path, text([row()]), repairs=Repairs(left_out=(7,)))


def test_all_rows_may_be_left_out(tmp_path: Path) -> None:
    checked = check(tmp_path, text([row(effort="x")]), repairs=Repairs(left_out=(2,)))
    assert (checked.accepted, checked.records, checked.rejected_rows) == (True, 0, (2,))


def test_repairs_are_kept_as_json_and_only_values_are_remembered() -> None:
    repairs = Repairs(values={"client": {"a": "b"}}, cells={2: {"effort": "1"}}, left_out=(3,))
    assert Repairs.model_validate_json(repairs.model_dump_json()) == repairs
    assert repairs.remembered == Repairs(values={"client": {"a": "b"}})


def test_later_answers_win_over_earlier_ones() -> None:
    one = Repairs(values={"client": {"a": "b", "c": "d"}}, cells={2: {"x": "1"}}, left_out=(9,))
    two = Repairs(values={"client": {"a": "z"}, "priority": {"P": "1"}}, cells={2: {"y": "2"}}, left_out=(3,))
    assert one.plus(two) == Repairs(
        values={"client": {"a": "z", "c": "d"}, "priority": {"P": "1"}}, cells={2: {"x": "1", "y": "2"}}, left_out=(3, 9)
    )  # fmt: skip
