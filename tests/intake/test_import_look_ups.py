"""A file whose rows are joined with a look-up file, by the pages alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from keepscore.intake import files, watching
from keepscore.intake.models import Batch, Source, State
from keepscore.intake.operations import reconcile
from keepscore.records.mapping import loads_mapping
from tests.intake.files_in import received, sent, upload, worked
from tests.world import NOW, World

MAIN = b"""\
number,desk no,opened,closed
N-0001,7,2026-09-21T09:00:00Z,2026-09-21T10:00:00Z
N-0002,8,2026-09-22T09:00:00Z,2026-09-22T10:00:00Z
"""
DESKS = b"no;client;function\n7;acme;desk\n8;acme;desk\n"
MATCHED = {
    "table": "records", "source": "floor", "format": "csv", "encoding": "utf-8", "delimiter": ",", "decimal": ".", "timezone": "UTC",
    "column-reference": "number", "column-client": "client", "column-function": "function", "column-opened_at": "opened",
    "column-resolved_at": "closed", "constant-in_scope": "true",
}  # fmt: skip
JOINED = {"join-0-here": "desk no", "join-0-there": "no"}


def columns_of(batch: Batch) -> str:
    return f"/import/batches/{batch.pk}/columns/"


def handed_in(browser: Any, batch: Batch, content: bytes = DESKS, *, name: str = "desks.csv", **typed: str) -> str:
    answer = browser.post(columns_of(batch), {**typed, "add": "1", "look_up": upload(content, name=name)}, follow=True)
    return str(answer.content.decode())


def declared(browser: Any, batch: Batch, **typed: str) -> str:
    return str(browser.post(columns_of(batch), {**MATCHED, **typed}, follow=True).content.decode())


def test_a_look_up_file_is_handed_in_matched_seen_and_imported(world: World, as_user: Any, own_store: Path) -> None:
    dan, batch = as_user(world.dan), received(MAIN, by=world.dan, name="floor.csv")
    page = handed_in(dan, batch, **{**MATCHED, **JOINED, "source": "floor"})
    assert '<option value="client" selected>client (desks.csv)</option>' in page
    assert 'name="source" value="floor"' in page
    assert "2 of 2 rows find their line." in page
    declared(dan, batch, **JOINED)
    batch = worked(batch)
    assert (batch.state, batch.ready, batch.errors) == (State.READY, 2, 0)
    (join,) = loads_mapping(Source.objects.get(name="floor").mapping).join
    assert (join.file, join.on, join.delimiter, join.encoding) == ("desks.csv", {"desk no": "no"}, ";", "utf-8")
    dan.post(f"/import/batches/{batch.pk}/import/", {"complete_to": ""})
    assert worked(batch).inserted == 2


def test_rows_without_a_line_are_counted_and_named(world: World, as_user: Any, own_store: Path) -> None:
    batch = received(MAIN, by=world.dan, name="floor.csv")
    page = handed_in(as_user(world.dan), batch, b"no;client\n7;acme\n", **{**MATCHED, **JOINED})
    assert "1 of 2 rows find their line. Not in it: 8" in page


def test_what_is_wrong_is_said_and_nothing_typed_is_lost(world: World, as_user: Any, own_store: Path) -> None:
    dan, batch = as_user(world.dan), received(MAIN, by=world.dan, name="floor.csv")
    typed = {**MATCHED, "source": "the floor", "timezone": "Europe/Paris"}
    told = {
        "A file is needed.": dan.post(columns_of(batch), {**typed, "add": "1"}).content.decode(),
        "A look-up file needs another name than the file itself.": handed_in(dan, batch, name="floor.csv", **typed),
        "A look-up file is CSV or TSV.": handed_in(dan, batch, b'{"no": 1}\n', name="desks.jsonl", **typed),
        "desks.csv: choose the column that it shares with this file.": (
            handed_in(dan, batch, **typed) and dan.post(columns_of(batch), {**typed, **dict.fromkeys(JOINED, "")}).content.decode()),
    }  # fmt: skip
    for text, page in told.items():
        assert text in page
        assert 'value="the floor"' in page
        assert 'value="Europe/Paris"' in page
    assert (Batch.objects.get().state, Source.objects.filter(name="the floor").count()) == (State.RECEIVED, 0)


def test_a_key_that_stands_twice_is_refused_with_the_file_and_the_key(world: World, as_user: Any, own_store: Path) -> None:
    dan, batch = as_user(world.dan), received(MAIN, by=world.dan, name="floor.csv")
    handed_in(dan, batch, DESKS + b"7;acme;desk\n")
    declared(dan, batch, **JOINED)
    batch = worked(batch)
    assert (batch.state, batch.problem) == (
        State.REFUSED, "In desks.csv: found '7' more than once in no; a look-up has each key once.")
    assert "desks.csv" in dan.get(columns_of(batch)).content.decode()


def test_a_later_file_of_the_source_asks_for_its_look_up_file(world: World, as_user: Any, own_store: Path) -> None:
    dan, first = as_user(world.dan), received(MAIN, by=world.dan, name="floor.csv")
    handed_in(dan, first)
    declared(dan, first, **JOINED)
    worked(first)
    later = sent(dan, MAIN.replace(b"N-0001", b"N-0009"), name="october.csv")
    assert (later.state, later.source) == (State.RECEIVED, Source.objects.get(name="floor"))
    page = dan.get(columns_of(later)).content.decode()
    assert "This file needs desks.csv beside it" in page
    assert "desks.csv is joined and not here. Hand it in as a look-up file." in declared(dan, later)
    handed_in(dan, later)
    declared(dan, later, **JOINED)
    assert worked(later).state == State.READY


def test_a_look_up_file_is_swept_only_when_no_batch_knows_it(world: World, as_user: Any, own_store: Path) -> None:
    import os

    dan, batch = as_user(world.dan), received(MAIN, by=world.dan, name="floor.csv")
    handed_in(dan, batch)
    place = files.place(files.beside(batch.path, "desks.csv"))
    os.utime(place, (0, 0))
    reconcile(now=NOW)
    assert place.read_bytes() == DESKS
    dan.post(columns_of(batch), {**MATCHED, "drop": "desks.csv"})
    reconcile(now=NOW)
    assert (place.exists(), Batch.objects.get().beside) == (False, {})


def test_a_watched_folder_says_that_it_takes_no_look_up_files(world: World, as_user: Any, own_store: Path, tmp_path: Path) -> None:
    dan, batch = as_user(world.dan), received(MAIN, by=world.dan, name="floor.csv")
    handed_in(dan, batch)
    declared(dan, batch, **JOINED)
    (tmp_path / "november.csv").write_bytes(MAIN.replace(b"N-0001", b"N-0011"))
    (taken,) = watching.look(tmp_path, "floor", settled=0, clock=lambda: NOW)
    assert (taken.was_imported, taken.sentence) == (False, (
        "november.csv: rejected, nothing was imported. Its columns join desks.csv, which a watched folder does not take."
        " Import it by the browser."))  # fmt: skip


def test_what_was_chosen_stays_with_its_column_when_a_look_up_file_comes_or_goes(world: World, as_user: Any, own_store: Path) -> None:
    dan, batch = as_user(world.dan), received(MAIN, by=world.dan, name="floor.csv")
    handed_in(dan, batch, b"no,floor\n7,1\n8,2\n", name="floors.csv")
    handed_in(dan, batch)
    chosen = {
        **MATCHED, "join-0-file": "floors.csv", "join-0-here": "", "join-0-there": "", "join-1-file": "desks.csv",
        "join-1-here": "desk no", "join-1-there": "no", "further-7-of": "desks.no", "further-7": "text", "drop": "floors.csv",
    }  # fmt: skip
    dan.post(columns_of(batch), chosen)
    del chosen["drop"]
    chosen |= {"further-7-of": "no"}
    declared(dan, batch, **chosen)
    mapping = loads_mapping(Source.objects.get(name="floor").mapping)
    assert [(join.file, join.on) for join in mapping.join] == [("desks.csv", {"desk no": "no"})]
    assert mapping.extra == {"no": "text"}


def test_the_columns_of_a_look_up_file_without_header_are_named_as_yaml(world: World, as_user: Any, own_store: Path) -> None:
    dan, batch = as_user(world.dan), received(MAIN, by=world.dan, name="floor.csv")
    text = """\
keepscore: 1
source: floor
timezone: UTC
join: {file: desks.csv, on: {desk no: no}, columns: [no, client, function], delimiter: ";"}
fields: {reference: number, client: client, function: function, opened_at: opened, resolved_at: closed}
"""
    page = f"{columns_of(batch)}?as=yaml"
    told = dan.post(page, {"text": text}).content.decode()
    assert "desks.csv is joined and not here. Hand it in as a look-up file." in told
    assert "delimiter: &quot;;&quot;}" in told
    told = dan.post(page, {"text": text, "add": "1", "look_up": upload(b"7;acme;desk\n8;acme;acme\n", name="desks.csv")}).content.decode()
    assert "Its columns: no, client, function." in told
    dan.post(page, {"text": text})
    batch = worked(batch)
    assert (batch.state, batch.ready, batch.mapping) == (State.NEEDS_DECISION, 1, text)
