"""The pages of the form: what is opened and sent back changes no byte, and each of them writes and adds what it says."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest

from keepscore.contracts.models import Contract, Draft
from keepscore.contracts.operations import keep_draft
from keepscore.contracts.writing import ContractFile
from keepscore.engine.contract import loads_contract
from tests.world import NOW, World

FORM = "/clients/acme/contract/form/"
PAGES = ("terms", "measure-0", "measure-1", "scorecard")


class Fields(HTMLParser):
    """What a browser would send of the form with the id `edit`, without pressing a button."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sent: dict[str, str] = {}
        self._inside, self._select, self._text = False, "", ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self._inside = given.get("id") == "edit"
        name = given.get("name") or ""
        if self._inside and tag == "input" and given.get("type") not in ("checkbox", "submit"):
            self.sent[name] = given.get("value") or ""
        if self._inside and tag == "textarea":
            self._text, self.sent[name] = name, ""
        if self._inside and tag == "select":
            self._select = name
        if tag == "option" and self._select and (self._select not in self.sent or "selected" in given):
            self.sent[self._select] = given.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        self._select, self._text = ("" if tag == "select" else self._select), ("" if tag == "textarea" else self._text)
        self._inside = self._inside and tag != "form"

    def handle_data(self, data: str) -> None:
        if self._text:
            self.sent[self._text] += data


def opened(browser: Any, page: str) -> dict[str, str]:
    """The fields of a page; the first line's end in a textarea is not part of it, and a browser sends CR LF."""
    sent = Fields(browser.get(f"{FORM}?page={page}").content.decode()).sent
    return sent | {"text": sent["text"].replace("\r\n", "\n").removeprefix("\n").replace("\n", "\r\n")}


def press(browser: Any, page: str, do: str, **typed: str) -> str:
    """Open a page, type into it, press a button, and give the page that stands at the end."""
    sent = opened(browser, page) | {name.replace("__", "-"): value for name, value in typed.items()} | {"do": do}
    return browser.post(f"{FORM}?page={page}", sent, follow=True).content.decode()


def planned(world: World, change: Any = lambda text: text) -> str:
    """A draft with a version that may be changed; its text."""
    file = ContractFile(Contract.objects.get(client=world.acme).text)
    file.add_version("2027-01-01")
    text = change(file.text())
    keep_draft(client=world.acme, key="main", text=text, revision=1, by=world.dana, at=NOW)
    return text


ODDLY_WRITTEN = {
    "as written": lambda text: text, "without a last line's end": lambda text: text.rstrip("\n"),
    "with other indents": lambda text: text.replace("{at_least: 90%}", "{  at_least:   90%  }   # ninety"),
    "with line ends of Windows": lambda text: text.replace("\n", "\r\n"),
}


@pytest.mark.parametrize("how", ODDLY_WRITTEN)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_that_is_opened_and_sent_back_changes_no_byte(world: World, as_user: Any, page: str, how: str) -> None:
    text, dana = planned(world, ODDLY_WRITTEN[how]), as_user(world.dana)
    for do in ("check", "page:terms", "page:scorecard"):
        press(dana, page, do)
    assert Draft.objects.get().text == text


def test_a_contract_that_is_opened_and_sent_back_makes_no_draft(world: World, as_user: Any) -> None:
    dana = as_user(world.dana)
    assert "Nothing differs from the contract as it is saved." in press(dana, "terms", "save")
    assert Draft.objects.count() == 0


def test_curve_credit_and_groups_of_a_measure_are_written_on_its_page(world: World, as_user: Any) -> None:
    planned(world)
    dana = as_user(world.dana)
    press(dana, "terms", "page:measure-0", at__risk="12%", cap="10%")
    typed = {
        "m0__curve0__key": "5", "m0__curve0": "100%", "m0__curve1__key": "4", "m0__curve1": "90%", "m0__groups": "priority, site",
        "m0__allocation": "40%", "m0__tier0__below": "90%", "m0__tier0__pays": "50%", "m0__back__quarters": "2", "m0__back__least": "94%",
    }  # fmt: skip
    page = press(dana, "measure-0", "check", **typed)
    assert '<h2 class="msg-2">Requests closed in target time</h2>' in page
    version = loads_contract(Draft.objects.get().text).versions[1]
    assert version.measures[0].model_dump(mode="json", include={"curve", "groups", "credit"}) == {
        "curve": {"5": "100%", "4": "90%"}, "groups": ["priority", "site"],
        "credit": {"allocation": "40%", "tiers": [{"below": "90%", "pays": "50%"}], "earn_back": {"quarters": 2, "at_least": "94%"}},
    }  # fmt: skip
    assert version.credits is not None
    assert version.credits.model_dump(mode="json") == {"at_risk": "12%", "cap": "10%"}


def test_a_fault_of_another_page_leads_there(world: World, as_user: Any) -> None:
    planned(world)
    page = press(as_user(world.dana), "measure-0", "page:terms", m0__allocation="half")
    assert '<a href="?page=measure-0&amp;version=1#id_m0-allocation">Requests closed in target time, part of the amount at risk: ' in page


def test_functions_hours_and_areas_are_added_changed_and_taken_out(world: World, as_user: Any) -> None:
    planned(world)
    dana = as_user(world.dana)
    visits = {"add-function__key": "visits", "add-function__name": "Field visits"}
    assert "Field visits is added" in press(dana, "terms", "add-function", **visits)
    assert "visits is there already." in press(dana, "terms", "add-function", **visits)
    assert "weekend is added" in press(dana, "terms", "add-calendar", **{"add-calendar__key": "weekend"})
    press(dana, "scorecard", "areas")
    press(dana, "scorecard", "check", a0__weight="2", grade__A="4.6", coverage="40%")
    version = loads_contract(Draft.objects.get().text).versions[1]
    assert [function.key for function in version.functions][-1] == "visits"
    assert version.calendars["weekend"].hours == {"mon-fri": "09:00-17:00"}
    card = version.scorecard
    assert (len(card.areas), str(card.areas[0].weight), str(card.grades.A), str(card.enough_data.coverage)) == (3, "2", "23/5", "2/5")
    count = len(version.functions)
    press(dana, "terms", "check", **{f"f{count - 1}__remove": "on", f"c{len(version.calendars) - 1}__remove": "on"})
    version = loads_contract(Draft.objects.get().text).versions[1]
    assert ("visits" in [function.key for function in version.functions], "weekend" in version.calendars) == (False, False)


def test_a_form_of_more_than_a_thousand_fields_is_taken(world: World, as_user: Any) -> None:
    text = planned(world)
    assert press(as_user(world.dana), "terms", "check", **{f"m{n}__name": "" for n in range(100, 1300)})
    assert Draft.objects.get().text == text
