import errno
from datetime import timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import DeltaError
from store_builders import NOW, content, judged, moment, pause, record, table

from keepscore.engine.tables import PROMISE, column_type
from keepscore.records.store import ImportResult, RecordStore
from keepscore.records.store_errors import OlderExport, StoreBusy, StoreFull, StoreUnreadable, TypeClash, told_plainly
from keepscore.records.store_lock import single_writer


@pytest.fixture
def store(tmp_path):
    return RecordStore(tmp_path / "store")


def load(store, file, *, source="desk", **more):
    return store.import_checked(file, source=source, now=NOW, **more)


def counts(result):
    return result.inserted, result.updated, result.unchanged


def outage(reference, started, ended=None, **more):
    return {
        "source": "desk", "reference": reference, "client": "marlowe", "component": "wan", "started_at": moment(started),
        "ended_at": moment(ended) if ended else None, "planned": False, **more,
    }  # fmt: skip


def figure(at, value, **more):
    return {"client": "marlowe", "measure": "licences", "at": moment(at), "value": value, **more}


def test_an_empty_store_has_no_records_and_makes_nothing_on_disk(store, tmp_path):
    assert store.version() == {"batches": 0}
    assert store.tables().records.num_rows == 0
    assert list(tmp_path.iterdir()) == []


def test_records_come_back_as_they_were_imported(store):
    rows = [record("T-1", "2026-03-02 09:00", priority="P1"), record("T-2", "2026-04-05", effort_minutes=30)]
    assert counts(load(store, judged(rows))) == (2, 0, 0)
    assert content(store) == rows
    assert sorted(f"{uri}".split("/")[-2] for uri in store.tables().records) == ["month=2026-03", "month=2026-04"]


def test_the_same_content_again_is_recognised(store):
    file = judged([record("T-1", "2026-03-02"), record("T-2", "2026-03-03")])
    first = load(store, file)
    again = load(store, file)
    assert again == ImportResult(0, 0, 2, first.batch, recognised=True)
    assert [batch.id for batch in store.batches()] == [first.batch]


def test_unchanged_rows_of_a_larger_file_are_not_written_again(store):
    first = load(store, judged([record("T-1", "2026-03-02"), record("T-2", "2026-04-03")]))
    before = set(store.tables().records)
    second = load(store, judged([record("T-1", "2026-03-02"), record("T-2", "2026-04-03"), record("T-3", "2026-05-01")]))
    assert counts(second) == (1, 0, 2)
    assert before < set(store.tables().records)
    assert {row["reference"]: row["batch"] for row in store.read("records").to_pylist()} == {
        "T-1": first.batch, "T-2": first.batch, "T-3": second.batch,
    }  # fmt: skip


def test_a_correction_replaces_the_record_and_its_earlier_state_stays_readable(store):
    load(store, judged([record("T-1", "2026-03-02", priority="P3"), record("T-2", "2026-03-03")]))
    assert counts(load(store, judged([record("T-1", "2026-03-02", priority="P1"), record("T-2", "2026-03-03")]))) == (0, 1, 1)
    one, two = store.batches()
    states = [(row["priority"], row["batch"], row["replaced_by"]) for row in store.history("desk", "T-1")]
    assert states == [("P3", one.id, two.id), ("P1", two.id, None)]


def test_a_column_that_becomes_blank_is_a_change(store):
    load(store, judged([record("T-1", "2026-03-02", priority="P3")]))
    assert counts(load(store, judged([record("T-1", "2026-03-02")]))) == (0, 1, 0)
    assert content(store) == [record("T-1", "2026-03-02")]


def test_a_record_whose_opening_moves_to_another_month_is_there_once(store):
    load(store, judged([record("T-1", "2026-03-02"), record("T-2", "2026-03-03")]))
    assert counts(load(store, judged([record("T-1", "2026-02-27")]), allow_older=True)) == (0, 1, 0)
    assert content(store) == [record("T-1", "2026-02-27"), record("T-2", "2026-03-03")]
    assert [(row["month"], row["reference"]) for row in store.read("records").sort_by("month").to_pylist()] == [
        ("2026-02", "T-1"), ("2026-03", "T-2"),
    ]  # fmt: skip


