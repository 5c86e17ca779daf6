"""Verifying: whatever is changed is found, and what was only computed elsewhere is not called a change."""

from __future__ import annotations

import json
import random
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import evidence_world as world
import pyarrow as pa
import pytest

from keepscore.evidence import keys
from keepscore.evidence.archive import pack, unpack
from keepscore.evidence.bundle import Frozen, data_files, open_at_freezing, recompute
from keepscore.evidence.calendars import used_calendars, with_bundled
from keepscore.evidence.canonical import canonical, digest, readable
from keepscore.evidence.keys import SigningKey
from keepscore.evidence.manifest import TABLES, content, facts, listing
from keepscore.evidence.sheets import from_parquet, to_csv, to_parquet
from keepscore.evidence.verify import verify


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    return folder, world.published(folder)


@pytest.fixture(scope="module")
def files(made):
    return unpack(made[1].path)


@pytest.fixture(scope="module")
def key(made) -> SigningKey:
    return keys.signing_key(made[0] / "keys", now=world.AS_OF)


def laid_out(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def sealed(folder: Path, files: dict[str, bytes], signer: SigningKey, **manifest: object) -> Path:
    """A bundle signed by somebody who holds the key: every digest is brought in line with the changed files."""
    said = json.loads(files["manifest.json"])
    rest = {name: data for name, data in files.items() if not name.startswith("manifest.")}
    tables = {name: from_parquet(rest[f"{name}.parquet"], name=name) for name in TABLES}
    new = readable({**said, "files": listing(rest, tables), **manifest})
    path = folder / "sealed.keepscore.zip"
    path.write_bytes(pack({**rest, "manifest.json": new, "manifest.sig": f"{signer.sign(new)}\n".encode()}))
    return path


def with_cell(files: dict[str, bytes], column: str, change, *, row: int = 0, table: str = "records") -> dict[str, bytes]:
    """One changed cell, in the Parquet file and in its reading copy."""
    found = from_parquet(files[f"{table}.parquet"], name=table)
    rows = found.to_pylist()
    rows[row][column] = change(rows[row][column])
    new = pa.Table.from_pylist(rows, found.schema)
    return {**files, f"{table}.parquet": to_parquet(new), f"{table}.csv": to_csv(new)}


def test_600_random_bytes_changed_in_the_files_are_600_times_found(files, tmp_path):
    chance, folder = random.Random(11), laid_out(tmp_path / "bundle", files)
    for _ in range(600):
        name = chance.choice(sorted(files))
        changed = bytearray(files[name])
        changed[chance.randrange(len(changed))] ^= chance.randrange(1, 256)
        (folder / name).write_bytes(changed)
        assert not verify(folder).ok, name
        (folder / name).write_bytes(files[name])
    assert verify(folder).ok


def test_200_random_bytes_changed_in_the_zip_are_200_times_found(made, tmp_path):
    chance, data = random.Random(12), made[1].path.read_bytes()
    path = tmp_path / "changed.keepscore.zip"
    for _ in range(200):
        changed = bytearray(data)
        changed[chance.randrange(len(changed))] ^= chance.randrange(1, 256)
        path.write_bytes(changed)
        assert not verify(path).ok


def changed_row(table: pa.Table, chance: random.Random) -> pa.Table:
    """One row taken away, doubled, or with another reference, moment, quantity or mark."""
    rows = table.to_pylist()
    at = chance.randrange(len(rows))
    row = rows[at]
    change = chance.choice(["remove", "double", "reference", "opened_at", "quantity_delivered", "accepted", "priority"])
    if change == "remove":
        del rows[at]
    elif change == "double":
        rows.insert(at, {**row})
    elif change == "opened_at":
        row[change] += timedelta(seconds=1)
    elif change == "quantity_delivered":
        row[change] += 1
    elif change == "accepted":
        row[change] = not row[change]
    else:
        row[change] = f"{row[change]}x"
    return pa.Table.from_pylist(rows, table.schema)


def test_200_changed_rows_are_200_times_found_even_with_the_digest_in_the_manifest_put_right(files, tmp_path):
    chance, folder = random.Random(13), laid_out(tmp_path / "bundle", files)
    records = from_parquet(files["records.parquet"], name="records")
    for turn in range(200):
        new = to_parquet(changed_row(records, chance))
        (folder / "records.parquet").write_bytes(new)
        if turn % 2:
            manifest = files["manifest.json"].decode().replace(digest(files["records.parquet"]), digest(new))
            assert manifest != files["manifest.json"].decode()
            (folder / "manifest.json").write_text(manifest)
        verdict = verify(folder)
        expected = "the signature does not fit" if turn % 2 else "records.parquet was changed: row acme-"
        assert expected in verdict.differences[0]
        (folder / "manifest.json").write_bytes(files["manifest.json"])


def test_missing_and_added_files_are_found(files, tmp_path):
    folder = laid_out(tmp_path / "bundle", files)
    for name in sorted(files):
        (folder / name).unlink()
        assert verify(folder).differences[0] == f"{name} is missing"
        (folder / name).write_bytes(files[name])
    (folder / "more.txt").write_text("")
    assert verify(folder).differences == ("more.txt does not belong to the bundle",)


def test_verifying_opens_no_connection(made, tmp_path):
    moved = tmp_path / made[1].path.name
    moved.write_bytes(made[1].path.read_bytes())
    seen: list[str] = []
    sys.addaudithook(lambda event, arguments: seen.append(f"{event} {arguments}") if watching and event.startswith("socket.") else None)
    watching.append(True)
    assert verify(moved).ok
    watching.clear()
    assert seen == []


watching: list[bool] = []   # an audit hook stays for good, so it is told when to look


def test_what_is_no_bundle_is_said(tmp_path):
    (tmp_path / "x.zip").write_bytes(b"no zip")
    assert "not a readable .zip" in verify(tmp_path / "x.zip").differences[0]
    assert "is not there" in verify(tmp_path / "none.zip").differences[0]
    (tmp_path / "empty").mkdir()
    assert verify(tmp_path / "empty").differences == ("manifest.json is missing", "manifest.sig is missing")
    for number, text in enumerate((b"[]", b"{", b"{}", b'{"key": 1}', b'{"key": {"public_key": 1}}', b"[" * 100_000)):
        folder = laid_out(tmp_path / f"odd{number}", {"manifest.json": text, "manifest.sig": b"00\n"})
        assert not verify(folder).ok


def test_the_row_that_was_changed_is_named(files, tmp_path):
    new = with_cell(files, "priority", lambda _: "P9", row=4)
    reference = from_parquet(files["records.parquet"], name="records")["reference"][4].as_py()
    changed = laid_out(tmp_path / "parquet", {**files, "records.parquet": new["records.parquet"]})
    assert verify(changed).differences[0].startswith(f"records.parquet was changed: row {reference}: priority is 'P9', the other copy says")
    changed = laid_out(tmp_path / "csv", {**files, "records.csv": new["records.csv"]})
    assert verify(changed).differences[0].startswith(f"records.csv was changed: row {reference}: priority is 'P9', the other copy says")


def test_another_key_is_found_by_its_fingerprint(files, key, tmp_path):
    other = keys.signing_key(tmp_path / "keys", now=world.AS_OF)
    public = {"algorithm": "Ed25519", "public_key": other.public[-1].public_key, "fingerprint": other.fingerprint}
    forged = sealed(tmp_path, {**files, "keys.json": canonical(other.public)}, other, key=public)
    assert verify(forged, expected_fingerprint=key.fingerprint).differences == (
        f"signed with another key: its fingerprint is {other.fingerprint}, expected was {key.fingerprint}",)
    alone = verify(forged)
    assert alone.ok
    assert "the signing key was not compared" in alone.notes[-1]
    assert alone.signed_by == other.fingerprint


def test_a_key_that_is_only_swapped_is_found(files, tmp_path):
    other = keys.signing_key(tmp_path / "keys", now=world.AS_OF)
    said = json.loads(files["manifest.json"])
    said["key"]["public_key"] = other.public[-1].public_key
    assert "the signature does not fit" in verify(laid_out(tmp_path / "b", {**files, "manifest.json": readable(said)})).differences[0]


def _scorecard(change) -> object:
    def apply(files: dict[str, bytes]) -> dict[str, bytes]:
        card = json.loads(files["scorecard.json"])
        change(card)
        return {**files, "scorecard.json": canonical(card)}
    return apply


def _kept(card) -> None:
    card["measures"][1]["kept"] += 1


def _group(card) -> None:
    card["measures"][0]["left_out"][0]["records"] += 1


def _total(card) -> None:
    card["total"]["score"]["tenths"] += 1


def _trend(card) -> None:
    card["measures"][0]["trend"]["previous"]["difference"] = "1/7"


def _complete(card) -> None:
    card["complete_to"]["acme-desk"] = "2026-12-31T00:00:00Z"


def _spare(files):
    return {**files, "scorecard.json": files["scorecard.json"] + b"\n"}


def _earlier(files):
    name = next(name for name in sorted(files) if name.startswith("earlier/"))
    past = json.loads(files[name])
    past["tenths"] = 50
    return {**files, name: canonical(past)}


def _contract(files):
    return {**files, "contract.json": files["contract.json"].replace(b'"95%"', b'"90%"')}


def _stranger(files):
    return with_cell(files, "client", lambda _: "birch")


def _csv(files):
    return {**files, "records.csv": with_cell(files, "site", lambda _: "Paris")["records.csv"]}


def _key_row(files):
    listed = json.loads(files["keys.json"])
    return {**files, "keys.json": canonical([{**listed[0], "public_key": "00" * 32}, *listed])}


LIES = {
    "a count": (_scorecard(_group), "measures[0].left_out[0].records (requests-on-time): the bundle says"),
    "a count of the manifest": (_scorecard(_kept), "manifest.json.measures[1].kept: says"),
    "the total": (_scorecard(_total), "manifest.json.result.score: says"),
    "a trend": (_scorecard(_trend), "measures[0].trend.previous.difference (requests-on-time): the bundle says 1/7, recomputed"),
    "completeness": (_scorecard(_complete), "manifest.json.complete_to.acme-desk: says"),
    "another spelling": (_spare, "scorecard.json is JSON, but not in canonical form"),
    "an earlier result": (_earlier, "history[0].tenths"),
    "the terms": (_contract, "contract.json: its digest is"),
    "a record of another client": (_stranger, "records.parquet holds rows of another client: birch"),
    "a moment": (lambda files: with_cell(files, "due_at", lambda at: at - timedelta(days=60), row=3), ""),
    "a reading copy": (_csv, "records.csv does not say what records.parquet says: row acme-"),
    "a strange key": (_key_row, "keys.json: a key was not signed by the one before it"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_that_is_signed_is_found_by_computing_again(lie, files, key, tmp_path):
    change, sentence = LIES[lie]
    verdict = verify(sealed(tmp_path, change(files), key))
    assert not verdict.ok
    assert sentence in verdict.differences[0]


def test_a_manifest_that_says_other_than_the_scorecard_is_found(files, key, tmp_path):
    result = json.loads(files["manifest.json"])["result"]
    for changes, sentence in [
        ({"result": {**result, "grade": "A+"}}, "manifest.json.result.grade: says A+"),
        ({"open_at_freezing": [{}]}, "manifest.json open_at_freezing: number of entries: the bundle says 1, recomputed 0"),
        ({"content": "0"}, "manifest.json content: the bundle says 0"),
        ({"format": 2}, "manifest.json: format is 2; this program knows format 1"),
        ({"number": 2}, "manifest.json: correction:"),
        ({"chain": {"number": 2, "previous": None, "bundle": None}}, "manifest.json: chain:"),
    ]:
        verdict = verify(sealed(tmp_path, files, key, **changes))
        assert sentence in (verdict.differences or ("nothing",))[0]


def test_a_bundle_beside_which_another_first_one_lies_is_found(made, tmp_path):
    folder = tmp_path / "other"
    first = world.published(folder, 1)
    second = world.published(folder, 2)
    assert verify(second.path).ok
    first.path.write_bytes(made[1].path.read_bytes())
    assert verify(second.path).differences == (f"{first.path.name}, which lies beside this bundle, is not the one that it follows on",) * 2


def under_other_rules(change) -> tuple[Frozen, list[dict[str, object]]]:
    """A frozen scorecard as a program with other lists of holidays or zone rules would have made it."""
    frozen = world.frozen(terms=world.SERVICE_TIME)
    card, own, chosen = frozen.scorecard, frozen.contract, frozen.tables
    bundled = used_calendars(own, chosen, card.period, as_of=card.as_of)
    change(bundled[0])
    pinned = with_bundled(own, bundled)
    made = recompute(pinned, chosen, period=card.period.key, as_of=card.as_of, history=card.history)
    made = replace(made, definition=card.definition)
    return Frozen(made, own, chosen, open_at_freezing(made, pinned, chosen)), bundled


def _no_bank_holiday(item) -> None:
    item["holidays"].remove("2026-08-31")
    hours = [["2026-08-31T07:00:00Z", "2026-08-31T11:30:00Z"], ["2026-08-31T12:00:00Z", "2026-08-31T17:00:00Z"]]
    item["open"] = sorted([*item["open"], *hours])


def _summer_time_ended_early(item) -> None:
    item["open"] = [
        [_later(opens), _later(closes)] if "2026-07-01" <= opens <= "2026-09-28" else [opens, closes] for opens, closes in item["open"]
    ]


def _later(text: str) -> str:
    return f"{text[:11]}{int(text[11:13]) + 1:02}{text[13:]}"


@pytest.mark.parametrize("change", [_no_bank_holiday, _summer_time_ended_early])
def test_other_holidays_or_zone_rules_here_change_no_number_and_are_told(change, tmp_path):
    files = unpack(world.published(tmp_path, terms=world.SERVICE_TIME).path)
    key = keys.signing_key(tmp_path / "keys", now=world.AS_OF)
    frozen, bundled = under_other_rules(change)
    assert frozen.scorecard.measures != world.frozen(terms=world.SERVICE_TIME).scorecard.measures
    new = {name: files[name] for name in ("manifest.json", "README.txt", "keys.json")}
    new |= {**data_files(frozen), "calendars.json": canonical(bundled)}
    same = content(frozen.scorecard, new, frozen.named_tables())
    verdict = verify(sealed(tmp_path, new, key, content=same, open_at_freezing=frozen.still_open, **facts(frozen.scorecard)))
    assert verdict.differences == ()
    assert "the numbers were computed with the bundle's service time" in verdict.notes[0]
    only_the_calendar = sealed(tmp_path, {**files, "calendars.json": canonical(bundled)}, key)
    assert "measures[0].value" in verify(only_the_calendar).differences[0]
