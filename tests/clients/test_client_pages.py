"""Adding a client, its team, archiving it, and bringing it back."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keepscore.clients.access import clients_for
from keepscore.clients.models import Client
from keepscore.clients.operations import NotAtWork, add_client, archive, change_client
from keepscore.scores import operations as scores
from keepscore.scores.models import Touched
from keepscore.users.models import AuditEntry, User
from tests.world import CANARY, NOW, World


def entries(action: str) -> list[tuple[str, str, bool, Any]]:
    return list(AuditEntry.objects.filter(action=action).order_by("id").values_list("by", "client", "refused", "detail"))


def test_a_client_is_added_with_who_looks_after_it(world: World, as_user: Any) -> None:
    done = as_user(world.lee).post("/add-client/", {
        "name": "Cedar & Sons", "lead": world.dana.pk, "team": [world.eli.pk, world.nora.pk], "cadence": "half-year"})  # fmt: skip
    assert (done.status_code, done.headers["Location"]) == (302, "/clients/cedar-sons/team/")
    cedar = Client.objects.get(key="cedar-sons")
    found = (cedar.name, cedar.lead, set(cedar.team.all()), cedar.cadence)
    assert found == ("Cedar & Sons", world.dana, {world.eli, world.nora}, "half-year")
    assert entries("client.added")[-1] == ("Lee Northgate", "cedar-sons", False, {"name": "Cedar & Sons"})


@pytest.mark.parametrize(("changes", "said"), [
    ({"name": ""}, "A name is needed."), ({"key": "acme"}, "There is a client with the key acme already."),
    ({"name": "???"}, "A key is needed"), ({"lead": "999999"}, "this person cannot sign in"),
    ({"team": ["999999"]}, "this person cannot sign in"),
    ({"team": ["x"]}, "this person cannot sign in"), ({"cadence": "week"}, "week is not one of the available choices"),
])  # fmt: skip
def test_a_wrong_client_comes_back_with_what_was_typed(world: World, as_user: Any, changes: dict[str, Any], said: str) -> None:
    typed = {"name": "Cedar", "key": "cedar", "cadence": "quarter", **changes}
    if changes == {"name": "???"}:
        typed["key"] = ""
    answer = as_user(world.lee).post("/add-client/", typed)
    assert (answer.status_code, Client.objects.count()) == (422, 2)
    assert (said in answer.content.decode() and f'value="{typed["name"]}"' in answer.content.decode()) or not typed["name"]


def test_who_cannot_sign_in_is_chosen_by_no_way(world: World, as_user: Any) -> None:
    User.objects.filter(pk=world.eli.pk).update(is_active=False)
    world.eli.refresh_from_db()
    for chosen in ({"lead": world.eli.pk}, {"team": [world.eli.pk]}):
        answer = as_user(world.lee).post("/clients/birch/team/edit/", {"name": "Birch", "cadence": "quarter", **chosen})
        assert (answer.status_code, b"this person cannot sign in" in answer.content) == (422, True)
    with pytest.raises(NotAtWork):
        add_client(key="x", name="X", lead=world.eli, by=world.lee, at=NOW)
    with pytest.raises(NotAtWork):
        change_client(client=world.acme, name="A", cadence="quarter", lead=None, team=[world.eli], by=world.lee, at=NOW)


def test_another_team_means_other_people_see_the_client(world: World, as_user: Any) -> None:
    done = as_user(world.lee).post("/clients/acme/team/edit/", {"name": "Acme", "lead": world.nora.pk, "team": [], "cadence": "year"})
    assert done.status_code == 302
    assert (list(clients_for(world.dana)), [client.key for client in clients_for(world.nora)]) == ([], ["acme", "birch"])
    assert entries("client.changed") == [("Lee Northgate", "acme", False, {
        "name": {"before": "Acme Bakeries", "after": "Acme"}, "cadence": {"before": "quarter", "after": "year"},
        "lead": {"before": world.dana.pk, "after": world.nora.pk}, "team": {"before": [world.eli.pk], "after": []}})]  # fmt: skip
    assert list(Touched.objects.values_list("client__key", "month")) == [("acme", "")]


def test_saving_what_was_there_leaves_no_trace(world: World) -> None:
    change_client(client=world.acme, name="Acme Bakeries", cadence="quarter", lead=world.dana, team=[world.eli], by=world.lee, at=NOW)
    assert entries("client.changed") == []


def test_an_archived_client_leaves_the_lists_is_not_scored_and_is_still_read(world: World, as_user: Any) -> None:
    lee, dana = as_user(world.lee), as_user(world.dana)
    assert (lee.get("/clients/acme/archive/").status_code, Client.objects.filter(archived_at=None).count()) == (200, 2)
    assert lee.post("/clients/acme/archive/").status_code == 302
    assert list(clients_for(world.dana)) == []
    scores.touch_all(clients=[world.acme], at=NOW)
    run = scores.score_touched(now=NOW)
    assert run is not None
    assert run.total == 0
    assert [dana.get(f"/clients/acme/{page}").status_code for page in ("team/", "")] == [200, 200]
    shown = [b"/clients/acme/team/" in lee.get(f"/clients/{show}").content for show in ("", "?show=archived")]
    assert shown == [False, True]
    assert lee.get("/clients/acme/archive/").status_code == 404
    assert lee.post("/clients/acme/bring-back/").status_code == 302
    assert list(clients_for(world.dana)) == [world.acme]
    assert Touched.objects.get().client == world.acme
    assert entries("client.archived") + entries("client.brought-back") == [("Lee Northgate", "acme", False, {})] * 2


def test_a_stranger_finds_no_page_of_a_client(world: World, as_user: Any, client: Any) -> None:
    nora, eli = as_user(world.nora), as_user(world.eli)
    pages = ("team/", "team/edit/", "archive/", "bring-back/")
    assert {nora.get(f"/clients/acme/{page}").status_code for page in pages} == {404}
    assert {nora.post(f"/clients/acme/{page}", {"name": "x", "cadence": "year"}).status_code for page in pages[1:]} == {404}
    assert [eli.get(f"/clients/acme/{page}").status_code for page in pages] == [200, 404, 404, 404]
    others = (nora, as_user(world.dan), as_user(world.eve))
    assert {browser.get(url).status_code for browser in others for url in ("/clients/", "/add-client/")} == {404}
    assert CANARY not in eli.get("/clients/acme/team/").content.decode()
    assert client.get("/clients/acme/team/").headers["Location"] == "/account/login/?next=/clients/acme/team/"
    world.acme.refresh_from_db()
    assert (world.acme.name, world.acme.archived_at) == ("Acme Bakeries", None)


def test_the_list_asks_the_same_number_of_questions_for_every_length(world: World, as_user: Any) -> None:
    browser = as_user(world.lee)

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            assert browser.get("/clients/").status_code == 200
        return len(found)

    few = asked()
    for n in range(30):
        add_client(key=f"c{n}", name=f"Client {n}", lead=world.dana, team=[world.eli, world.nora], by=world.lee, at=NOW)
    assert asked() == few <= 10


def test_archiving_twice_is_archiving_once(world: World) -> None:
    archive(client=world.acme, by=world.lee, at=NOW)
    archive(client=world.acme, by=world.lee, at=NOW)
    assert len(entries("client.archived")) == 1
