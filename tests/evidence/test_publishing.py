"""Publishing: what is frozen, what is refused, what a correction says."""

from __future__ import annotations

import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import evidence_world as world
import pytest

from keepscore.engine.results import Scorecard
from keepscore.evidence import keys
from keepscore.evidence.archive import unpack
from keepscore.evidence.bundle import data_files
from keepscore.evidence.publish import AlreadyPublished, NotComplete, NotOver, Unfaithful, freeze, publish
from keepscore.evidence.published import frozen_scorecard
from keepscore.evidence.sheets import from_parquet
from keepscore.evidence.shelf import BrokenShelf, safe_name
from keepscore.evidence.verify import verify

LATER = world.AS_OF + timedelta(days=3)
PREVIOUS = "acme-2026-Q3-1.keepscore.zip"


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    """Acme's third quarter, published, then corrected."""
    folder = tmp_path_factory.mktemp("shelf")
    first = world.published(folder)
    second = world.published(folder, 3, as_of=LATER, reason="Late goods-in reports")
    return folder, first, second


def test_a_published_bundle_verifies(shelf):
    _, first, second = shelf
    for item in (first, second):
        verdict = verify(item.path)
        assert verdict.differences == ()
        assert verdict.signed_by == item.manifest["key"]["fingerprint"]
    assert first.path.name == PREVIOUS


def test_the_manifest_says_what_it_is(shelf):
    _, first, _ = shelf
    manifest = json.loads(unpack(first.path)["manifest.json"])
    assert manifest == first.manifest
    assert manifest["client"] == {"key": "acme", "name": "Acme Foods"}
    assert manifest["number"] == 1
    assert manifest["correction"] is None
    assert manifest["chain"] == {"number": 1, "previous": None, "bundle": None}
    assert manifest["complete_to"] == {"acme-desk": "2026-10-08T00:00:00Z"}
    assert set(manifest["files"]) == {
        "README.txt", "calendars.json", "contract.json", "keys.json", "scorecard.json", "records.parquet", "records.csv", "pauses.parquet",
        "pauses.csv", "outages.parquet", "outages.csv", "values.parquet", "values.csv",
        *(f"earlier/{past.period.key}.json" for past in first.scorecard.history),
    }
    assert first.scorecard.history


def test_what_was_open_at_freezing_is_listed(shelf):
    _, first, _ = shelf
    listed = {item["measure"]: item for item in first.manifest["open_at_freezing"]}
    expected = {measure.key: measure.open for measure in first.scorecard.measures if measure.open}
    assert {key: item["records"] for key, item in listed.items()} == expected
    assert {key: len(item["references"]) for key, item in listed.items()} == expected


def test_nothing_of_another_client_is_in_the_bundle(shelf):
    _, first, second = shelf
    for item in (first, second):
        for name, data in unpack(item.path).items():
            assert world.CANARY.encode() not in data, name
            if name.endswith(".parquet"):
                table = from_parquet(data, name=name)
                assert world.CANARY not in str(table.to_pylist())
                assert world.CANARY not in str(table.schema.to_string(show_schema_metadata=True))


def test_columns_that_nobody_needs_and_the_cost_of_work_stay_at_home(shelf):
    _, first, _ = shelf
    records = from_parquet(unpack(first.path)["records.parquet"], name="records.parquet")
    assert records.column_names[-1] == "kind"
    assert set(records["effort_minutes"].to_pylist()) == {None}
    assert b"98765" not in b"".join(unpack(first.path).values())
    assert first.scorecard.functions == ()
    assert "effort of single records (the contract plans none)" in first.manifest["left_away"]


def test_later_terms_of_the_contract_stay_at_home(shelf):
    _, first, _ = shelf
    assert b"Only from October on" not in unpack(first.path)["contract.json"]


def test_every_kind_of_measure_is_computed_again_and_effort_goes_in_where_it_was_agreed(tmp_path):
    made = world.published(tmp_path, terms=world.EVERY_KIND)
    assert verify(made.path).differences == ()
    assert {measure.kind for measure in made.scorecard.measures} == {"share", "availability", "reported", "value"}
    assert any(measure.at_planned_volume for measure in made.scorecard.measures)
    records = from_parquet(unpack(made.path)["records.parquet"], name="records.parquet")
    assert None not in records["effort_minutes"].to_pylist()
    assert made.scorecard.functions[0].effort_minutes > 0


def test_the_numbers_are_those_of_the_draft(shelf):
    _, first, _ = shelf
    draft, frozen = world.scored(world.tables()), first.scorecard
    assert (frozen.measures, frozen.total, frozen.areas, frozen.history) == (draft.measures, draft.total, draft.areas, draft.history)
    assert frozen_scorecard(first.path) == frozen


