"""Measures across clients, and search: what is found, in which order, for whom."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from keepscore.clients.models import Client
from keepscore.contracts.models import Contract
from keepscore.engine.results import to_json
from keepscore.portfolio import cells
from keepscore.portfolio.across import MeasureLine, as_result, measure_across, measures
from keepscore.portfolio.cells import Found, Group
from keepscore.portfolio.home import Choice
from keepscore.portfolio.search import Results, search
from keepscore.scores.models import MeasureScore, Score
from tests.portfolio.cloned import like_acme
from tests.world import CANARY, World

ON_TIME, HALF = "Requests closed in target time", "Half of requests closed within, at most"


def test_all_measures_are_counted_the_most_missed_first(world: World) -> None:
    like_acme(world, 2)
    page = measures(world.lee)
    assert page.lines == (
        MeasureLine(key="on-time", name=ON_TIME, clients=4, met=0, missed=4, unjudged=0, has_target=True),
        MeasureLine(key="quick-half", name=HALF, clients=4, met=4, missed=0, unjudged=0, has_target=True),
    )
    assert page.headline == f"Missed most: {ON_TIME}, at 4 of 4 clients"
    assert [choice.label for choice in page.choices] == [
        "Latest finished", "Q4 2026, so far", "Q3 2026", "Q2 2026", "Q1 2026", "Q4 2025", "Q3 2025"]


def test_a_measure_stands_at_every_client_worst_first(world: World) -> None:
    better, unjudged, same = like_acme(world, 3)
    MeasureScore.objects.filter(score__client=better, key="on-time").update(met=True, tenths=46, value="19/20", off=0.05)
    MeasureScore.objects.filter(score__client=unjudged, key="on-time").update(met=None, tenths=None, kept=3, missed=1, value="3/4")
    page = measure_across(world.lee, "on-time")
    assert page is not None
    assert page.headline == f"{ON_TIME}: missed at 3 of 4 clients"
    told = [(line.client, line.row.value, line.row.off, line.row.used, line.row.state, line.row.word, line.period) for line in page.lines]
    assert told == [
        (world.birch.name, "67.2%", "\u221222.8", "21 of 6", "missed", "Missed", "Q3 2026"),
        ("Acme Bakeries", "82.8%", "\u22127.2", "11 of 6", "missed", "Missed", "Q3 2026"),
        (same.name, "82.8%", "\u22127.2", "11 of 6", "missed", "Missed", "Q3 2026"),
        (better.name, "95.0%", "+5.0", "11 of 6", "met", "Met", "Q3 2026"),
        (unjudged.name, "75.0%", "\u221215.0", "1 of 6", "too few", "Too few records: 4", "Q3 2026"),
    ]
    assert page.lines[1].row.url == "/clients/acme/measures/on-time/?period=2026-Q3"
    assert 'aria-label="By period: 84.4%, 84.4%, 82.3%, 87.3%, 82.8%"' in page.lines[1].row.trend


def test_a_measure_of_one_period_is_that_of_its_page(world: World) -> None:
    page = measure_across(world.dana, "on-time", period="2026-Q1")
    assert page is not None
    assert [(line.client, line.period, line.row.value) for line in page.lines] == [("Acme Bakeries", "Q1 2026", "82.3%")]
    assert [choice for choice in page.choices if choice.is_current] == [Choice("2026-Q1", "Q1 2026", True)]


def test_a_row_of_a_list_says_what_the_engine_said(world: World) -> None:
    for score in Score.objects.filter(client=world.acme):
        for whole in score.card.measures:
            told = as_result(score.measures.get(key=whole.key))
            same = ("name", "unit", "kept", "missed", "target_kind", "target", "met", "allowed_misses")
            assert {name: getattr(told, name) for name in same} == {name: getattr(whole, name) for name in same}
            assert (told.value and told.value.fraction) == (whole.value and whole.value.fraction)
            assert (told.score and told.score.tenths) == (whole.score and whole.score.tenths), to_json(whole)


def test_two_contracts_of_a_client_are_told_apart(world: World) -> None:
    agreed = Contract.objects.get(client=world.acme)
    (clone,) = like_acme(world, 1)
    Contract.objects.filter(client=clone).update(client=world.acme, key="second")
    Score.objects.filter(client=clone).update(client=world.acme)
    page = measure_across(world.dana, "on-time")
    assert page is not None
    assert [(line.client, line.contract, line.row.url.partition("contract=")[2]) for line in page.lines] == [
        ("Acme Bakeries", agreed.key, agreed.key), ("Acme Bakeries", "second", "second")]


def test_another_clients_measures_stay_unseen(world: World, as_user: Any) -> None:
    MeasureScore.objects.filter(score__client=world.birch, key="on-time").update(key=f"{CANARY}-only", name=CANARY)
    assert measure_across(world.dana, f"{CANARY}-only") is None
    browser = as_user(world.dana)
    answers = {path: browser.get(path) for path in ("/measures/", "/measures/on-time/", f"/measures/{CANARY}-only/", "/measures/none/")}
    assert {path: (answer.status_code, CANARY in answer.content.decode()) for path, answer in answers.items()} == {
        "/measures/": (200, False), "/measures/on-time/": (200, False), f"/measures/{CANARY}-only/": (404, False),
        "/measures/none/": (404, False),
    }  # fmt: skip


def test_a_key_of_any_characters_has_its_page(world: World, as_user: Any) -> None:
    MeasureScore.objects.filter(score__client=world.acme, key="on-time").update(key="a/b ?#%2F é")
    browser = as_user(world.dana)
    page = browser.get("/measures/").content.decode()
    url = page.partition('<a class="quiet" href="/measures/')[2].partition('"')[0]
    assert browser.get(f"/measures/{url}").status_code == 200


def test_an_empty_period_and_an_odd_page_number_are_no_error(world: World, as_user: Any) -> None:
    browser = as_user(world.dana)
    for query in ("period=2019-Q1", "page=99", "page=x", "period=%00"):
        assert (browser.get(f"/measures/on-time/?{query}").status_code, browser.get(f"/measures/?{query}").status_code) == (200, 200), query


def test_search_finds_clients_people_and_records(world: World) -> None:
    assert search(world.dana, "acm") == Results("acm", (
        Group("Clients", (Found("Acme Bakeries", "led by Dana Northgate", "/clients/acme/"),)),
    ))
    assert search(world.dana, "DANA") == Results("DANA", (
        Group("People", (Found("Dana Northgate", "Account lead", others=(("Acme Bakeries", "/clients/acme/"),)),)),
    ))
    assert search(world.dana, " a-0012 ") == Results("a-0012", (
        Group("Records", (Found("A-0012", "Acme Bakeries, desk, opened 16 Jul 2025", "/clients/acme/records/desk/A-0012/"),)),
    ))


def test_more_than_is_shown_is_told(world: World) -> None:
    (group,) = search(world.dana, "A-00").groups
    assert (len(group.found), group.more) == (20, True)


@pytest.mark.parametrize("text", ["birch", CANARY, f"{CANARY}-00", "xylo", "nora"])
def test_search_finds_nothing_of_another_client(world: World, as_user: Any, text: str) -> None:
    found = search(world.dana, text)
    assert [one.url for group in found.groups for one in group.found if one.url] == []
    assert [one.others for group in found.groups for one in group.found] == [()] * found.count
    page = as_user(world.dana).get("/search/", {"q": text}).content.decode()
    assert "/clients/birch/" not in page
    assert text == CANARY or CANARY.lower() not in page.lower().replace(text.lower(), "")


@pytest.mark.parametrize("text", ["", " ", "a", "\0", "\0\0\0", "%", "_"])
def test_too_short_a_text_finds_nothing(world: World, as_user: Any, text: str) -> None:
    assert search(world.lee, text).groups == ()
    assert as_user(world.lee).get("/search/", {"q": text}).status_code == 200


@pytest.mark.parametrize("text", ["%%", "__", "' OR 1=1 --", "<script>alert(1)</script>", "a" * 5000, "A-0012\0", "🦊🦊"])
def test_odd_texts_are_text(world: World, as_user: Any, text: str) -> None:
    response = as_user(world.lee).get("/search/", {"q": text})
    assert (response.status_code, b"<script>alert" in response.content, search(world.lee, text).groups) == (200, False, ())


def test_disabled_people_are_not_found(world: World) -> None:
    world.eve.is_active = False
    world.eve.save()
    assert search(world.lee, "Eve North").groups == ()


def test_a_store_that_cannot_be_read_leaves_the_rest_of_the_search(world: World, own_store: Path) -> None:
    for log in own_store.rglob("_delta_log/*.json"):
        log.write_text("torn", encoding="utf-8")
    found = search(world.dana, "acme")
    assert ([group.name for group in found.groups], found.problem) == (
        ["Clients"], "The record store cannot be read now, so records were not searched.")


def test_a_later_room_adds_what_it_finds(world: World) -> None:
    group = Group("Stakeholders", (Found("Priya Nair", "Acme Bakeries"),))
    cells.searches.register("stakeholders", lambda actor, text, most: group if "priya" in text.lower() else None)
    try:
        assert search(world.dana, "Priya") == Results("Priya", (group,))
        assert search(world.dana, "nobody at all") == Results("nobody at all", ())
    finally:
        cells.searches.unregister("stakeholders")


def test_archived_clients_are_nowhere(world: World) -> None:
    Client.objects.filter(pk=world.acme.pk).update(archived_at=world.acme.created_at)
    assert (search(world.dana, "acme").groups, search(world.dana, "A-0012").groups, measures(world.dana).lines) == ((), (), ())
