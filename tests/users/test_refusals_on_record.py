"""What known people and programs are refused stands in the audit log, once an hour for the same thing, and is read in plain words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.test import RequestFactory

from keepscore.api.operations import make_token, revoke_token
from keepscore.users import failures, refusals
from keepscore.users.models import AuditEntry
from keepscore.web import clock
from tests.world import CANARY, NOW, World

LACKS_PUBLISH = "Their role lacks this right: Write, publish, correct and withdraw scorecards"


def refused() -> list[tuple[str, str, str, str]]:
    found = AuditEntry.objects.filter(refused=True).order_by("pk")
    return [(entry.by, entry.action, entry.client, entry.detail["why"]) for entry in found]


def test_a_page_of_another_client_is_on_record_once_however_often_it_is_asked_for(world: World, as_user: Any) -> None:
    dana = as_user(world.dana)
    paths = ["/clients/birch/", "/clients/birch/measures/", "/clients/birch/", "/clients/none/", "/clients/birch/score-again/"]
    assert {dana.get(path).status_code for path in paths} <= {404, 405}
    assert refused() == [("Dana Northgate", "page.asked", "birch", "Not one of the clients they may see")]
    entry = AuditEntry.objects.get(refused=True)
    assert (entry.about, entry.detail["page"], entry.detail["address"]) == (
        f"clients.Client:{world.birch.pk}", "/clients/birch/", "127.0.0.1"
    )  # fmt: skip


def test_a_right_that_somebody_lacks_is_named(world: World, as_user: Any) -> None:
    eve = as_user(world.eve)
    for path in ("/people/", "/clients/acme/scorecards/2026-Q3/publish/", "/clients/acme/scorecards/2026-Q3/actions/"):
        assert eve.get(path).status_code == 404
    assert refused() == [
        ("Eve Northgate", "page.asked", "", "Their role lacks this right: Invite people and change roles"),
        ("Eve Northgate", "page.asked", "acme", LACKS_PUBLISH),
    ]


def test_what_belongs_to_somebody_else_is_named_and_what_is_not_there_is_not(world: World, as_user: Any) -> None:
    now = clock.now()
    theirs = make_token(name="theirs", scopes=["read"], clients=[], expires_at=now + timedelta(days=1), by=world.lee, at=now)[0]
    dan = as_user(world.dan)
    assert [dan.post(f"/tokens/{pk}/revoke/").status_code for pk in (theirs.pk, theirs.pk + 1)] == [404, 404]
    assert refused() == [("Dan Northgate", "page.asked", "", "It belongs to somebody else")]


def test_nobody_unknown_and_nobody_who_gets_through_leaves_a_refusal(world: World, as_user: Any) -> None:
    Browser().get("/clients/birch/")
    nora = as_user(world.nora)
    assert (nora.get("/clients/birch/").status_code, nora.get("/clients/nowhere/").status_code) == (200, 404)
    assert refused() == []


def test_a_program_beyond_its_scope_clients_or_end_is_on_record(world: World) -> None:
    now = clock.now()
    token, secret = make_token(
        name="nightly", scopes=["read"], clients=[world.acme], expires_at=now + timedelta(days=1), by=world.lee, at=now
    )  # fmt: skip
    program = Browser(headers={"authorization": f"Bearer {secret}"})
    asked = ["/clients/birch", "/clients/birch/scores/2026-Q3", "/clients/none", "/batches", "/batches"]
    assert [program.get(f"/api/v1{path}").status_code for path in asked] == [404, 404, 404, 403, 403]
    revoke_token(token=token, by=world.lee, at=now)
    assert program.get("/api/v1/clients").status_code == 401
    by = "nightly (Lee Northgate's token)"
    assert refused() == [
        (by, "api.asked", "birch", "Not one of the clients they may see"), (by, "api.asked", "", "The token lacks the scope import"),
        (by, "api.asked", "", "The token opens nothing any more"),
    ]  # fmt: skip
    assert AuditEntry.objects.filter(refused=True).first().detail["operation"] == "GET /api/v1/clients"


@pytest.mark.parametrize(("minutes", "kept"), [(0, 1), (59, 1), (60, 2)])
def test_the_same_refusal_is_kept_again_after_an_hour(world: World, minutes: int, kept: int) -> None:
    for at in (NOW, NOW + timedelta(minutes=minutes)):
        refusals.keep("page.asked", about=world.birch, why="x", by=world.dana, at=at)
    assert len(refused()) == kept


def test_one_person_cannot_fill_the_log(world: World) -> None:
    for number in range(refusals.MOST + 20):
        refusals.keep("page.asked", about=f"thing {number}", why="x", by=world.dana, at=NOW)
    refusals.keep("page.asked", about="thing", why="x", by=world.eli, at=NOW)
    assert len(refused()) == refusals.MOST + 1


def test_the_log_tells_them_in_plain_words(world: World, as_user: Any) -> None:
    as_user(world.dana).get("/clients/birch/")
    page = as_user(world.ada).get("/audit/?refused=on").content.decode()
    for said in ("asked for a page", "why: Not one of the clients they may see", "page: /clients/birch/", CANARY):
        assert said in page


def test_nobody_fills_the_log_with_the_name_of_somebody_else(world: World) -> None:
    request = RequestFactory().post("/account/login/", REMOTE_ADDR="192.0.2.5")
    for _ in range(failures.KNOWN + 5):
        failures.refused("user.sign-in-failed", request, world.dana)
    failures.refused("user.locked-out", request, world.dana)
    found = AuditEntry.objects.filter(refused=True).values_list("action", flat=True)
    assert (found.filter(action="user.sign-in-failed").count(), found.filter(action="user.locked-out").count()) == (failures.KNOWN, 1)