def test_a_shorter_export_deletes_nothing(store):
    rows = [record("T-1", "2026-03-02"), record("T-2", "2026-03-03")]
    load(store, judged(rows))
    assert counts(load(store, judged(rows[:1]))) == (0, 0, 1)
    assert content(store) == rows


def test_the_same_reference_of_two_sources_is_two_records(store):
    load(store, judged([record("T-1", "2026-03-02")]))
    assert counts(load(store, judged([record("T-1", "2026-03-02", source="field")]), source="field")) == (1, 0, 0)
    assert len(content(store)) == 2


def test_an_older_export_is_refused_unless_it_is_allowed(store):
    newer = judged([record("T-1", "2026-03-02", resolved_at=moment("2026-03-09"))])
    older = judged([record("T-1", "2026-03-02"), record("T-0", "2026-03-01")])
    load(store, newer)
    with pytest.raises(OlderExport, match="--allow-older"):
        load(store, older)
    assert content(store) == content(store.at({"batches": 1}))
    assert counts(load(store, older, allow_older=True)) == (1, 1, 0)


def test_an_older_export_that_changes_nothing_newer_is_taken(store):
    load(store, judged([record("T-1", "2026-03-09")]))
    assert counts(load(store, judged([record("T-0", "2026-03-01")]))) == (1, 0, 0)


def test_the_stated_moment_of_export_counts_more_than_the_newest_moment_in_the_file(store):
    load(store, judged([record("T-1", "2026-03-02", resolved_at=moment("2026-03-09"))]), exported_at=moment("2026-03-10"))
    reopened = judged([record("T-1", "2026-03-02")])
    assert counts(load(store, reopened, exported_at=moment("2026-03-11"))) == (0, 1, 0)
    with pytest.raises(OlderExport):
        load(store, judged([record("T-1", "2026-03-02", priority="P1")]), exported_at=moment("2026-03-10"))


def test_content_that_was_replaced_since_is_compared_and_not_recognised(store):
    first, second = judged([record("T-1", "2026-03-02", priority="P3")]), judged([record("T-1", "2026-03-02", priority="P1")])
    load(store, first)
    load(store, second)
    assert counts(load(store, first)) == (0, 1, 0)
    assert content(store) == [record("T-1", "2026-03-02", priority="P3")]


def test_a_source_is_complete_to_its_newest_moment_and_never_goes_back(store):
    load(store, judged([record("T-1", "2026-03-02", resolved_at=moment("2026-03-09"))]))
    assert store.tables().complete_to == {"desk": moment("2026-03-09")}
    load(store, judged([record("T-2", "2026-03-04")]), complete_to=moment("2026-03-31"))
    load(store, judged([record("T-3", "2026-03-05")]))
    assert store.tables().complete_to == {"desk": moment("2026-03-31")}


def test_the_same_content_with_a_later_completeness_is_noted(store):
    file = judged([record("T-1", "2026-03-02")])
    load(store, file)
    assert counts(load(store, file, complete_to=moment("2026-03-31"))) == (0, 0, 1)
    assert store.tables().complete_to == {"desk": moment("2026-03-31")}


def test_what_is_planned_for_later_does_not_make_a_source_complete(store):
    load(store, judged(outages=[outage("O-1", "2026-03-01", "2026-12-01", planned=True)]))
    assert store.tables().complete_to == {"desk": NOW}


def test_a_records_pauses_are_replaced_together(store):
    load(store, judged(pauses=[pause("T-1", "2026-03-02", "2026-03-03"), pause("T-1", "2026-03-05"), pause("T-2", "2026-03-02")]))
    result = load(store, judged(pauses=[pause("T-1", "2026-03-05", "2026-03-06"), pause("T-3", "2026-03-05")]))
    assert counts(result) == (1, 1, 0)
    assert content(store, "pauses") == [
        {key: value for key, value in row.items() if value is not None}
        for row in (pause("T-1", "2026-03-05", "2026-03-06"), pause("T-2", "2026-03-02"), pause("T-3", "2026-03-05"))
    ]


def test_a_record_that_comes_back_without_pauses_loses_them(store):
    rows = [record("T-1", "2026-03-02"), record("T-2", "2026-03-02")]
    load(store, judged(rows, pauses=[pause("T-1", "2026-03-03"), pause("T-2", "2026-03-03")]))
    assert counts(load(store, judged(rows, pauses=[pause("T-2", "2026-03-03")]), allow_older=True)) == (0, 1, 1)
    assert [row["reference"] for row in content(store, "pauses")] == ["T-2"]


