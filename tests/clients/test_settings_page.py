"""What holds for the whole vendor, and what it does to scores."""

from __future__ import annotations

from typing import Any

import pytest
from ruamel.yaml import YAML

from keepscore.clients.models import Client, VendorSettings
from keepscore.clients.settings import default_cadence, defaults_text, keep_files_days
from keepscore.clients.signals import DefaultsRefused
from keepscore.clients.vendor import ChangedMeanwhile, save_settings, terms_of
from keepscore.contracts.models import Contract
from keepscore.scores import operations as scores
from keepscore.scores.models import Score, Touched
from keepscore.users.models import AuditEntry
from tests.world import NOW, World, contract_text


def filled(**changes: Any) -> dict[str, Any]:
    """What the page sends when nobody changes a thing."""
    terms = terms_of(defaults_text())
    saved = VendorSettings.objects.first() or VendorSettings()
    given: dict[str, Any] = {
        "vendor": terms.vendor, "coverage": terms.coverage, "records": terms.records, "cadence": saved.cadence,
        "keep_files_days": saved.keep_files_days or "", "edition": saved.edition,
    }  # fmt: skip
    for at, area in enumerate(terms.areas):
        given[f"area-{at}"] = area.name
        given |= {f"sub-{at}-{under}": name for under, (_key, name) in enumerate(area.sub_areas)}
    return given | {f"grade-{letter}": value for letter, value in terms.grades.items()} | changes


def test_the_page_shows_what_holds_and_saving_it_unchanged_leaves_no_trace(world: World, as_user: Any) -> None:
    ada = as_user(world.ada)
    page = ada.get("/settings/").content.decode()
    for said in ("Team Performance", "Delivery against targets", 'value="4.5"', 'value="20"'):
        assert said in page
    assert ada.post("/settings/", filled()).status_code == 302
    assert (defaults_text(), AuditEntry.objects.filter(action="settings.saved").count(), Touched.objects.count()) == ("", 0, 0)


def test_other_names_and_grades_are_in_new_scores_and_the_frozen_digest_follows(world: World, as_user: Any) -> None:
    before, digest = Score.objects.get(client=world.acme, period="2026-Q3"), Contract.objects.get(client=world.acme).digest
    grades = {"grade-A": "4.9", "grade-B": "4.8", "grade-C": "4.7", "grade-D": "4.6"}
    changes = {"sub-1-0": "Kept promises", "vendor": "Northgate Ltd", "coverage": "10", **grades}
    assert as_user(world.ada).post("/settings/", filled(**changes)).status_code == 302
    assert list(Touched.objects.order_by("client__key").values_list("client__key", "month")) == [("acme", ""), ("birch", "")]
    scores.score_touched(now=NOW)
    after = Score.objects.get(client=world.acme, period="2026-Q3")
    names = [sub.name for area in after.card.areas for sub in area.sub_areas]
    assert (names[3], after.grade, after.tenths) == ("Kept promises", "F", before.tenths)
    contract = Contract.objects.get(client=world.acme)
    assert contract.digest != digest
    assert contract.digest == after.result["definition"]
    (entry,) = AuditEntry.objects.filter(action="settings.saved")
    assert (entry.by, sorted(entry.detail)) == ("Ada Northgate", ["areas", "coverage", "grades", "vendor"])


def test_what_the_page_does_not_show_stays_in_the_defaults(world: World) -> None:
    text = "currency: GBP\nlimits: {P1: 4h, default: 16h}\nscorecard: {ceilings: {critical_missed: 2.0}}\n"
    VendorSettings.objects.create(id=1, defaults=text, edition=3)
    terms = terms_of(text)
    save_settings(
        terms=terms.__class__("Northgate", terms.areas, terms.grades, terms.coverage, 30), cadence="year", keep_files_days=90, edition=3,
        by=world.ada, at=NOW,
    )  # fmt: skip
    tree = YAML(typ="safe").load(defaults_text())
    assert (tree["currency"], tree["limits"]) == ("GBP", {"P1": "4h", "default": "16h"})
    assert tree["scorecard"]["ceilings"] == {"critical_missed": 2.0}
    assert (tree["vendor"], tree["scorecard"]["enough_data"], default_cadence(), keep_files_days()) == (
        "Northgate", {"coverage": "50%", "records": 30}, "year", 90)  # fmt: skip


def test_defaults_that_a_contract_cannot_live_with_are_refused_whole(world: World) -> None:
    text = contract_text(world.birch).replace("  priorities:", "  scorecard: {grades: {A: 4.6}}\n  priorities:")
    Contract.objects.filter(client=world.birch).update(text=text)
    terms = terms_of("")
    wanted = terms.__class__(terms.vendor, terms.areas, {**terms.grades, "A": 4.9, "B": 4.8}, terms.coverage, terms.records)
    with pytest.raises(DefaultsRefused, match="Birch"):
        save_settings(terms=wanted, cadence="quarter", keep_files_days=None, edition=0, by=world.ada, at=NOW)
    assert (defaults_text(), VendorSettings.objects.count(), Touched.objects.count()) == ("", 0, 0)


def test_two_who_save_at_once_do_not_overwrite_each_other(world: World, as_user: Any) -> None:
    ada = as_user(world.ada)
    first, second = filled(records="25"), filled(records="30")
    assert [ada.post("/settings/", given).status_code for given in (first, second)] == [302, 422]
    assert terms_of(defaults_text()).records == 25
    with pytest.raises(ChangedMeanwhile):
        save_settings(terms=terms_of(""), cadence="year", keep_files_days=1, edition=0, by=world.ada, at=NOW)


@pytest.mark.parametrize(("changes", "said"), [
    ({"grade-B": "4.6"}, "B must begin below A."), ({"grade-D": "1"}, "D must begin above 1"), ({"grade-A": "x"}, "A number between 1"),
    ({"area-0": ""}, "A name is needed."), ({"sub-2-2": "a\nb"}, "Write it on one line."), ({"records": "-1"}, "than or equal to 0"),
    ({"keep_files_days": "0"}, "than or equal to 1"), ({"coverage": "101"}, "less than or equal to 100"),
])  # fmt: skip
def test_wrong_settings_come_back_with_what_was_typed(world: World, as_user: Any, changes: dict[str, str], said: str) -> None:
    answer = as_user(world.ada).post("/settings/", filled(vendor="Typed Ltd", **changes))
    assert (answer.status_code, said in answer.content.decode(), "Typed Ltd" in answer.content.decode()) == (422, True, True)
    assert VendorSettings.objects.count() == 0


def test_only_who_may_change_settings_finds_them(world: World, as_user: Any) -> None:
    for name in ("lee", "dana", "eve", "dan"):
        browser = as_user(getattr(world, name))
        assert [browser.get("/settings/").status_code, browser.post("/settings/", filled()).status_code] == [404, 404]


def test_a_new_client_gets_the_default_cadence(world: World, as_user: Any) -> None:
    save_settings(terms=terms_of(""), cadence="half-year", keep_files_days=None, edition=0, by=world.ada, at=NOW)
    assert '<option value="half-year" selected>' in as_user(world.lee).get("/add-client/").content.decode()
    assert Client.objects.get(key="acme").cadence == "quarter"
