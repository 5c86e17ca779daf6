"""A record is found by its reference, by those who may see it."""

import pytest
from store_builders import NOW, judged, moment, pause, record

from keepscore.records.store import RecordStore
from keepscore.records.store_search import Found, RecordView, find_records, prepare_search
from keepscore.records.store_search import record as record_of


@pytest.fixture
def store(tmp_path):
    return RecordStore(tmp_path / "store")


def load(store, rows, **more):
    return store.import_checked(judged(rows, **more), source="desk", now=NOW, allow_older=True)


def names(found):
    return [item.reference for item in found]


def test_a_search_finds_what_is_the_text_first_and_then_the_newest_that_begins_with_it(store):
    opened = {"INC-1": "2026-03-01", "INC-12": "2026-03-02", "inc-19": "2026-04-03", "REQ-1": "2026-04-04"}
    load(store, [record(reference, day) for reference, day in opened.items()])
    assert find_records(store, " inc-1", clients=None) == (
        Found("desk", "INC-1", "marlowe", moment("2026-03-01")),
        Found("desk", "inc-19", "marlowe", moment("2026-04-03")),
        Found("desk", "INC-12", "marlowe", moment("2026-03-02")),
    )
    assert names(find_records(store, "INC", clients=None, limit=2)) == ["inc-19", "INC-12"]


def test_only_records_of_clients_that_may_be_seen_are_found(store):
    load(store, [record("INC-1", "2026-03-01"), record("INC-2", "2026-03-02", client="halden")])
    assert names(find_records(store, "INC", clients=frozenset({"halden"}))) == ["INC-2"]
    assert find_records(store, "INC", clients=frozenset()) == ()
    assert find_records(store, "INC", clients=frozenset({"nobody"})) == ()


@pytest.mark.parametrize("text", ["", "   ", "X", "%", "NC-1", "INC-1 "[:0]])
def test_a_text_that_nothing_begins_with_finds_nothing(store, text):
    load(store, [record("INC-1", "2026-03-01")])
    assert find_records(store, text, clients=None) == ()


def test_an_empty_store_is_searched_without_making_anything(store, tmp_path):
    prepare_search(store)
    assert find_records(store, "INC", clients=None) == ()
    assert list(tmp_path.iterdir()) == []


def test_letters_beyond_ascii_are_found_in_either_case(store):
    load(store, [record("Störung-7", "2026-03-01")])
    assert names(find_records(store, "STÖRUNG", clients=None)) == ["Störung-7"]


def test_what_was_just_imported_or_undone_is_found_or_not(store):
    load(store, [record("INC-1", "2026-03-01")])
    assert names(find_records(store, "INC", clients=None)) == ["INC-1"]
    batch = load(store, [record("INC-2", "2026-03-05")])
    assert names(find_records(store, "INC", clients=None)) == ["INC-2", "INC-1"]
    store.undo_last(now=NOW, expected=batch.batch)
    assert names(find_records(store, "INC", clients=None)) == ["INC-1"]
    assert names(find_records(store.at({"batches": 2}), "INC", clients=None)) == ["INC-2", "INC-1"]


def test_the_list_for_searching_is_made_anew_when_it_is_missing_or_damaged(store):
    load(store, [record("INC-1", "2026-03-01")])
    prepare_search(store)
    (place,) = (store.root / "search").iterdir()
    place.write_bytes(b"half")
    assert names(find_records(store, "INC", clients=None)) == ["INC-1"]
    place.unlink()
    assert names(find_records(store, "INC", clients=None)) == ["INC-1"]
    assert place.exists()


def test_only_the_list_of_the_present_version_is_kept(store):
    for number in range(3):
        load(store, [record(f"INC-{number}", f"2026-03-0{number + 1}")])
        prepare_search(store)
    assert len(list((store.root / "search").iterdir())) == 1


def test_a_record_is_shown_with_its_pauses_and_its_earlier_states(store):
    load(store, [record("T-1", "2026-03-02", priority="P3")], pauses=[pause("T-1", "2026-03-07"), pause("T-1", "2026-03-05", "2026-03-06")])
    load(store, [record("T-1", "2026-03-02", priority="P1")], pauses=[pause("T-1", "2026-03-05", "2026-03-06")])
    view = record_of(store, "desk", "T-1")
    assert isinstance(view, RecordView)
    assert (view.columns["priority"], view.columns["client"]) == ("P1", "marlowe")
    assert [state["priority"] for state in view.states] == ["P3", "P1"]
    assert [item["started_at"] for item in view.pauses] == [moment("2026-03-05")]


def test_a_record_of_a_client_that_may_not_be_seen_is_not_there(store):
    load(store, [record("T-1", "2026-03-02")])
    assert record_of(store, "desk", "T-1", clients=frozenset({"halden"})) is None
    assert record_of(store, "desk", "T-9") is None
    assert record_of(store, "field", "T-1") is None


def test_earlier_states_under_another_client_are_not_shown_to_who_may_not_see_it(store):
    load(store, [record("T-1", "2026-03-02", client="halden")])
    load(store, [record("T-1", "2026-03-02", client="marlowe")])
    view = record_of(store, "desk", "T-1", clients=frozenset({"marlowe"}))
    assert [state["client"] for state in view.states] == ["marlowe"]