def test_outages_and_values_are_replaced_by_their_keys(store):
    load(store, judged(outages=[outage("O-1", "2026-03-02"), outage("O-2", "2026-03-03")], values=[figure("2026-03-31", 80)]))
    result = load(store, judged(outages=[outage("O-1", "2026-03-02", "2026-03-04")], values=[figure("2026-03-31", 81)]))
    assert counts(result) == (0, 1, 0)
    assert [row.get("ended_at") for row in content(store, "outages")] == [moment("2026-03-04"), None]
    assert [(row["at"], row["value"]) for row in content(store, "values")] == [(moment("2026-03-31"), 81)]


def test_a_further_column_widens_the_store_and_keeps_its_type(store):
    promised = pa.field("promised_at", pa.timestamp("us", tz="UTC"), metadata=PROMISE)
    load(store, judged([record("T-1", "2026-03-02")]))
    load(store, judged([record("T-2", "2026-03-03", promised_at=moment("2026-03-09"))], more=[promised]))
    load(store, judged([record("T-2", "2026-03-03", promised_at=moment("2026-03-10"))], more=[promised]))
    schema = pa.unify_schemas([pq.read_schema(path) for path in store.tables().records])
    assert column_type(schema.field("promised_at")) == "promise"
    assert content(store) == [record("T-1", "2026-03-02"), record("T-2", "2026-03-03", promised_at=moment("2026-03-10"))]


def test_a_column_of_another_type_is_refused(store):
    load(store, judged([record("T-1", "2026-03-02", kind="fault")], more=[pa.field("kind", pa.string())]))
    with pytest.raises(TypeClash, match="'kind' of records is stored as text and arrives as boolean"):
        load(store, judged([record("T-2", "2026-03-02", kind=True)], more=[pa.field("kind", pa.bool_())]))
    with pytest.raises(TypeClash, match="own column 'month'"):
        load(store, judged([record("T-2", "2026-03-02", month="x")], more=[pa.field("month", pa.string())]))


def test_an_earlier_version_stays_readable(store):
    load(store, judged([record("T-1", "2026-03-02", priority="P3")]))
    pinned = store.version()
    load(store, judged([record("T-1", "2026-03-02", priority="P1"), record("T-2", "2026-03-03")]))
    assert content(store.at(pinned)) == [record("T-1", "2026-03-02", priority="P3")]
    assert store.at(pinned).version() == pinned
    with pytest.raises(StoreUnreadable, match="earlier version"):
        load(store.at(pinned), judged([record("T-3", "2026-03-02")]))


def test_touched_are_the_months_before_and_after_every_change(store):
    first = load(store, judged([record("T-1", "2026-03-02", resolved_at=moment("2026-04-09")), record("T-2", "2026-05-01", client="bo")]))
    assert first.touched == {("marlowe", "2026-03"), ("marlowe", "2026-04"), ("bo", "2026-05")}
    moved = load(store, judged([record("T-1", "2026-01-02", resolved_at=moment("2026-04-09"))]), allow_older=True)
    assert moved.touched == {("marlowe", "2026-01"), ("marlowe", "2026-03"), ("marlowe", "2026-04")}
    assert load(store, judged(pauses=[pause("T-2", "2026-05-02")])).touched == {("bo", "2026-05")}
    assert load(store, judged(outages=[outage("O-1", "2026-03-31", "2026-05-01")])).touched == {
        ("marlowe", "2026-03"), ("marlowe", "2026-04"), ("marlowe", "2026-05"),
    }  # fmt: skip


def test_every_batch_says_what_it_was(store, tmp_path):
    file = tmp_path / "march.csv"
    file.write_bytes(b"the bytes\r")
    result = load(store, judged([record("T-1", "2026-03-02")]), original=file)
    (batch,) = store.batches()
    assert (batch.id, batch.number, batch.source, batch.file_name, batch.at) == (result.batch, 1, "desk", "march.csv", NOW)
    assert (batch.exported_at, batch.complete_to, batch.records, batch.inserted) == (moment("2026-03-02"), moment("2026-03-02"), 1, 1)
    assert batch.versions == {"records": 1}
    assert (tmp_path / "store/originals" / batch.file_sha256).read_bytes() == b"the bytes\r"


