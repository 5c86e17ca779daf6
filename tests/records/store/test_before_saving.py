"""What an import would do, told before anything is saved; and how far each source has come."""

from datetime import timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from store_builders import NOW, content, judged, moment, pause, record

from keepscore.engine.tables import VALUE
from keepscore.records.store import RecordStore
from keepscore.records.store_preview import Counts
from keepscore.records.store_sources import SourceState


@pytest.fixture
def store(tmp_path):
    return RecordStore(tmp_path / "store")


def load(store, file, *, source="desk", **more):
    return store.import_checked(file, source=source, now=NOW, **more)


def first():
    rows = [record("T-1", "2026-03-02", priority="P3"), record("T-2", "2026-03-03"), record("T-3", "2026-04-03")]
    return judged(rows, pauses=[pause("T-1", "2026-03-05", "2026-03-06")])


def second():
    rows = [record("T-1", "2026-03-02", priority="P1"), record("T-3", "2026-04-03"), record("T-2", "2026-02-20")]
    rows.append(record("T-4", "2026-05-04"))
    figure = {"client": "marlowe", "measure": "licences", "at": moment("2026-01-31"), "value": 7}
    return judged(rows, pauses=[pause("T-3", "2026-04-05", "2026-04-07")], values=[figure], newest=moment("2026-05-05"))


def rows_of(source):
    """A table of the engine in memory, in key order, without the store's own columns and blanks."""
    if source is None:
        return []
    rows = source.to_pylist() if isinstance(source, pa.Table) else [row for file in source for row in pq.read_table(file).to_pylist()]
    plain = [{key: value for key, value in row.items() if value is not None and key not in ("batch", "month")} for row in rows]
    return sorted(plain, key=str)


def seen(tables):
    return [rows_of(part) for part in (tables.records, tables.pauses, tables.outages, tables.values)], tables.complete_to


def test_comparing_counts_what_importing_does_and_writes_nothing(store):
    load(store, first())
    before = sorted(store.root.rglob("*"))
    counted = store.compare(second())
    assert sorted(store.root.rglob("*")) == before
    done = load(store, second())
    assert counted == Counts(done.inserted, done.updated, done.unchanged, done.touched, updated_rows=(2, 3, 4))
    assert (counted.new, counted.updated, counted.unchanged) == (1, 3, 0)


def test_comparing_with_an_empty_store_makes_nothing_on_disk(store, tmp_path):
    counted = store.compare(first())
    assert (counted.new, counted.updated, counted.unchanged, counted.updated_rows) == (3, 0, 0, ())
    assert list(tmp_path.iterdir()) == []


def test_the_tables_with_an_unsaved_file_are_those_after_importing_it(store):
    load(store, first())
    before = content(store), store.version()
    with store.with_unsaved(second(), source="desk", now=NOW) as tables:
        unsaved = seen(tables)
    assert (content(store), store.version()) == before
    load(store, second())
    assert unsaved == seen(store.tables())


def test_the_tables_with_an_unsaved_first_file_are_those_of_a_store_that_holds_it_alone(store, tmp_path):
    with store.with_unsaved(second(), source="desk", now=NOW) as tables:
        unsaved = seen(tables)
    assert list(tmp_path.iterdir()) == []
    load(store, second())
    assert unsaved == seen(store.tables())


def test_files_of_months_that_lose_no_row_are_read_where_they_lie(store):
    load(store, first())
    april = [file for file in store.tables().records if "month=2026-04" in file]
    with store.with_unsaved(second(), source="desk", now=NOW) as tables:
        there = [file for file in tables.records if str(store.root) in file]
    assert there == april


def test_the_beside_file_is_gone_afterwards(store):
    load(store, first())
    with store.with_unsaved(second(), source="desk", now=NOW) as tables:
        (beside,) = [file for file in tables.records if str(store.root) not in file]
    with pytest.raises(FileNotFoundError):
        pq.read_table(beside)


def test_a_further_column_that_is_new_is_seen_before_it_is_saved(store):
    load(store, first())
    file = judged([record("T-1", "2026-03-02", grade=1)], more=[pa.field("grade", VALUE)], newest=moment("2026-05-01"))
    with store.with_unsaved(file, source="desk", now=NOW) as tables:
        unsaved = seen(tables)
    load(store, file)
    assert unsaved == seen(store.tables())


def test_an_empty_store_has_no_sources(store):
    assert store.sources() == ()


def test_a_source_says_how_far_it_is_complete_and_what_its_last_batch_left_out(store):
    load(store, first())
    load(store, judged([record("F-1", "2026-03-04", source="field")]), source="field")
    last = load(store, second())
    later = NOW + timedelta(hours=1)
    field, desk = store.sources()[1], store.sources()[0]
    assert desk == SourceState("desk", moment("2026-05-05"), NOW, last.batch, 4, 0)
    assert field == SourceState("field", moment("2026-03-04"), NOW, store.batches()[1].id, 1, 0)
    store.undo_last(now=later, expected=last.batch)
    assert store.sources()[0] == SourceState("desk", moment("2026-04-03"), NOW, store.batches()[0].id, 3, 0)
