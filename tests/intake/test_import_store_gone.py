"""A record store that is not where it was is not begun anew: nothing is imported, compared or forgotten until it is back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from keepscore.intake import operations
from keepscore.intake.models import Source, State
from keepscore.records.store import RecordStore
from keepscore.users.models import AuditEntry
from tests.intake.files_in import GOOD, csv, declared, received, worked
from tests.world import NOW, World

NEXT = "N-0009,acme,desk,P1,Leeds,2026-09-23T09:00:00Z,2026-09-23T10:00:00Z,20"


def test_nothing_is_imported_into_an_empty_place_where_the_store_should_be(
    world: World, own_store: Path, settings: Any, tmp_path: Path
) -> None:  # fmt: skip
    declared()
    first = received(csv(GOOD), by=world.dan)
    worked(operations.ask_import(batch=first, by=world.dan, at=NOW))
    ready = received(csv([NEXT]), by=world.dan, name="next.csv")
    settings.KEEPSCORE_STORE = str(tmp_path / "not-mounted")
    refused = worked(operations.ask_import(batch=ready, by=world.dan, at=NOW))
    said = f"The record store {tmp_path / 'not-mounted'} does not hold desk.csv, which was imported before. Check its path."
    assert (refused.state, refused.problem) == (State.READY, said)
    looked = received(csv([NEXT]), by=world.dan, name="later.csv")
    assert (looked.state, looked.problem) == (State.REFUSED, said)
    undone = worked(operations.ask_undo(batch=first, by=world.dan, at=NOW))
    assert (undone.state, undone.problem) == (State.IMPORTED, f"It was not undone. {said}")
    assert AuditEntry.objects.get(action="import.undone").detail == {"why": said}
    assert not (tmp_path / "not-mounted").exists()
    settings.KEEPSCORE_STORE = str(own_store)
    again = worked(operations.ask_import(batch=refused, by=world.dan, at=NOW))
    assert (again.state, again.inserted) == (State.IMPORTED, 1)


def test_what_sources_held_is_not_forgotten_while_their_store_is_away(
    world: World, own_store: Path, settings: Any, tmp_path: Path
) -> None:  # fmt: skip
    operations.reconcile(now=NOW)
    before = Source.objects.values_list("name", "records", "complete_to").get(name="desk")
    settings.KEEPSCORE_STORE = str(tmp_path / "not-mounted")
    operations.reconcile(now=NOW)
    assert Source.objects.values_list("name", "records", "complete_to").get(name="desk") == before
    declared()
    looked = received(csv([NEXT]), by=world.dan)
    assert looked.problem == f"The record store {tmp_path / 'not-mounted'} is empty, though there were records. Check its path."


def test_a_first_import_begins_a_store(world: World, settings: Any, tmp_path: Path) -> None:
    settings.KEEPSCORE_STORE = str(tmp_path / "new")
    declared()
    batch = worked(operations.ask_import(batch=received(csv(GOOD), by=world.dan), by=world.dan, at=NOW))
    assert (batch.state, batch.inserted, len(RecordStore(tmp_path / "new").batches())) == (State.IMPORTED, 2, 1)


def test_an_undo_of_what_is_not_the_last_is_on_record(world: World, as_user: Any, own_store: Path) -> None:
    declared()
    batches = [received(csv([row]), by=world.dan, name=f"{row[:6]}.csv") for row in (GOOD[0], NEXT)]
    for batch in batches:
        worked(operations.ask_import(batch=batch, by=world.dan, at=NOW))
    browser = as_user(world.dan)
    for _again in range(2):
        browser.post(f"/import/batches/{batches[0].pk}/undo/", {})
    entry = AuditEntry.objects.get(refused=True)
    assert (entry.action, entry.by, entry.detail["why"]) == ("import.undo-asked", "Dan Northgate", "Another batch was imported after it")
