"""The last batch can be taken back: what is read, what is remembered, what is touched."""

import os
import random
import shutil
import signal
import time
from dataclasses import replace

import pyarrow as pa
import pytest
from crash_child import UNDO
from deltalake import DeltaTable, write_deltalake
from store_builders import NOW, content, judged, moment, pause, record

from keepscore.engine.tables import VALUE
from keepscore.records import store_batches
from keepscore.records.store import RecordStore
from keepscore.records.store_errors import NotTheLast, StoreUnreadable
from keepscore.records.store_undo import Undone

NAMES = ("records", "pauses", "outages", "values")


@pytest.fixture
def store(tmp_path):
    return RecordStore(tmp_path / "store")


def load(store, file, **more):
    return store.import_checked(file, source="desk", now=NOW, **more)


def first():
    rows = [record("T-1", "2026-03-02", priority="P3"), record("T-2", "2026-03-03"), record("T-3", "2026-04-03", client="northgate")]
    return judged(rows, pauses=[pause("T-1", "2026-03-05", "2026-03-06")])


def second():
    """Corrects a record, moves one to another month, brings one, changes the pauses of one, and brings a figure."""
    rows = [record("T-1", "2026-03-02", priority="P1"), record("T-2", "2026-02-20"), record("T-4", "2026-05-04", client="halden")]
    figure = {"client": "marlowe", "measure": "licences", "at": moment("2026-01-31"), "value": 7}
    return judged(rows, pauses=[pause("T-1", "2026-03-05", "2026-03-07")], values=[figure], newest=moment("2026-05-05"))


def state(store):
    return {name: content(store, name) for name in NAMES} | {"complete": store.tables().complete_to}


def test_after_an_undo_the_store_reads_as_before_the_batch(store):
    load(store, first())
    before = state(store)
    batch = load(store, second())
    undone = store.undo_last(now=NOW, expected=batch.batch)
    touched = {("marlowe", "2026-02"), ("marlowe", "2026-03"), ("halden", "2026-05"), ("marlowe", "2026-01")}
    assert undone == Undone(batch.batch, NOW, 1, 2, frozenset(touched))
    assert state(store) == before
    assert [row["replaced_by"] for row in store.history("desk", "T-1")] == [None]


def test_an_undo_touches_the_months_that_the_import_touched(store):
    load(store, first())
    batch = load(store, second())
    assert store.undo_last(now=NOW, expected=batch.batch).touched == batch.touched


def test_what_a_batch_touched_can_be_asked_again_later(store):
    one, two = load(store, first()), load(store, second())
    store.undo_last(now=NOW, expected=two.batch)
    three = load(store, second())
    assert [store.touched_by(batch) for batch in (one.batch, two.batch, three.batch)] == [one.touched, two.touched, three.touched]
    with pytest.raises(LookupError, match="no batch 9"):
        store.touched_by("9")


def test_the_list_still_says_that_the_batch_was_there_and_when_it_was_undone(store):
    one, two = load(store, first()), load(store, second())
    store.undo_last(now=NOW, expected=two.batch)
    assert [(batch.number, batch.id, batch.undone_at) for batch in store.batches()] == [(1, one.batch, None), (2, two.batch, NOW)]
    assert store.version()["batches"] == 3


def test_who_pinned_the_undone_version_still_reads_it(store):
    load(store, first())
    batch = load(store, second())
    pinned, there = store.version(), state(store)
    store.undo_last(now=NOW, expected=batch.batch)
    load(store, judged([record("T-9", "2026-05-09")]))
    assert state(store.at(pinned)) == there
    assert [entry.undone_at for entry in store.at(pinned).batches()] == [None, None]


def test_a_version_pinned_after_the_undo_stays_as_it_was(store):
    load(store, first())
    store.undo_last(now=NOW, expected=load(store, second()).batch)
    pinned, there = store.version(), state(store)
    load(store, second())
    assert state(store.at(pinned)) == there


def test_the_same_file_is_loaded_again_after_its_undo(store):
    load(store, first())
    batch = load(store, second())
    there = state(store)
    store.undo_last(now=NOW, expected=batch.batch)
    again = load(store, second())
    assert (again.recognised, again.inserted, again.updated, again.touched) == (False, 1, 2, batch.touched)
    assert state(store) == there
    assert [entry.number for entry in store.batches()] == [1, 2, 4]


def test_the_file_before_an_undone_one_is_recognised(store):
    one = load(store, first())
    store.undo_last(now=NOW, expected=load(store, second()).batch)
    again = load(store, first())
    assert (again.recognised, again.batch) == (True, one.batch)


