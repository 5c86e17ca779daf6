"""From a file to moved scores: columns declared, rows checked, imported, undone; and what the next file no longer asks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from keepscore.intake import operations
from keepscore.intake.models import Source, State
from keepscore.intake.store import the_store
from keepscore.records.mapping import loads_mapping
from keepscore.scores.models import Touched
from keepscore.users.models import AuditEntry
from tests.intake.files_in import GOOD, csv, declared, sent, worked
from tests.world import MAPPING, NOW, World

NEXT = "N-0009,acme,desk,P1,Leeds,2026-09-23T09:00:00Z,2026-09-23T10:00:00Z,20"


def test_a_file_of_an_unknown_form_asks_for_its_columns_then_is_checked_and_imported(world: World, as_user: Any, own_store: Path) -> None:
    browser = as_user(world.dan)
    batch = sent(browser, csv(GOOD))
    assert batch.state == State.RECEIVED
    page = browser.get(f"/import/batches/{batch.pk}/", follow=True)
    assert (page.status_code, page.redirect_chain) == (200, [(f"/import/batches/{batch.pk}/columns/", 302)])
    answer = browser.post(f"/import/batches/{batch.pk}/columns/?as=yaml", {"text": MAPPING})
    assert answer.headers["Location"] == f"/import/batches/{batch.pk}/"
    batch = worked(batch)
    assert (batch.state, batch.ready, batch.inserted, batch.updated, batch.errors) == (State.READY, 2, 2, 0, 0)
    assert Source.objects.get(name="desk").mapping == MAPPING
    assert "2 rows are ready" in browser.get(f"/import/batches/{batch.pk}/").content.decode()
    browser.post(f"/import/batches/{batch.pk}/import/", {})
    batch = worked(batch)
    assert (batch.state, batch.inserted, batch.imported_by, batch.problem) == (State.IMPORTED, 2, world.dan, "")
    assert set(Touched.objects.values_list("client__key", "month")) == {("acme", "2026-09")}
    assert "2 new records imported" in browser.get(f"/import/batches/{batch.pk}/").content.decode()
    assert list(AuditEntry.objects.filter(action__startswith="import.").order_by("id").values_list("action", "user__email")) == [
        (action, "dan@northgate.test") for action in ("import.received", "import.columns-declared", "import.asked", "import.done")
    ]


def test_the_form_says_the_same_as_the_mapping_it_was_guessed_from(world: World, as_user: Any, own_store: Path) -> None:
    browser = as_user(world.dan)
    batch = sent(browser, csv(GOOD))
    page = browser.get(f"/import/batches/{batch.pk}/columns/").context["page"]
    data = {f"column-{row.name}": next(value for value, _, chosen in row.options if chosen) for row in page.fields}
    data |= {"source": "desk", "table": "records", "format": "csv", "encoding": "utf-8", "delimiter": ",", "decimal": "."}
    assert browser.post(f"/import/batches/{batch.pk}/columns/", data).status_code == 302
    made = loads_mapping(Source.objects.get(name="desk").mapping)
    assert {name: rule.column for name, rule in made.fields.items()} == {
        "reference": "number", "client": "client", "function": "function", "opened_at": "opened", "resolved_at": "closed",
        "priority": "priority", "site": "site", "effort_minutes": "minutes"}  # fmt: skip
    assert worked(batch).state == State.READY


def test_a_needed_column_that_was_not_recognised_is_asked_for_never_filled_in(world: World, as_user: Any, own_store: Path) -> None:
    browser = as_user(world.dan)
    batch = sent(browser, csv(GOOD, header="Pile,Whose,function,priority,site,Somewhen,closed,minutes"))
    page = browser.get(f"/import/batches/{batch.pk}/columns/").context["page"]
    chosen = {row.name: [(value, str(word)) for value, word, is_chosen in row.options if is_chosen] + [row.constant] for row in page.fields}
    assert {name: chosen[name] for name in ("reference", "client", "opened_at", "site")} == {
        "reference": [("", "choose a column"), ""], "client": [("", "choose a column"), ""], "opened_at": [("", "choose a column"), ""],
        "site": [("site", "site"), ""],
    }  # fmt: skip
    data = {f"column-{name}": value for name, ((value, _), _) in chosen.items()}
    data |= {"source": "desk", "table": "records", "format": "csv", "encoding": "utf-8", "delimiter": ",", "decimal": "."}
    answer = browser.post(f"/import/batches/{batch.pk}/columns/", data)
    assert (answer.status_code, answer.context["page"].problems) == (
        422, ("Number needs a column of the file", "Client needs a column of the file", "Opened needs a column of the file")
    )  # fmt: skip


def test_columns_that_are_missing_are_named_and_what_was_typed_comes_back(world: World, as_user: Any, own_store: Path) -> None:
    browser = as_user(world.dan)
    batch = sent(browser, csv(GOOD))
    typed = {"source": "desk", "table": "records", "format": "csv", "timezone": "Mars"}
    answer = browser.post(f"/import/batches/{batch.pk}/columns/", typed)
    assert answer.status_code == 422
    page = answer.context["page"]
    assert (page.source, page.timezone) == ("desk", "Mars")
    assert any("Europe/London" in text for text in page.problems)
    assert Source.objects.filter(name="desk", mapping="").count() == Source.objects.filter(name="desk").count()


def test_the_next_file_of_a_source_goes_straight_to_its_rows(world: World, as_user: Any, own_store: Path) -> None:
    declared()
    batch = sent(as_user(world.dan), csv(GOOD))
    assert (batch.state, batch.source.name, batch.mapping) == (State.READY, "desk", MAPPING)


def test_the_page_says_what_will_move_before_anything_is_saved(world: World, as_user: Any, own_store: Path) -> None:
    declared()
    before = the_store().version()
    late = [f"L-{n:03},acme,desk,P1,Leeds,2026-09-21T09:00:00Z,2026-10-09T10:00:00Z,20" for n in range(40)]
    browser = as_user(world.dan)
    batch = sent(browser, csv(late))
    assert batch.is_moving
    assert "It is being computed" in browser.get(batch.get_absolute_url()).content.decode()
    (moves,) = operations.look_ahead(pk=batch.pk, now=NOW).moves
    assert "Requests closed in target time" in browser.get(batch.get_absolute_url()).content.decode()
    assert (moves["client"], moves["period"]) == ("Acme Bakeries", "Q3 2026")
    on_time = next(row for row in moves["rows"] if row["name"] == "Requests closed in target time")
    assert on_time["moves"]
    assert float(on_time["after"].rstrip("%")) < float(on_time["now"].rstrip("%"))
    assert the_store().version() == before


def test_an_answer_given_meanwhile_ends_what_is_being_computed(world: World, as_user: Any, own_store: Path) -> None:
    declared()
    browser = as_user(world.dan)
    batch = sent(browser, csv(GOOD))
    browser.post(f"/import/batches/{batch.pk}/look-again/", {})
    ahead = operations.look_ahead(pk=batch.pk, now=NOW)
    assert (ahead.state, ahead.moves, ahead.is_moving) == (State.CHECKING, [], False)


def test_the_same_file_again_brings_nothing_and_is_told_so(world: World, as_user: Any, own_store: Path) -> None:
    declared()
    browser = as_user(world.dan)
    first = sent(browser, csv(GOOD))
    browser.post(f"/import/batches/{first.pk}/import/", {})
    worked(first)
    Touched.objects.all().delete()
    again = sent(browser, csv(GOOD), name="desk-copy.csv")
    assert (again.inserted, again.updated, again.unchanged) == (0, 0, 2)
    assert "Nothing new: all 2 records are there already" in browser.get(again.get_absolute_url()).content.decode()
    browser.post(f"/import/batches/{again.pk}/import/", {})
    again = worked(again)
    assert (again.state, again.is_repeat, again.inserted, Touched.objects.count()) == (State.IMPORTED, True, 0, 0)
    assert "same content as a batch that was imported before" in browser.get(again.get_absolute_url()).content.decode()


def test_an_older_export_is_refused_and_taken_only_when_a_person_says_so(world: World, as_user: Any, own_store: Path) -> None:
    declared()
    browser = as_user(world.dan)
    newer = sent(browser, csv([*GOOD, "N-0008,acme,desk,P1,Leeds,2026-10-12T09:00:00Z,2026-10-12T10:00:00Z,20"]))
    browser.post(f"/import/batches/{newer.pk}/import/", {})
    worked(newer)
    older = sent(browser, csv([GOOD[0].replace(",Leeds,", ",York,")]))
    browser.post(f"/import/batches/{older.pk}/import/", {})
    older = worked(older)
    assert (older.state, older.older) == (State.READY, True)
    page = browser.get(older.get_absolute_url()).content.decode()
    assert "A newer export was imported before this one" in page
    assert 'name="allow_older"' in page
    assert AuditEntry.objects.filter(action="import.refused", refused=True).count() == 1
    browser.post(f"/import/batches/{older.pk}/import/", {"allow_older": "1"})
    older = worked(older)
    assert (older.state, older.updated) == (State.IMPORTED, 1)


def test_a_source_cannot_be_complete_to_the_future(world: World, as_user: Any, own_store: Path) -> None:
    declared()
    browser = as_user(world.dan)
    batch = sent(browser, csv(GOOD))
    answer = browser.post(f"/import/batches/{batch.pk}/import/", {"complete_to": "2027-01-01T00:00"})
    assert answer.status_code == 422
    assert "A source cannot be complete to a moment that has not come yet." in answer.content.decode()
    assert worked(batch).state == State.READY


def test_the_last_batch_can_be_undone_and_imported_again(world: World, as_user: Any, own_store: Path) -> None:
    declared()
    browser = as_user(world.dan)
    records = the_store().read("records").num_rows
    first, second = sent(browser, csv(GOOD)), None
    browser.post(f"/import/batches/{first.pk}/import/", {})
    worked(first)
    second = sent(browser, csv([NEXT]))
    browser.post(f"/import/batches/{second.pk}/import/", {})
    worked(second)
    assert "Only the last batch" in browser.get(f"/import/batches/{first.pk}/undo/").content.decode()
    browser.post(f"/import/batches/{first.pk}/undo/", {})
    assert worked(first).state == State.IMPORTED
    assert "Undo 1 record" in browser.get(f"/import/batches/{second.pk}/undo/").content.decode()
    Touched.objects.all().delete()
    browser.post(f"/import/batches/{second.pk}/undo/", {})
    second = worked(second)
    assert (second.state, second.undone_by) == (State.UNDONE, world.dan)
    assert the_store().read("records").num_rows == records + 2
    assert set(Touched.objects.values_list("client__key", "month")) == {("acme", "2026-09")}
    assert AuditEntry.objects.filter(action="import.undone", user=world.dan).count() == 1
    again = sent(browser, csv([NEXT]))
    assert (again.inserted, again.state) == (1, State.READY)


def test_giving_a_file_up_saves_nothing_and_removes_it(
    world: World, as_user: Any, own_store: Path, django_capture_on_commit_callbacks: Any
) -> None:  # fmt: skip
    declared()
    browser = as_user(world.dan)
    before = the_store().version()
    batch = sent(browser, csv([NEXT.replace("N-0009", "N-0777")]))
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(f"/import/batches/{batch.pk}/cancel/", {})
    assert worked(batch).state == State.CANCELLED
    assert the_store().version() == before
    assert browser.get(f"/import/batches/{batch.pk}/original/").status_code == 404
    assert "was not imported" in browser.get(batch.get_absolute_url()).content.decode()


def test_the_original_comes_back_byte_for_byte(world: World, as_user: Any, own_store: Path) -> None:
    declared()
    browser = as_user(world.dan)
    content = csv(GOOD) + b"\n"
    batch = sent(browser, content, name="../../etc/desk .csv")
    answer = browser.get(f"/import/batches/{batch.pk}/original/")
    assert b"".join(answer.streaming_content) == content
    assert answer.headers["Content-Disposition"] == 'attachment; filename="desk .csv"'
    assert (answer.headers["Content-Type"], answer.headers["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")
