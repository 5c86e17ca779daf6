"""The pages themselves: who sees them, what they list, how many questions they ask, and the file of records."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from keepscore.clients.models import Client
from keepscore.scores import published
from keepscore.scores.models import Run, Score, Touched
from keepscore.scores.published import Frozen
from keepscore.users.models import AuditEntry, User
from tests.world import CANARY, NOW, World

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Browser]
PAGES = (
    "/clients/{slug}/measures/", "/clients/{slug}/measures/?period=2026-Q4", "/clients/{slug}/measures/on-time/",
    "/clients/{slug}/measures/on-time/?show=kept&page=2", "/clients/{slug}/measures/quick-half/",
    "/clients/{slug}/measures/on-time/records.csv",
)  # fmt: skip
OWN = {"acme": "A-0300", "birch": f"{CANARY}-0300"}


def pages(slug: str, of: str) -> list[str]:
    return [page.format(slug=slug) for page in PAGES] + [f"/clients/{slug}/records/desk/{OWN[of]}/"]


def test_who_looks_after_a_client_sees_its_pages_and_nothing_of_another(world: World, as_user: SignIn) -> None:
    for person, slug, few in ((world.dana, "acme", None), (world.eli, "acme", 1), (world.eve, "acme", 1), (world.nora, "birch", None)):
        browser = as_user(person)
        for address in pages(slug, slug)[:few]:
            response = browser.get(address)
            assert (address, response.status_code) == (address, 200)
            if not person.sees_every_client:      # who does finds the next client named beside
                assert (CANARY in response.content.decode()) == (slug == "birch")


def test_a_stranger_finds_no_page_of_a_client(world: World, as_user: SignIn) -> None:
    dana = as_user(world.dana)
    for address in [*pages("birch", "birch"), "/clients/acme/records/desk/" + OWN["birch"] + "/"]:
        response = dana.get(address)
        assert (address, response.status_code) == (address, 404)
        assert CANARY not in response.content.decode()
    assert dana.post("/clients/birch/score-again/").status_code == 404


def test_who_has_not_signed_in_is_asked_to(world: World) -> None:
    for address in [*pages("acme", "acme"), "/scoring/"]:
        assert Browser().get(address)["Location"].startswith("/account/login/")


def test_a_measure_that_is_not_there_is_404(world: World, as_user: SignIn) -> None:
    dana = as_user(world.dana)
    for address in ("/clients/acme/measures/none/", "/clients/acme/measures/none/records.csv", "/clients/acme/records/desk/none/"):
        assert dana.get(address).status_code == 404


def test_an_address_with_nonsense_shows_the_page_all_the_same(world: World, as_user: SignIn) -> None:
    dana = as_user(world.dana)
    for query in ("?period=1999", "?page=-1", "?page=x", "?page=9999", "?show=all", "?by=opened_at&is=x", "?by=none", "?by=site", "?is=x"):
        assert dana.get(f"/clients/acme/measures/on-time/{query}").status_code == 200


def test_25_records_a_page_and_where_one_is(world: World, as_user: SignIn) -> None:
    dana = as_user(world.dana)
    whole = dana.get("/clients/acme/measures/on-time/?show=kept").context["page"].listing
    second = dana.get("/clients/acme/measures/on-time/?show=kept&page=2")
    assert (len(whole.rows), len(second.context["page"].listing.rows)) == (25, 25)
    assert f"26 to 50 of {whole.page.paginator.count}" in second.content.decode()
    assert not {row.reference for row in whole.rows} & {row.reference for row in second.context["page"].listing.rows}


def test_a_page_asks_the_same_number_of_questions_for_few_and_many_records(cedar: Client, world: World, as_user: SignIn) -> None:
    dana = as_user(world.dana)

    def asked(address: str) -> int:
        dana.get(address)
        with CaptureQueriesContext(connection) as queries:
            dana.get(address)
        return len(queries)

    assert asked("/clients/cedar/measures/on-time/") == asked("/clients/acme/measures/on-time/")
    assert asked("/clients/cedar/measures/") == asked("/clients/acme/measures/")
    assert asked("/clients/acme/measures/on-time/") <= 14


def test_the_file_of_records_is_what_the_page_lists_and_runs_nothing(cedar: Client, world: World, as_user: SignIn) -> None:
    response = as_user(world.dana).get("/clients/cedar/measures/on-time/records.csv?period=2026-Q3&show=kept")
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    assert response["Content-Disposition"] == 'attachment; filename="cedar-on-time-2026-q3-kept.csv"'
    assert [(row["reference"], row["outcome"], row["opened_at"], row["elapsed"]) for row in rows] == [
        ("C-1", "kept", "2026-07-06T08:00:00Z", "7200"), ("'=C/6", "kept", "2026-09-28T08:00:00Z", "14400"),
    ]  # fmt: skip
    every = as_user(world.dana).get("/clients/cedar/measures/on-time/records.csv").content.decode().splitlines()
    assert len(every) == 7


def test_keys_and_references_of_any_characters_have_addresses(cedar: Client, world: World, as_user: SignIn) -> None:
    dana = as_user(world.dana)
    page = dana.get("/clients/cedar/measures/repeats%252Fall/")
    assert page.status_code == 200
    record = dana.get("/clients/cedar/records/ledger/%253DC%252F6/")
    assert (record.status_code, "=C/6 was kept" in record.content.decode()) == (200, True)
    links = [row.url for row in dana.get("/clients/cedar/measures/on-time/?show=kept").context["page"].listing.rows]
    assert links == ["/clients/cedar/records/ledger/C-1/", "/clients/cedar/records/ledger/%253DC%252F6/"]


def test_every_kind_of_measure_has_a_page(cedar: Client, world: World, as_user: SignIn) -> None:
    dana = as_user(world.dana)
    for row in dana.get("/clients/cedar/measures/").context["page"].rows:
        for address in (row.url, row.url.replace("2026-Q3", "2026-Q4")):
            assert (address, dana.get(address).status_code) == (address, 200)


def test_asking_for_a_score_marks_the_client_and_is_on_record(world: World, as_user: SignIn) -> None:
    response = as_user(world.dana).post("/clients/acme/score-again/")
    assert (response.status_code, response["Location"]) == (302, "/clients/acme/measures/")
    assert [mark.client for mark in Touched.objects.all()] == [world.acme]
    entry = AuditEntry.objects.filter(action="score.asked").get()
    assert (entry.user, entry.client) == (world.dana, "acme")
    shown = as_user(world.dana).get("/clients/acme/measures/").content.decode()
    assert "this client is waiting to be scored" in shown


def test_who_may_not_score_has_neither_button_nor_page(world: World, as_user: SignIn) -> None:
    eve = as_user(world.eve)
    assert "Score again" not in eve.get("/clients/acme/measures/").content.decode()
    assert [eve.post("/clients/acme/score-again/").status_code, eve.get("/scoring/").status_code] == [404, 404]
    assert eve.get("/clients/acme/score-again/").status_code == 405
    assert not Touched.objects.exists()


def test_a_run_says_how_far_it_is_and_asks_again_while_it_goes_on(world: World, as_user: SignIn) -> None:
    Run.objects.create(total=8, done=2, started_at=NOW, beat_at=timezone.now())
    browser = as_user(world.lee)
    text = browser.get("/scoring/").content.decode()
    assert ("2 of 8" in text, "25%" in text, 'hx-trigger="every 2s"' in text) == (True, True, True)
    fragment = browser.get("/scoring/", headers={"HX-Request": "true"}).content.decode()
    assert ("<html" in fragment, "2 of 8" in fragment) == (False, True)


def test_a_run_without_a_sign_for_two_minutes_is_said_to_have_stopped(world: World, as_user: SignIn) -> None:
    run = Run.objects.create(total=8, done=2, started_at=NOW, beat_at=timezone.now() - timedelta(seconds=121))
    page = as_user(world.lee).get("/scoring/").context["page"]
    assert (page.rows[0].state, page.rows[0].word, page.headline) == (
        "late", "stopped without a word, no sign for 2 m".replace("2 m", "2\xa0m"), "The last run has stopped at 2 of 8 client periods",
    )  # fmt: skip
    Run.objects.filter(pk=run.pk).update(state=Run.State.DONE, done=8)
    assert 'hx-trigger' not in as_user(world.lee).get("/scoring/").content.decode()


def test_what_went_wrong_in_a_run_is_only_for_who_sees_every_client(world: World, as_user: SignIn) -> None:
    Run.objects.create(total=8, done=2, started_at=NOW, beat_at=NOW, state=Run.State.FAILED, problem=f"ValueError: {CANARY}")
    assert CANARY in as_user(world.lee).get("/scoring/").content.decode()
    told = as_user(world.dana).get("/scoring/").content.decode()
    assert (CANARY in told, "An administrator can read what went wrong." in told) == (False, True)


def test_text_of_records_stays_text(cedar: Client, world: World, as_user: SignIn) -> None:
    score = Score.objects.get(client=cedar, period="2026-Q3")
    item = next(item for item in score.result["measures"] if item["key"] == "on-time")
    item["name"], item["left_out"][0]["reason"] = "<script>name", "<script>reason"
    score.save()
    text = as_user(world.dana).get("/clients/cedar/measures/on-time/").content.decode()
    assert ("<script>name" in text, "<script>reason" in text, "&lt;script&gt;reason" in text) == (False, False, True)


def test_a_client_without_a_score_says_so(world: World, as_user: SignIn) -> None:
    world.acme.scores.all().delete()
    shown = as_user(world.dana).get("/clients/acme/measures/").content.decode()
    assert "No score yet" in shown


def test_a_published_measure_says_how_anyone_can_recompute_it(world: World, as_user: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(published, "_find", [lambda score: Frozen(NOW, "ab" * 32, "acme-2026-q3.zip", "/somewhere/")])
    text = as_user(world.dana).get("/clients/acme/measures/on-time/").content.decode()
    assert ("keepscore verify acme-2026-q3.zip" in text, "abababab abababab abababab abababab<br>" in text) == (True, True)
    monkeypatch.setattr(published, "_find", [])
    text = as_user(world.dana).get("/clients/acme/measures/on-time/").content.decode()
    assert ("keepscore verify" in text, "Not published, so not frozen" in text) == (False, True)
