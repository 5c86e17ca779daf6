"""Demonstrated actions: their figures come from the scorecard, and a bundle whose sentence says another figure is found."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import evidence_world as world
import pytest

from keepscore.evidence import keys
from keepscore.evidence.actions import Action, UnknownPlaceholder, fill, frozen_actions, placeholders, unknown
from keepscore.evidence.archive import pack, unpack
from keepscore.evidence.canonical import canonical, readable
from keepscore.evidence.manifest import TABLES, content, listing
from keepscore.evidence.publish import AlreadyPublished, freeze, shelve
from keepscore.evidence.published import read_publication
from keepscore.evidence.sheets import from_parquet
from keepscore.evidence.shelf import BrokenShelf
from keepscore.evidence.verify import verify

WRITTEN = {
    "delivery-against-targets": "{requests-on-time.kept} of {requests-on-time.counted} requests on time; target {requests-on-time.target}.",
    "reliability-and-security": "Network {network.value}.",
}


def frozen(templates=WRITTEN, changed: int = 0):
    found = world.tables(changed=changed)
    return freeze(world.scored(found), contract=world.contract(), tables=found, actions=templates)


def shelved(folder: Path, made, **more):
    return shelve(made, at=world.AS_OF, out=folder / "published", key=keys.signing_key(folder / "keys", now=world.AS_OF), **more)


def test_every_figure_of_a_scorecard_has_a_name_and_a_value():
    card = world.frozen(terms=world.EVERY_KIND).scorecard
    shown = {item.name: item.value for item in placeholders(card)}
    on_time = next(m for m in card.measures if m.key == "requests-on-time")
    assert shown["requests-on-time.kept"] == str(on_time.kept)
    assert shown["requests-on-time.target"] == "92%"
    assert shown["network.target"] == "99.50%"
    assert "network.kept" not in shown
    assert (shown["licences.value"], "licences.kept" in shown) == ("89.0%", False)
    assert shown["service-desk.planned"] == "30"


def test_what_has_no_value_says_no_records_and_what_is_not_there_is_named():
    card = world.frozen().scorecard
    nothing = {"value": None, "no_score": "no records", "score": None, "kept": 0, "missed": 0}
    empty = replace(card, measures=tuple(replace(m, **nothing) for m in card.measures))
    assert fill("{requests-on-time.kept} kept, {requests-on-time.value}", empty) == "no records kept, no records"
    assert unknown("{gone.value} and {requests-on-time.cost}, {not one}", card) == ("gone.value", "requests-on-time.cost", "not one")
    with pytest.raises(UnknownPlaceholder, match=r"gone\.value"):
        frozen_actions({"delivery-against-targets": "{gone.value}"}, card)


def test_a_sentence_is_frozen_as_written_and_as_shown_and_verified(tmp_path):
    made = frozen()
    path = shelved(tmp_path, made).path
    on_time = next(m for m in made.scorecard.measures if m.key == "requests-on-time")
    said = f"{on_time.kept} of {on_time.kept + on_time.missed} requests on time; target 92%."
    assert read_publication(path).actions[0] == Action("delivery-against-targets", WRITTEN["delivery-against-targets"], said)
    assert [action.sub_area for action in made.actions] == list(WRITTEN)
    assert verify(path).differences == ()


@pytest.mark.parametrize("change", [
    {"text": "All requests on time."}, {"template": "{requests-on-time.missed} late"}, {"template": "{gone.value}"},
    {"sub_area": "no-such"},
])  # fmt: skip
def test_a_sentence_that_does_not_follow_from_the_numbers_is_found_even_when_signed(change, tmp_path):
    files = unpack(shelved(tmp_path, frozen()).path)
    said = json.loads(files["actions.json"])
    actions = tuple(Action(**{**item, **change}) if at == 0 else Action(**item) for at, item in enumerate(said))
    rest = {**{name: data for name, data in files.items() if not name.startswith("manifest.")}, "actions.json": canonical(actions)}
    tables = {name: from_parquet(rest[f"{name}.parquet"], name=name) for name in TABLES}
    card = world.frozen().scorecard
    manifest = readable({
        **json.loads(files["manifest.json"]), "files": listing(rest, tables), "content": content(card, rest, tables, actions),
    })  # fmt: skip
    key = keys.signing_key(tmp_path / "keys", now=world.AS_OF)
    forged = tmp_path / "forged.keepscore.zip"
    forged.write_bytes(pack({**rest, "manifest.json": manifest, "manifest.sig": f"{key.sign(manifest)}\n".encode()}))
    (found,) = verify(forged).differences
    assert found.startswith("actions.json: ")


def test_another_sentence_makes_a_correction_and_the_same_one_does_not(tmp_path):
    shelved(tmp_path, frozen())
    with pytest.raises(AlreadyPublished):
        shelved(tmp_path, frozen())
    second = shelved(tmp_path, frozen({"reliability-and-security": "Network {network.value}."}), reason="A sentence was wrong")
    assert second.manifest["correction"]["because"] == ["the demonstrated actions are different"]
    assert second.manifest["correction"]["moved"] == []
    assert verify(second.path).ok


def test_what_was_withdrawn_can_be_published_again_as_it_was(tmp_path):
    shelved(tmp_path, frozen())
    again = shelved(tmp_path, frozen(), reason="Withdrawn by mistake", again=True)
    assert (again.number, again.manifest["correction"]["because"]) == (2, [])
    assert verify(again.path).ok


def test_a_publication_that_was_changed_or_lost_is_not_shown(tmp_path):
    path = shelved(tmp_path, frozen()).path
    files = unpack(path)
    path.write_bytes(pack({**files, "actions.json": files["actions.json"].replace(b"requests on time", b"requests at once")}))
    with pytest.raises(BrokenShelf, match="changed after it was published"):
        read_publication(path)
    path.unlink()
    with pytest.raises(BrokenShelf, match="is missing"):
        read_publication(path)