def test_only_the_last_batch_can_be_undone(store):
    one, two = load(store, first()), load(store, second())
    there = state(store)
    with pytest.raises(NotTheLast, match=f"Batch {one.batch} is not the last: the last one is {two.batch}"):
        store.undo_last(now=NOW, expected=one.batch)
    assert (state(store), len(store.batches())) == (there, 2)


def test_an_empty_store_has_nothing_to_undo_and_is_not_made(store, tmp_path):
    with pytest.raises(NotTheLast, match="the record store holds no batch"):
        store.undo_last(now=NOW, expected="000001-x")
    assert list(tmp_path.iterdir()) == []


def test_an_undo_that_is_repeated_changes_nothing_and_says_the_same(store):
    load(store, first())
    batch = load(store, second())
    once = store.undo_last(now=NOW, expected=batch.batch)
    again = store.undo_last(now=NOW.replace(hour=23), expected=batch.batch)
    assert again == replace(once, recognised=True)
    assert store.version()["batches"] == 3


def test_batches_are_undone_one_after_the_other_down_to_nothing(store):
    one, two = load(store, first()), load(store, second())
    store.undo_last(now=NOW, expected=two.batch)
    undone = store.undo_last(now=NOW, expected=one.batch)
    assert undone.touched == one.touched
    assert state(store) == {**{name: [] for name in NAMES}, "complete": {}}
    assert counted(load(store, second())) == (3, 0, 0)


def counted(result):
    return result.inserted, result.updated, result.unchanged


def test_a_column_that_only_the_undone_batch_had_may_come_back_with_another_type(store):
    load(store, first())
    batch = load(store, judged([record("T-1", "2026-04-04", grade=1)], more=[pa.field("grade", VALUE)]))
    store.undo_last(now=NOW, expected=batch.batch)
    load(store, judged([record("T-1", "2026-04-04", grade="A")], more=[pa.field("grade", pa.string())]))
    assert [row["grade"] for row in store.read("records").to_pylist() if row["reference"] == "T-1"] == ["A"]


def test_programs_that_read_the_newest_version_of_a_table_see_the_undo(store):
    load(store, first())
    store.undo_last(now=NOW, expected=load(store, second()).batch)
    assert DeltaTable(str(store.root / "records")).to_pyarrow_table().num_rows == 3


def test_later_imports_leave_tables_alone_that_were_set_back(store):
    load(store, first())
    store.undo_last(now=NOW, expected=load(store, second()).batch)
    versions = DeltaTable(str(store.root / "values")).version()
    load(store, judged([record("T-8", "2026-05-08")]))
    assert DeltaTable(str(store.root / "values")).version() == versions


def test_a_list_of_batches_from_before_undo_existed_is_read_and_continued(store):
    one, two = load(store, first()), load(store, second())
    place = store.root / "batches"
    old = DeltaTable(str(place)).to_pyarrow_table().drop_columns(["undoes"])
    for file in sorted(place.rglob("*"), reverse=True):
        file.unlink() if file.is_file() else file.rmdir()
    write_deltalake(str(place), old)
    assert [batch.id for batch in store.batches()] == [one.batch, two.batch]
    store.undo_last(now=NOW, expected=two.batch)
    assert [batch.undone_at for batch in store.batches()] == [None, NOW]


def test_an_earlier_version_of_the_store_cannot_be_undone(store):
    batch = load(store, first())
    with pytest.raises(StoreUnreadable, match="earlier version"):
        store.at(store.version()).undo_last(now=NOW, expected=batch.batch)


def test_an_undo_killed_at_any_moment_is_done_once_or_not_at_all(store, tmp_path, importers):
    importer, chance, kills = importers(), random.Random(11), 0
    load(store, first())
    before = state(store)
    batch = load(store, second())
    there = state(store)
    for number in range(30):
        copy = RecordStore(tmp_path / f"copy{number}")
        shutil.copytree(store.root, copy.root)
        process = importer.begin(copy.root, tmp_path / "log", [UNDO])
        time.sleep(chance.uniform(0, 0.15))
        os.kill(process, signal.SIGKILL)
        kills += importer.status() == signal.SIGKILL
        assert state(copy) == (before if copy.batches()[-1].undone_at else there)
        copy.undo_last(now=NOW, expected=batch.batch)
        assert state(copy) == before
        assert [entry.undoes for entry in store_batches.read(copy._place("batches"))] == [None, None, batch.batch]
        if kills == 6:
            break
    assert kills == 6
