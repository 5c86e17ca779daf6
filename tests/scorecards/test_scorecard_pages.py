"""The pages of a scorecard: who may see and do what, what they say, and that looking changes nothing."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from django.test import Client as Browser
from django.urls import reverse

from keepscore.scorecards import operations, publishing
from keepscore.scorecards.models import Action, Publishing, Scorecard
from keepscore.scorecards.numbers import shown_of, templates_of
from keepscore.users.models import AuditEntry
from tests.scorecards.conftest import PERIOD, published, score_of
from tests.world import CANARY, NOW

READ = ("client-scorecards", "scorecard", "scorecard-draft", "scorecard-draft-pdf", "scorecard-frozen", "scorecard-file")
WRITE = ("scorecard-actions", "scorecard-publish", "scorecard-publishing", "scorecard-withdraw")


def url(name: str, slug: str = "acme", ref: str = PERIOD) -> str:
    more = {"client-scorecards": (), "scorecard-frozen": (ref, 1), "scorecard-withdraw": (ref, 1), "scorecard-file": (ref, 1, "bundle")}
    return reverse(name, args=[slug, *more.get(name, (ref,))])


def rows_of_everything() -> list[list[object]]:
    """Of the audit log only what was done: that somebody was refused may be put on record."""
    rows = (Scorecard.objects, Publishing.objects, Action.objects, AuditEntry.objects.filter(refused=False))
    return [sorted(map(repr, found.values_list())) for found in rows]


def test_a_lead_publishes_from_the_draft_to_the_frozen_page(world, shelf, as_user):
    dana = as_user(world.dana)
    assert "Q3 2026 is ready to publish." in dana.get(url("client-scorecards")).content.decode()
    draft = dana.get(url("scorecard")).content.decode()
    assert "Draft, not frozen" in draft
    assert f'href="{url("scorecard-publish")}"' in draft
    confirm = dana.get(url("scorecard-publish")).content.decode()
    shown = re.search(r'name="shown" value="(\w{64})"', confirm)[1]
    answer = dana.post(url("scorecard-publish"), {"shown": shown})
    assert (answer.status_code, answer["Location"]) == (302, url("scorecard-publishing"))
    assert "Q3 2026 is being published" in dana.get(url("scorecard-publishing")).content.decode()
    assert publishing.publish_waiting(at=NOW) == 1
    assert dana.get(url("scorecard-publishing"))["Location"] == url("scorecard-frozen")
    assert dana.get(url("scorecard-publishing"), headers={"HX-Request": "true"})["HX-Redirect"] == url("scorecard-frozen")
    frozen = dana.get(url("scorecard-frozen")).content.decode()
    assert "keepscore verify acme-2026-Q3-1.keepscore.zip" in frozen
    assert "Frozen 13 Oct 2026, 08:30 UTC." in frozen
    assert dana.get(url("scorecard"))["Location"] == url("scorecard-frozen")
    assert "Q3 2026 is frozen; Q2 2026 is ready to publish." in dana.get(url("client-scorecards")).content.decode()


def test_numbers_that_moved_since_the_page_was_opened_are_refused_and_nothing_is_lost(world, shelf, as_user):
    published(world.acme, world.dana)
    answer = as_user(world.dana).post(url("scorecard-publish"), {"shown": "0" * 64, "reason": "Late tickets <b>"})
    html = answer.content.decode()
    assert (answer.status_code, Publishing.objects.filter(state="waiting").count()) == (409, 0)
    assert "The numbers or the texts moved since you looked." in html
    assert "Late tickets &lt;b&gt;</textarea>" in html
    assert AuditEntry.objects.filter(action="scorecard.asked", refused=True).count() == 1


def test_a_correction_needs_its_reason(world, shelf, as_user):
    published(world.acme, world.dana)
    score = score_of(world.acme)
    answer = as_user(world.dana).post(url("scorecard-publish"), {"shown": shown_of(score, templates_of(score)), "reason": " "})
    assert "A reason is needed." in answer.content.decode()
    assert not Publishing.objects.filter(state="waiting").exists()


@pytest.mark.parametrize("name", [*READ, *WRITE])
def test_a_stranger_finds_nothing(name, world, shelf, as_user):
    published(world.acme, world.dana)
    before = rows_of_everything()
    nora = as_user(world.nora)
    for answer in (nora.get(url(name)), nora.post(url(name), {"because": "x", "shown": "x"}), as_user(world.dana).get(url(name, "birch"))):
        assert answer.status_code in (404, 405)
        assert CANARY.encode() not in answer.content
    assert nora.get(url(name)).status_code == 404
    assert Browser().get(url(name)).status_code == 302
    assert rows_of_everything() == before


@pytest.mark.parametrize("name", WRITE)
def test_a_reader_reads_and_does_not_write(name, world, shelf, as_user):
    published(world.acme, world.dana)
    for who in (world.eve, world.dan):
        reader = as_user(who)
        assert reader.get(url(name)).status_code == 404
        assert reader.post(url(name), {"because": "x"}).status_code in (404, 405)
        assert reader.get(url("scorecard-frozen")).status_code == 200
        assert "Withdraw" not in reader.get(url("scorecard-frozen")).content.decode()


@pytest.mark.parametrize("name", [*READ, *WRITE])
def test_looking_changes_nothing(name, world, shelf, as_user):
    published(world.acme, world.dana)
    before, dana = rows_of_everything(), as_user(world.dana)
    for method in ("get", "head"):
        assert getattr(dana, method)(url(name)).status_code in (200, 302)
    assert rows_of_everything() == before


@pytest.mark.parametrize("name", ["scorecard-actions", "scorecard-publish", "scorecard-withdraw", "scorecard-carry-over"])
def test_every_write_needs_the_token_of_the_form(name, world, shelf):
    published(world.acme, world.dana)
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(world.dana, backend="allauth.account.auth_backends.AuthenticationBackend")
    before = rows_of_everything()
    assert browser.post(url(name), {"because": "x", "shown": "x", "text-0": "x"}).status_code == 403
    assert rows_of_everything() == before


def test_files_come_with_their_names_and_hold_nothing_of_another_client(world, shelf, as_user):
    made = published(world.acme, world.dana)
    eve = as_user(world.eve)
    found = {kind: eve.get(reverse("scorecard-file", args=["acme", PERIOD, 1, kind])) for kind in ("bundle", "paper", "page")}
    assert {kind: answer["Content-Disposition"] for kind, answer in found.items()} == {
        "bundle": 'attachment; filename="acme-2026-Q3-1.keepscore.zip"', "paper": 'attachment; filename="acme-2026-Q3-1.pdf"',
        "page": 'attachment; filename="acme-2026-Q3-1.html"'}  # fmt: skip
    assert {answer["Cache-Control"] for answer in found.values()} == {"private, no-store"}
    inside = zipfile.ZipFile(io.BytesIO(found["bundle"].content))
    assert "manifest.json" in inside.namelist()
    assert not any(CANARY.encode() in inside.read(name) for name in inside.namelist())
    assert eve.get(reverse("scorecard-file", args=["acme", PERIOD, 1, "secret"])).status_code == 404
    (shelf / "acme" / made.bundle).unlink()
    assert eve.get(url("scorecard-file")).status_code == 404
    assert "The evidence bundle is missing from the shelf" in eve.get(url("scorecard-frozen")).content.decode()


def test_the_public_keys_are_read_by_everybody_and_made_by_nobody_who_reads(shelf, db):
    empty = Browser().get("/.well-known/keepscore-keys.json")
    assert (empty.status_code, empty.json(), (shelf.parent / "keys").exists()) == (200, {"keys": []}, False)


def test_the_public_key_is_the_one_that_signed(world, shelf):
    made = published(world.acme, world.dana)
    (key,) = Browser().get("/.well-known/keepscore-keys.json").json()["keys"]
    assert (key["fingerprint"], key["algorithm"], key["handed_on"]) == (made.fingerprint, "Ed25519", None)


def test_withdrawing_asks_for_a_reason_and_leaves_a_page_with_a_mark(world, shelf, as_user):
    published(world.acme, world.dana)
    dana = as_user(world.dana)
    assert "A reason is needed." in dana.post(url("scorecard-withdraw"), {"because": ""}).content.decode()
    assert dana.post(url("scorecard-withdraw"), {"because": "Wrong <quarter>"})["Location"] == url("scorecard-frozen")
    html = as_user(world.eve).get(url("scorecard-frozen")).content.decode()
    assert "Dana Northgate withdrew it.</b> Wrong &lt;quarter&gt;" in html
    assert "Withdrawn 13 October 2026" in html
    assert as_user(world.eve).get(url("scorecard-file")).status_code == 200
    assert "withdrawn" in dana.get(url("client-scorecards")).content.decode()


def test_what_blocks_is_said_with_its_next_step(world, shelf, as_user):
    dana = as_user(world.dana)
    html = dana.get(url("scorecard", ref="2026-Q4")).content.decode()
    assert "Q4 2026 is not over: its last day is 31 December 2026. It can be published when it is over" in html
    assert url("scorecard-publish", ref="2026-Q4") not in html
    refused = dana.get(url("scorecard-publish", ref="2026-Q4")).content.decode()
    assert "It cannot be published yet." in refused
    assert 'name="shown"' not in refused


@pytest.mark.parametrize("ref", ["2026-Q9", "2026-Q3~999999", "2026-Q3~", "2026-Q3~x", "%00", "2026-Q3~" + "9" * 30])
def test_a_period_that_is_not_there_is_not_found(ref, world, as_user):
    assert as_user(world.dana).get(f"/clients/acme/scorecards/{ref}/").status_code == 404


def test_the_number_of_questions_does_not_grow_with_the_rows(world, shelf, as_user, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    dana = as_user(world.dana)

    def asked(name: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            assert dana.get(url(name)).status_code == 200
        return len(caught)

    before = asked("client-scorecards")
    first = published(world.acme, world.dana)
    one, page = asked("client-scorecards"), asked("scorecard-frozen")
    for number in range(2, 300):
        Scorecard.objects.filter(state="published", client=world.acme).update(state="superseded")
        first.pk, first.number, first.bundle, first.correction = None, number, f"b-{number}", {"moved": [], "because": [], "reason": "x"}
        first.state = "published"
        first.save(force_insert=True)
    assert (before, asked("client-scorecards"), asked("scorecard-frozen")) == (one, one, page)


def test_a_second_contract_has_addresses_of_its_own(world, shelf, as_user):
    score = score_of(world.acme)
    contract = score.contract
    contract.pk, contract.key = None, "side letter"
    contract.save()
    score.pk, score.contract = None, contract
    score.save()
    ref = f"{PERIOD}~{contract.pk}"
    dana = as_user(world.dana)
    html = dana.get(url("client-scorecards")).content.decode()
    assert "side letter" in html
    assert url("scorecard", ref=ref) in html
    assert dana.get(url("scorecard", ref=ref)).status_code == 200
    assert dana.get(url("scorecard", "birch", ref=ref)).status_code == 404
    assert as_user(world.nora).get(url("scorecard", "birch", ref=ref)).status_code == 404


def test_the_page_of_a_measure_says_how_to_verify_it(world, shelf, as_user):
    """The measure page names the frozen scorecard by the provider that this room registers."""
    made = published(world.acme, world.dana)
    html = as_user(world.dana).get("/clients/acme/measures/on-time/?period=2026-Q3").content.decode()
    assert f"keepscore verify {made.bundle}" in html
    operations.withdraw(scorecard=made, because="x", by=world.dana, at=NOW)
    assert made.bundle not in as_user(world.dana).get("/clients/acme/measures/on-time/?period=2026-Q3").content.decode()
