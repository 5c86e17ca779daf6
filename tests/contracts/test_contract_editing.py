"""Editing a contract in the browser: drafts, faults with their lines, refusals, two people at once, rights."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from keepscore.contracts import previews
from keepscore.contracts.models import Contract, Draft, Preview
from keepscore.contracts.operations import keep_draft, save_contract
from keepscore.contracts.starting import STARTS, first_contract
from keepscore.contracts.writing import ContractFile
from keepscore.engine.contract import loads_contract
from keepscore.users.models import AuditEntry
from tests.world import CANARY, NOW, TODAY, World

PAGE = "/clients/acme/contract/"
EDIT, FORM, NEW_VERSION = f"{PAGE}edit/", f"{PAGE}form/", f"{PAGE}new-version/"


def text_of(world: World) -> str:
    return Contract.objects.get(client=world.acme).text


def with_version(text: str, start: str = "2027-01-01", target: str = "80%") -> str:
    file = ContractFile(text)
    at = file.add_version(start)
    file.put(("versions", at, "measures", 0, "target", "at_least"), target)
    return file.text()


def send(browser: Browser, text: str, do: str = "check", revision: int = 1, note: str = "", url: str = EDIT, **more: Any) -> str:
    """Post, follow, and give the page that stands at the end."""
    values = {"text": text.replace("\n", "\r\n"), "do": do, "revision": revision, "note": note, **more}
    return browser.post(url, values, follow=True).content.decode()


def test_a_new_version_is_saved_and_the_old_one_stays(world: World, as_user: Any) -> None:
    dana = as_user(world.dana)
    page = dana.post(NEW_VERSION, {"start": "2027-01-01", "how": "contract-edit"}, follow=True).content.decode()
    assert "Your draft can be saved" in page
    send(dana, with_version(text_of(world)), "save", note="Amendment 2")
    contract = Contract.objects.get(client=world.acme)
    assert [v.from_.isoformat() for v in loads_contract(contract.text).versions] == ["2025-01-01", "2027-01-01"]
    revision = contract.revisions.first()
    assert (revision.number, revision.note, revision.saved_by, Draft.objects.count()) == (2, "Amendment 2", world.dana, 0)
    page = dana.get(PAGE).content.decode()
    assert "Requests closed in target time: target at least 90%, now at least 80%" in page


def test_every_fault_comes_back_with_its_line_and_the_text_as_typed(world: World, as_user: Any) -> None:
    text = with_version(text_of(world)).replace("weight", "w").replace("at_least: 80%", "at_leest: 80%").replace("GBP", "pounds <b>")
    lines = {n for n, line in enumerate(text.split("\n"), 1) if "at_leest" in line or "pounds" in line}
    page = send(as_user(world.dana), text, "save")
    assert "2 things in your draft have to be mended" in page
    assert "<title>Problem: " in page
    for line in lines:
        assert f'href="#line-{line}"' in page
        assert f'id="line-{line}" class="marked"' in page
    assert "did you mean at_least?" in page
    assert "currency: pounds &lt;b&gt;" in page
    assert Draft.objects.get().text == text
    assert Contract.objects.get(client=world.acme).revisions.count() == 1


@pytest.mark.parametrize("text", ["", "- no\n- map\n", "a: [\n", "\x00\x01", "keepscore: 1\n", "&a [*a]\n", "{}" * 50])
def test_no_text_breaks_either_editor(world: World, as_user: Any, text: str) -> None:
    dana = as_user(world.dana)
    assert "have to be mended" in (page := send(dana, text)) or "has to be mended" in page
    assert dana.get(FORM, follow=True).status_code == 200
    assert dana.get(PAGE).status_code == 200
    assert dana.get(NEW_VERSION, follow=True).status_code == 200


def test_a_locked_version_is_refused_by_every_editor_and_told(world: World, as_user: Any) -> None:
    dana, changed = as_user(world.dana), text_of(world).replace("at_least: 90%}", "at_least: 50%}", 1)
    told = "The version from 1 January 2025 is in force and locked."
    assert told in send(dana, changed, "save")
    assert told in send(dana, changed, "save", url=FORM)
    dana.post(f"{PAGE}discard/")
    assert "Every version has begun and is locked." in dana.get(FORM).content.decode()
    assert text_of(world) != changed
    assert list(AuditEntry.objects.filter(refused=True).values_list("action", "by")) == [("contract.saved", "Dana Northgate")] * 2


def test_the_form_cannot_reach_into_a_locked_version(world: World, as_user: Any) -> None:
    send(as_user(world.dana), text_of(world), "save", url=FORM, **{"version": "0", "m0-target": "50%", "ends": "2028-03-31"})
    agreed = loads_contract(text_of(world))
    assert (agreed.ends.isoformat(), str(agreed.versions[0].measures[0].target.bounds[0].value)) == ("2028-03-31", "9/10")


def test_the_form_writes_a_planned_version_and_shows_faults_at_their_fields(world: World, as_user: Any) -> None:
    dana = as_user(world.dana)
    text = with_version(text_of(world))
    page = send(dana, text, url=FORM, **{"version": "1", "m0-target": "lots", "c0-mon": "9 to 5", "m0-weight": "2"})
    assert "2 things in your draft have to be mended" in page
    assert '<a href="#id_m0-target">Requests closed in target time, target, at least: Write a percent' in page
    assert '<p class="wrong" id="id_c0-mon_error">Write ranges such as 08:00-12:30, 13:00-18:00, or closed</p>' in page
    assert 'value="lots"' in page
    send(dana, Draft.objects.get().text, "save", url=FORM, **{"version": "1", "m0-target": "88%", "c0-mon": "09:00-17:00"})
    version = loads_contract(text_of(world)).versions[1]
    assert (str(version.measures[0].target.bounds[0].value), str(version.measures[0].weight)) == ("22/25", "2")


def test_a_measure_is_added_and_another_taken_out(world: World, as_user: Any) -> None:
    dana, text = as_user(world.dana), with_version(text_of(world))
    added = {"add-name": "Calls answered: “fast”", "add-kind": "limit", "add-sub_area": "cost-and-value", "add-function": "desk"}
    page = send(dana, text, "add", url=FORM, version="1", **added)
    assert "is added at the end of the measures" in page
    send(dana, Draft.objects.get().text, "save", url=FORM, **{"version": "1", "m1-remove": "on"})
    assert [m.key for m in loads_contract(text_of(world)).versions[1].measures] == ["on-time", "calls-answered-fast"]


def test_who_saved_meanwhile_is_shown_and_nothing_is_lost(world: World, as_user: Any) -> None:
    mine, theirs = with_version(text_of(world), "2027-02-01"), with_version(text_of(world), "2027-03-01", "70%")
    dana = as_user(world.dana)
    send(dana, mine)
    save_contract(client=world.acme, text=theirs, by=world.eli, at=NOW, today=TODAY, note="By letter", revision=1)
    page = send(dana, mine, "save")
    assert "Somebody saved while you were writing" in page
    assert "Eli Northgate saved revision 2" in page
    assert "<del>- from: 2027-03-01</del>" in page
    assert "<ins>- from: 2027-02-01</ins>" in page
    assert Draft.objects.get().text == mine
    assert text_of(world) == theirs
    send(dana, mine, "save", revision=2)
    assert text_of(world) == mine


def test_a_backdated_version_asks_for_a_note_and_keeps_it(world: World, as_user: Any) -> None:
    dana, text = as_user(world.dana), with_version(text_of(world), "2026-10-01")
    assert "A note is needed" in send(dana, text, "save")
    assert "saved as revision 2" in send(dana, text, "save", note="Signed late").lower()


def test_a_text_that_is_the_saved_one_makes_neither_draft_nor_revision(world: World, as_user: Any) -> None:
    dana = as_user(world.dana)
    for do in ("check", "save", "contract-form"):
        send(dana, text_of(world), do)
    assert "Nothing differs from the contract as it is saved." in send(dana, text_of(world), "save", url=FORM)
    assert (Draft.objects.count(), Contract.objects.get(client=world.acme).revisions.count()) == (0, 1)


def test_a_draft_survives_until_it_is_thrown_away(world: World, as_user: Any) -> None:
    dana = as_user(world.dana)
    send(dana, "half a thou", note="why")
    page = dana.get(EDIT).content.decode()
    assert "half a thou" in page
    assert 'value="why"' in page
    assert "You have a draft" in dana.get(PAGE).content.decode()
    assert "half a thou" not in as_user(world.eli).get(EDIT).content.decode()
    assert "Dana Northgate has a draft too" in as_user(world.eli).get(EDIT).content.decode()
    dana.post(f"{PAGE}discard/")
    assert Draft.objects.count() == 0
    assert AuditEntry.objects.filter(action="contract.draft-discarded", by="Dana Northgate", client="acme").count() == 1


def test_the_worker_says_what_a_draft_moves(world: World, as_user: Any) -> None:
    dana = as_user(world.dana)
    assert 'hx-trigger="every 2s"' in send(dana, with_version(text_of(world), "2026-07-01", "60%"), note="Late")
    preview = Preview.objects.get()
    assert previews.compute(draft_id=preview.draft_id, asked=preview.asked, now=NOW)
    preview.refresh_from_db()
    last, present = preview.result["periods"]
    assert (last["label"], last["moves"], present["label"]) == ("Q3 2026", 1, "Q4 2026")
    (row,) = last["rows"]
    assert (row["key"], row["now"]["outcome"], row["after"]["outcome"]) == ("on-time", "missed", "met")
    assert (row["now"]["target"], row["after"]["target"]) == ("90%", "60%")
    page = dana.get(f"{PAGE}preview/").content.decode()
    assert "1 measure moves." in page
    assert "hx-trigger" not in page


def test_a_version_that_begins_later_is_tried_on_the_last_period(world: World) -> None:
    draft = keep_draft(client=world.acme, key="main", text=with_version(text_of(world), target="60%"), revision=1, by=world.dana, at=NOW)
    tried, last, present = previews.moves(draft, now=NOW)["periods"]
    assert (tried["label"], tried["as_if"], [row["key"] for row in tried["rows"]]) == ("Q3 2026", "2027-01-01", ["on-time"])
    assert (last["label"], last["moves"], present["label"], present["moves"]) == ("Q3 2026", 0, "Q4 2026", 0)


def test_an_answer_about_an_older_text_is_not_kept(world: World, as_user: Any) -> None:
    dana = as_user(world.dana)
    send(dana, with_version(text_of(world)))
    first = Preview.objects.get().asked
    send(dana, with_version(text_of(world), target="70%"))
    preview = Preview.objects.get()
    assert not previews.compute(draft_id=preview.draft_id, asked=first, now=NOW)
    assert preview.state == Preview.State.WAITING


def test_a_preview_that_a_killed_worker_left_is_asked_for_again(world: World) -> None:
    draft = keep_draft(client=world.acme, key="main", text=with_version(text_of(world)), revision=1, by=world.dana, at=NOW)
    asked = [previews.ask(draft=draft, at=NOW + timedelta(seconds=s)).asked_at for s in (0, 30, 90)]
    assert asked == [NOW, NOW, NOW + timedelta(seconds=90)]


@pytest.mark.parametrize("start", [start.key for start in STARTS])
def test_a_first_contract_from_a_template_reads_and_is_scored(world: World, start: str) -> None:
    text = first_contract(start, client_key="acme", client_name='Ac"me: # {x}', vendor="Us & co", timezone="Europe/Paris", currency="EUR",
                          first_day=TODAY.replace(month=1, day=1), ends=None)  # fmt: skip
    agreed = loads_contract(text)
    assert (agreed.client.name, agreed.vendor, agreed.currency, agreed.ends) == ('Ac"me: # {x}', "Us & co", "EUR", None)
    Contract.objects.filter(client=world.acme).delete()
    draft = keep_draft(client=world.acme, key="main", text=text, revision=0, by=world.dana, at=NOW)
    assert [period["label"] for period in previews.moves(draft, now=NOW)["periods"]] == ["Q3 2026", "Q4 2026"]


def test_a_client_without_contract_gets_its_first_one(world: World, as_user: Any) -> None:
    Contract.objects.filter(client=world.acme).delete()
    dana = as_user(world.dana)
    assert "Write the first contract" in dana.get(PAGE).content.decode()
    given = {"start": "logistics", "timezone": "Europe/Berlin", "currency": "eur", "first_day": "2026-01-01", "ends": ""}
    assert "Your first contract can be saved" in dana.post(f"{PAGE}new/", given, follow=True).content.decode()
    assert "Your draft is waiting" in dana.get(PAGE).content.decode()
    send(dana, Draft.objects.get().text, "save", revision=0)
    assert loads_contract(text_of(world)).currency == "EUR"


# --- who may ---

EVERY = (PAGE, f"{PAGE}file/", f"{PAGE}revisions/1/", EDIT, FORM, NEW_VERSION, f"{PAGE}new/", f"{PAGE}preview/")


def test_a_stranger_finds_nothing_and_changes_nothing(world: World, as_user: Any) -> None:
    nora, before = as_user(world.nora), text_of(world)
    for url in (*EVERY, f"{PAGE}discard/"):
        for answer in (nora.get(url), nora.post(url, {"text": "x", "do": "save", "start": "2027-01-01", "how": "contract-edit"})):
            assert answer.status_code in (404, 405), url
            assert "Acme" not in answer.content.decode()
    assert text_of(world) == before
    assert Draft.objects.count() == 0


def test_a_reader_reads_and_does_not_write(world: World, as_user: Any) -> None:
    eve = as_user(world.eve)
    page = eve.get(PAGE).content.decode()
    assert "Requests closed in target time" in page
    assert "Edit as YAML" not in page
    assert [eve.get(url).status_code for url in EVERY] == [200, 200, 200, 404, 404, 404, 404, 404]
    assert eve.post(EDIT, {"text": "x"}).status_code == 404


def test_nothing_of_another_client_is_on_any_page(world: World, as_user: Any) -> None:
    dana = as_user(world.dana)
    send(dana, with_version(text_of(world)))
    for url in EVERY:
        answer = dana.get(url, follow=True)
        assert answer.status_code == 200, url
        assert CANARY not in answer.content.decode()
    assert dana.get(f"{PAGE}?contract=birch").status_code == 404
    assert dana.get(f"{PAGE}?version=nonsense").status_code == 404
    assert dana.get(f"{PAGE}file/?revision=9").status_code == 404


def test_the_file_is_the_text_as_saved(world: World, as_user: Any) -> None:
    answer = as_user(world.dana).get(f"{PAGE}file/")
    assert answer.content.decode() == text_of(world)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="acme.yaml"'


def test_pages_ask_the_same_number_of_questions_for_1_and_30_revisions(
    world: World, as_user: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    dana = as_user(world.dana)
    counts = []
    for more in (0, 29):
        for n in range(more):
            save_contract(client=world.acme, text=text_of(world) + f"# {n}\n", by=world.dana, at=NOW, today=TODAY, note=str(n))
        found = []
        for url in (PAGE, EDIT, FORM, f"{PAGE}revisions/1/"):
            with CaptureQueriesContext(connection) as seen:
                assert dana.get(url).status_code == 200
            found.append(len(seen))
        counts.append(found)
    assert counts[0][:3] == counts[1][:3]
    assert abs(counts[0][3] - counts[1][3]) <= 1