def test_each_delta_commit_carries_the_batch(store, tmp_path):
    result = load(store, judged([record("T-1", "2026-03-02")]))
    assert DeltaTable(tmp_path / "store/records").history(1)[0]["keepscore.batch"] == result.batch


def test_rows_of_an_unfinished_batch_are_unseen_and_set_back_by_the_next_import(store, tmp_path):
    load(store, judged([record("T-1", "2026-03-02")]))
    place = store._place("records").ready(store.read("records").schema, batch="half")
    half = table("records", [record("T-9", "2026-03-02")]).append_column("month", pa.array(["2026-03"]))
    write_deltalake(place, half.append_column("batch", pa.array(["half"])), mode="append")
    orphan = tmp_path / "store/records/month=2026-03/part-never-committed.parquet"
    orphan.write_bytes(b"half a file")
    (tmp_path / "store/.importing").touch()
    assert content(store) == [record("T-1", "2026-03-02")]
    load(store, judged([record("T-2", "2026-03-03")]))
    assert content(store) == [record("T-1", "2026-03-02"), record("T-2", "2026-03-03")]
    assert DeltaTable(tmp_path / "store/records").to_pyarrow_table().num_rows == 2
    assert content(store.at({"batches": 1})) == [record("T-1", "2026-03-02")]
    assert not orphan.exists()


def test_an_import_that_waits_too_long_says_so(tmp_path):
    store = RecordStore(tmp_path / "store", wait_seconds=0.1)
    with single_writer(store.root, wait_seconds=0), pytest.raises(StoreBusy, match="Another import"):
        load(store, judged([record("T-1", "2026-03-02")]))


def test_a_store_that_is_a_file_is_refused_in_plain_words(tmp_path):
    (tmp_path / "store").write_text("not a folder")
    with pytest.raises(StoreUnreadable, match="Check the path and its rights"):
        load(RecordStore(tmp_path / "store"), judged([record("T-1", "2026-03-02")]))


def test_a_file_url_is_the_folder_itself(tmp_path):
    load(RecordStore(f"file://{tmp_path}/store"), judged([record("T-1", "2026-03-02")]))
    assert content(RecordStore(tmp_path / "store")) == [record("T-1", "2026-03-02")]


def test_a_folder_may_have_any_name(tmp_path):
    store = RecordStore(tmp_path / "Königs & sons #1, März")
    load(store, judged([record("T-1", "2026-03-02")]))
    assert counts(load(store, judged([record("T-1", "2026-03-02", priority="P1")]))) == (0, 1, 0)
    assert content(store) == [record("T-1", "2026-03-02", priority="P1")]
    assert pq.read_table(store.tables().records[0]).num_rows == 1


def test_many_batches_are_still_listed_in_order(store, monkeypatch):
    monkeypatch.setattr("keepscore.records.store_batches._COMPACT_EVERY", 3)
    for day in range(7):
        load(store, judged([record(f"T-{day}", "2026-03-02")], newest=moment("2026-03-02") + timedelta(days=day)))
    assert [batch.number for batch in store.batches()] == [1, 2, 3, 4, 5, 6, 7]
    assert len(content(store)) == 7


def test_a_full_disk_is_told_as_such():
    for error in (OSError(errno.ENOSPC, "No space left on device"), DeltaError("Generic error: No space left on device (os error 28)")):
        with pytest.raises(StoreFull, match="make room"), told_plainly("store"):
            raise error


@pytest.mark.parametrize("torn", ["records/_delta_log/00000000000000000001.json", "batches/_delta_log/00000000000000000001.json"])
def test_a_torn_store_is_told_in_plain_words(store, tmp_path, torn):
    load(store, judged([record("T-1", "2026-03-02")]))
    (tmp_path / "store" / torn).write_text("{")
    with pytest.raises(StoreUnreadable, match="cannot be used"):
        RecordStore(tmp_path / "store").read("records")


def test_a_store_whose_files_were_removed_is_told_in_plain_words(store, tmp_path):
    load(store, judged([record("T-1", "2026-03-02")]))
    for path in (tmp_path / "store/records").rglob("*.parquet"):
        path.unlink()
    with pytest.raises(StoreUnreadable, match="cannot be used"):
        load(store, judged([record("T-1", "2026-03-02", priority="P1")]))
