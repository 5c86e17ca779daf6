"""From a file to moved scores: columns declared, rows checked and repaired, imported, undone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from keepscore.intake.models import Source, State
from keepscore.intake.store import the_store
from keepscore.scores.models import Touched
from tests.intake.files_in import GOOD, csv, sent, worked
from tests.world import MAPPING, World


def test_a_file_of_an_unknown_form_asks_for_its_columns_then_is_checked_and_imported(world: World, as_user: Any, own_store: Path) -> None:
    browser = as_user(world.dan)
    batch = sent(browser, csv(GOOD))
    assert batch.state == State.RECEIVED
    page = browser.get(f"/import/batches/{batch.pk}/", follow=True)
    assert page.status_code == 200
    assert page.redirect_chain == [(f"/import/batches/{batch.pk}/columns/", 302)]
    answer = browser.post(f"/import/batches/{batch.pk}/columns/?as=yaml", {"text": MAPPING})
    assert answer.headers["Location"] == f"/import/batches/{batch.pk}/"
    batch = worked(batch)
    assert (batch.state, batch.ready, batch.inserted, batch.updated, batch.errors) == (State.READY, 2, 2, 0, 0)
    assert Source.objects.get(name="desk").mapping == MAPPING
    page = browser.get(f"/import/batches/{batch.pk}/")
    assert "2 rows are ready" in page.content.decode()
    browser.post(f"/import/batches/{batch.pk}/import/", {})
    before = the_store().version()
    batch = worked(batch)
    assert (batch.state, batch.inserted, batch.imported_by, batch.problem) == (State.IMPORTED, 2, world.dan, "")
    assert the_store().version() != before
    assert set(Touched.objects.values_list("client__key", "month")) == {("acme", "2026-09")}
    assert "2 new records imported" in browser.get(f"/import/batches/{batch.pk}/").content.decode()
