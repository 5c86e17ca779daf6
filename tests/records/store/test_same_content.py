import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_builders import NOW, content, judged, moment, pause, record

from keepscore.records.store import RecordStore

DAYS = st.integers(1, 28)
ROWS = st.lists(
    st.builds(
        lambda number, month, day, priority: record(f"T-{number}", f"2026-{month:02d}-{day:02d}", priority=priority),
        st.integers(1, 30), st.integers(1, 4), DAYS, st.sampled_from(["P1", "P2", None]),
    ),
    min_size=1, max_size=12, unique_by=lambda row: row["reference"],
)  # fmt: skip


def filled(files):
    with tempfile.TemporaryDirectory() as folder:
        store = RecordStore(Path(folder) / "store")
        results = [store.import_checked(file, source="desk", now=NOW, exported_at=moment("2026-05-01")) for file in files]
        return content(store), content(store, "pauses"), results


def file(rows):
    return judged(rows, pauses=[pause(row["reference"], "2026-04-29", "2026-04-30") for row in rows if row["priority"] == "P1"])


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=ROWS, data=st.data())
def test_shuffled_split_and_repeated_files_lead_to_the_same_records(rows, data):
    whole = filled([file(rows)])
    shuffled = data.draw(st.permutations(rows))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(rows)), max_size=2)))
    parts = [part for a, b in zip([0, *cuts], [*cuts, len(rows)], strict=True) if (part := shuffled[a:b])]
    repeated = parts + data.draw(st.lists(st.sampled_from(parts), max_size=2))
    pieces = filled([*map(file, repeated), file(shuffled)])
    assert pieces[:2] == whole[:2]
    again = pieces[2][-1]
    assert (again.inserted, again.updated, again.unchanged, again.touched) == (0, 0, len(rows), frozenset())


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(first=ROWS, second=ROWS)
def test_a_later_file_wins_record_by_record(first, second):
    records, _, (_, result) = filled([file(first), file(second)])
    expected = {row["reference"]: row for row in [*first, *second]}
    plain = [{key: value for key, value in row.items() if value is not None} for _, row in sorted(expected.items())]
    assert records == plain
    before = {row["reference"]: row for row in first}
    changed = [row for row in second if row["reference"] in before and row != before[row["reference"]]]
    added = [row for row in second if row["reference"] not in before]
    assert (result.inserted, result.updated, result.unchanged) == (len(added), len(changed), len(second) - len(added) - len(changed))
