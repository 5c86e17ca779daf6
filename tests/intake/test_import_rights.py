"""Who may import, who sees nothing of it, and what the database is asked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from keepscore.intake import access, operations
from keepscore.intake.models import Batch, Source, State
from keepscore.users.models import User
from keepscore.users.roles import May
from tests.intake.files_in import GOOD, WRONG_PRIORITY, csv, declared, received, worked
from tests.world import CANARY, NOW, World

GET = ("", "progress/", "moves/", "columns/", "rejected/", "original/", "undo/")
POST = ("columns/", "answers/", "take-back/", "look-again/", "import/", "cancel/", "undo/")


@dataclass(frozen=True)
class Limited:
    """An access that is limited to some clients, as an API token may be."""

    user: User
    client_limit: frozenset[int]
    sees_every_client: bool = True

    def may(self, what: str) -> bool:
        return what == May.IMPORT


@pytest.fixture
def batch(world: World, own_store: Path) -> Batch:
    return received(csv([*GOOD, WRONG_PRIORITY]), by=world.dan, source=declared())


@pytest.mark.parametrize("who", ["eve", "dana", "nora"])
def test_who_may_not_import_finds_nothing(world: World, as_user: Any, batch: Batch, who: str) -> None:
    browser = as_user(getattr(world, who))
    paths = ["/import/", "/import/batches/", f"/import/sources/{batch.source_id}/", *(f"/import/batches/{batch.pk}/{path}" for path in GET)]
    answers = [browser.get(path) for path in paths]
    answers += [browser.post(f"/import/batches/{batch.pk}/{path}", {}) for path in POST]
    answers += [browser.post("/import/upload/", {}), browser.post(f"/import/sources/{batch.source_id}/forget/", {})]
    assert {answer.status_code for answer in answers} == {404}
    assert not any(CANARY in answer.content.decode() for answer in answers)
    fresh = Batch.objects.get(pk=batch.pk)
    assert (fresh.state, fresh.turn) == (State.NEEDS_DECISION, batch.turn)


def test_who_is_not_signed_in_is_sent_to_sign_in(world: World, client: Any, batch: Batch) -> None:
    for path in ("/import/", f"/import/batches/{batch.pk}/", f"/import/batches/{batch.pk}/original/"):
        assert client.get(path).headers["Location"] == f"/account/login/?next={path}"


def test_nothing_is_changed_by_looking(world: World, as_user: Any, batch: Batch) -> None:
    browser = as_user(world.dan)
    before = Batch.objects.filter(pk=batch.pk).values().get()
    for path in POST:
        if path not in ("columns/", "undo/"):
            assert browser.get(f"/import/batches/{batch.pk}/{path}").status_code == 405
    assert Batch.objects.filter(pk=batch.pk).values().get() == before


def test_an_access_limited_to_a_client_knows_no_other(world: World, own_store: Path) -> None:
    declared()
    actor = Limited(world.dan, frozenset({world.acme.pk}))
    mine = received(csv([GOOD[0], GOOD[1].replace("acme", "birch")]), by=actor, source=Source.objects.get(name="desk"))
    assert (mine.ready, [(group["reason"], group["options"]) for group in mine.groups]) == (
        1, [("unknown_client", [{"value": "acme", "label": "Acme Bakeries"}])])
    assert CANARY not in str(mine.groups) + str(mine.moves)


def test_an_access_limited_to_a_client_cannot_take_over_a_record_of_another(world: World, own_store: Path) -> None:
    source = declared()
    actor = Limited(world.dan, frozenset({world.acme.pk}))
    mine = received(csv([GOOD[0].replace("N-0001", f"{CANARY}-0001")]), by=actor, source=source)
    assert (mine.state, mine.ready) == (State.REFUSED, 0)
    assert CANARY not in mine.problem


def test_an_access_limited_to_a_client_sees_only_what_it_brought(world: World, batch: Batch) -> None:
    actor = Limited(world.dan, frozenset({world.acme.pk}))
    mine = received(csv(GOOD), by=actor, source=batch.source)
    assert list(access.batches_for(actor)) == [mine]
    assert list(access.sources_for(actor)) == []
    with pytest.raises(Http404):
        access.batch_for(actor, batch.pk)


def test_lists_ask_the_database_the_same_for_one_and_for_many(world: World, as_user: Any, own_store: Path) -> None:
    browser = as_user(world.dan)
    source = declared()
    ready = received(csv(GOOD), by=world.dan, source=source)
    done = operations.load(pk=operations.ask_import(batch=ready, by=world.dan, at=NOW).pk, now=NOW)

    def asked(path: str) -> int:
        with CaptureQueriesContext(connection) as found:
            assert browser.get(path).status_code == 200
        return len(found)

    paths = ("/import/", "/import/batches/", source.get_absolute_url())
    for path in paths:
        browser.get(path)
    few = [asked(path) for path in paths]
    for number in range(30):
        other = Source.objects.create(name=f"source-{number:02}", mapping="x")
        for field in ("pk", "id"):
            setattr(done, field, None)
        done.source, done._state.adding = (other if number % 2 else source), True
        done.save()
        Batch.objects.create(file_name="a", size=1, sha256="a", path="a/a", received_at=NOW, received_by=world.dan, state=State.REFUSED)
    assert [asked(path) for path in paths] == few


@pytest.mark.parametrize("wrong", [
    {"state": State.IMPORTED}, {"state": State.UNDONE, "imported_at": NOW, "store_batch": "1"}, {"undone_at": NOW},
    {"state": State.IMPORTED, "imported_at": NOW},
])  # fmt: skip
def test_the_database_holds_a_batch_and_its_signs_together(world: World, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Batch.objects.create(file_name="a", size=1, sha256="a", path="a/a", received_at=NOW, **wrong)


def test_what_somebody_else_was_quicker_with_is_said(world: World, as_user: Any, batch: Batch) -> None:
    browser = as_user(world.dan)
    operations.cancel(batch=batch, by=world.lee, at=NOW)
    answer = browser.post(f"/import/batches/{batch.pk}/import/", {}, follow=True)
    assert "cancelled; look at it again." in answer.content.decode()
    assert worked(batch).state == State.CANCELLED
