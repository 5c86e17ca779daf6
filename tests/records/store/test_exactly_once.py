import os
import random
import signal
import time

import pytest
from crash_child import FILES, file, run
from store_builders import NOW, content

from keepscore.records.store import RecordStore

KILLS = 26
TABLES = ("records", "pauses", "outages")


def state(store):
    return [content(store, name) for name in TABLES]


@pytest.fixture(scope="module")
def stages(tmp_path_factory):
    """What the store holds after 0, 1, 2 ... files, when nothing goes wrong."""
    store = RecordStore(tmp_path_factory.mktemp("whole") / "store")
    result = [state(store)]
    for number in range(FILES):
        store.import_checked(file(number), source="desk", now=NOW)
        result.append(state(store))
    return result


def test_an_import_killed_at_any_moment_is_loaded_once_or_not_at_all(tmp_path, stages, importers):
    importer, chance, kills, runs = importers(), random.Random(7), 0, 0
    while kills < KILLS:
        place, log = tmp_path / f"store{runs}", tmp_path / f"log{runs}"
        before = len(RecordStore(place).batches())
        log.write_bytes(b"")
        process = importer.begin(place, log, range(max(before - 1, 0), FILES))  # the last one again: it is recognised
        time.sleep(chance.uniform(0, 0.5))
        os.kill(process, signal.SIGKILL)
        kills += importer.status() == signal.SIGKILL
        loaded = len(RecordStore(place).batches())
        assert loaded >= max(before - 1, 0) + len(log.read_bytes())
        assert state(RecordStore(place)) == stages[loaded]
        runs += loaded == FILES
    run(place, range(max(loaded - 1, 0), FILES))
    assert state(RecordStore(place)) == stages[FILES]
    assert [batch.number for batch in RecordStore(place).batches()] == list(range(1, FILES + 1))


def test_of_two_imports_at_once_one_waits_and_nothing_is_loaded_twice(tmp_path, importers):
    three = [importers() for _ in range(3)]
    for importer, numbers in zip(three, ([0], [0], [3]), strict=True):
        importer.begin(tmp_path / "store", tmp_path / "log", numbers)
    assert [importer.status() for importer in three] == [0, 0, 0]
    one_by_one = RecordStore(tmp_path / "other")
    run(one_by_one.root, [0, 3])
    assert state(RecordStore(tmp_path / "store")) == state(one_by_one)
    inserted = [batch.inserted for batch in RecordStore(tmp_path / "store").batches()]  # the repeat may come after the other file
    assert sorted(number for number in inserted if number) == [4, 5]