def test_the_same_content_is_published_once(shelf):
    folder, _, second = shelf
    before = sorted(path.name for path in (folder / "published/acme").iterdir())
    with pytest.raises(AlreadyPublished) as caught:
        world.published(folder, 3, as_of=LATER)
    assert (caught.value.path, caught.value.number) == (second.path, 2)
    assert sorted(path.name for path in (folder / "published/acme").iterdir()) == before


def test_a_correction_stands_beside_the_first_and_says_what_moved_and_why(shelf):
    _, first, second = shelf
    correction = second.manifest["correction"]
    assert first.path.exists()
    assert (second.number, second.path.name) == (2, "acme-2026-Q3-2.keepscore.zip")
    assert correction["reason"] == "Late goods-in reports"
    assert correction["replaces"] == PREVIOUS
    assert list(correction["rows"]) == ["records"]
    assert correction["rows"]["records"]["changed"]["count"] == 3
    assert len(correction["rows"]["records"]["changed"]["references"]) == 3
    assert correction["because"][0] == "records: 3 changed"
    old, new = ({m.key: m for m in item.scorecard.measures}["in-full"] for item in (first, second))
    assert {(f["of"], f["what"], f["before"], f["after"]) for f in correction["moved"]} >= {
        (new.name, "kept", str(old.kept), str(new.kept)), (new.name, "missed", str(old.missed), str(new.missed))}
    assert second.manifest["chain"]["number"] == 2
    assert second.manifest["chain"]["bundle"] == PREVIOUS


def test_the_same_rows_in_another_order_give_the_same_bytes():
    shuffled = world.tables()
    shuffled = replace(shuffled, records=shuffled.records.take(list(reversed(range(len(shuffled.records))))))
    again = freeze(world.scored(shuffled), contract=world.contract(), tables=shuffled)
    assert data_files(again) == data_files(world.frozen())


def test_four_publishers_at_once_write_one_bundle(tmp_path):
    def one(_: int) -> str:
        try:
            return world.published(tmp_path).path.name
        except AlreadyPublished as error:
            return f"already {error.path.name}"

    world.frozen()
    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(one, range(4))) == [PREVIOUS, *[f"already {PREVIOUS}"] * 3]


def test_a_rotated_key_is_handed_on_inside_the_next_bundle(tmp_path):
    world.published(tmp_path)
    rotated = keys.rotate(tmp_path / "keys", now=world.AS_OF)
    second = world.published(tmp_path, 2)
    assert verify(second.path).signed_by == rotated.fingerprint
    assert len(json.loads(unpack(second.path)["keys.json"])) == 2


def test_a_period_that_is_not_over_is_refused(tmp_path):
    with pytest.raises(NotOver, match="Q4 2026 ends on 2027-01-01"):
        _publish(tmp_path, world.scored(world.tables(), period="2026-Q4"))


def test_a_period_beyond_what_a_source_is_complete_to_is_refused():
    with pytest.raises(NotComplete, match="source acme-desk is complete to 2026-09-30T22:59:59Z"):
        world.frozen(complete=datetime(2026, 9, 30, 22, 59, 59, tzinfo=UTC))
    assert world.frozen(complete=datetime(2026, 9, 30, 23, tzinfo=UTC)).scorecard.complete


def test_numbers_that_do_not_follow_from_the_records_are_refused(tmp_path):
    card = world.scored(world.tables())
    measures = (replace(card.measures[0], kept=card.measures[0].kept + 1), *card.measures[1:])
    with pytest.raises(Unfaithful, match=r"measures\[0\]\.kept \(requests-on-time\): all records give"):
        _publish(tmp_path, replace(card, measures=measures))
    assert not list(tmp_path.glob("published/**/*.zip"))


def test_nothing_is_added_to_a_shelf_on_which_a_bundle_was_changed(tmp_path):
    first = world.published(tmp_path)
    files = unpack(first.path)
    with zipfile.ZipFile(first.path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data.replace(b'"number": 1', b'"number": 7') if name == "manifest.json" else data)
    with pytest.raises(BrokenShelf, match="was changed after it was published"):
        world.published(tmp_path, 2)


def test_a_missing_bundle_in_the_chain_is_noticed(tmp_path):
    first = world.published(tmp_path)
    world.published(tmp_path, 2)
    first.path.unlink()
    with pytest.raises(BrokenShelf, match="put the missing bundle back"):
        world.published(tmp_path, 3)


def test_a_client_whose_key_is_no_file_name_gets_one():
    names = [safe_name(key) for key in ("acme", "a b", "a_b", "a/b", "..", ".hidden", "Congo, DRC", "x" * 150, "x" * 151, "é", "%2Ehidden")]
    assert len(set(names)) == len(names)
    assert all("/" not in name and not name.startswith(".") and len(name) <= 100 for name in names)


def _publish(folder: Path, card: Scorecard) -> None:
    key = keys.signing_key(folder / "keys", now=world.AS_OF)
    publish(card, contract=world.contract(), tables=world.tables(), at=world.AS_OF, out=folder / "published", key=key)
