"""Inviting, joining, changing and switching off people."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from keepscore.users import invitations, operations
from keepscore.users.models import AuditEntry, Invitation, Recovery, User
from keepscore.users.refusals import LastAdministrator, LinkEnded
from tests.world import NOW, World

SENTENCE = "a long enough sentence"
INVITED = {"name": "Kim Park", "email": "kim@northgate.test", "role": "lead"}


def entries(action: str) -> list[tuple[str, bool, Any]]:
    return list(AuditEntry.objects.filter(action=action).order_by("id").values_list("by", "refused", "detail"))


def link_of(response: Any) -> str:
    found = re.search(r'class="secret[^"]*">http://testserver(/[a-z]+/[\w-]+/)<', response.content.decode())
    assert found
    return found[1]


def test_an_invited_person_joins_by_a_link_that_works_once(world: World, as_user: Any, client: Browser) -> None:
    shown = as_user(world.ada).post("/people/invite/", INVITED)
    link = link_of(shown)
    assert [(message.to, message.subject) for message in mail.outbox] == [(["kim@northgate.test"], "Your invitation to Keepscore")]
    assert f"http://testserver{link}" in mail.outbox[0].body
    assert client.get(link).status_code == 200
    done = client.post(link, {"name": "Kim Park", "password": SENTENCE, "again": SENTENCE})
    assert (done.status_code, done.headers["Location"], done.headers["Referrer-Policy"]) == (302, "/account/login/", "no-referrer")
    kim = User.objects.get(email="kim@northgate.test")
    assert (kim.name, kim.role, kim.is_active, kim.check_password(SENTENCE)) == ("Kim Park", "lead", True, True)
    assert client.get(link).status_code == 404
    assert "_auth_user_id" not in client.session
    assert entries("invitation.made") == [("Ada Northgate", False, {"email": "kim@northgate.test", "role": "lead"})]
    assert entries("invitation.accepted") == [("Kim Park", False, {"email": "kim@northgate.test", "role": "lead"})]


def test_an_administrator_who_joins_goes_on_to_the_second_factor(world: World, client: Browser) -> None:
    _, token = invitations.invite(email="new@northgate.test", name="New", role="administrator", by=world.ada, at=NOW)
    done = client.post(f"/join/{token}/", {"name": "New", "password": SENTENCE, "again": SENTENCE})
    assert done.headers["Location"] == "/account/login/?next=/account/2fa/"


def test_the_token_of_an_invitation_is_nowhere_in_the_database(world: World) -> None:
    invitation, token = invitations.invite(**INVITED, by=world.ada, at=NOW)
    everything = [str(row) for model in (Invitation, AuditEntry) for row in model.objects.values()]
    assert not [row for row in everything if token in row or token.split("-", 1)[1] in row]
    assert len(invitation.token_sha256) == 64
    assert invitation.expires_at == NOW + timedelta(days=7)


def test_opening_a_link_changes_nothing(world: World, client: Browser) -> None:
    _, token = invitations.invite(**INVITED, by=world.ada, at=NOW)
    before = list(Invitation.objects.values()), User.objects.count(), AuditEntry.objects.count()
    assert [client.get(f"/join/{token}/").status_code, client.head(f"/join/{token}/").status_code] == [200, 200]
    assert (list(Invitation.objects.values()), User.objects.count(), AuditEntry.objects.count()) == before


def test_a_link_ends_when_it_is_sent_again_or_revoked_or_a_week_old(world: World) -> None:
    invitation, first = invitations.invite(**INVITED, by=world.ada, at=NOW)
    _, second = invitations.resend(invitation=invitation, by=world.ada, at=NOW)
    assert [invitations.find(token, at=NOW) for token in (first, second)] == [None, invitation]
    assert invitations.find(second, at=NOW + timedelta(days=7)) is None
    invitations.revoke(invitation=invitation, by=world.ada, at=NOW)
    assert invitations.find(second, at=NOW) is None
    with pytest.raises(LinkEnded):
        invitations.resend(invitation=invitation, by=world.ada, at=NOW)


def test_every_link_that_opens_nothing_gets_the_same_page_ten_times_a_minute(world: World, client: Browser) -> None:
    invitation, revoked = invitations.invite(**INVITED, by=world.ada, at=NOW)
    invitations.revoke(invitation=invitation, by=world.ada, at=NOW)
    answers = [client.get(f"/{kind}/{token}/") for kind in ("join", "recover") for token in (revoked, "join-x", "x", "y" * 300, "%00")]
    assert {answer.status_code for answer in answers} == {404}
    assert len({re.sub(rb'"X-CSRFToken": "[^"]*"', b"", answer.content) for answer in answers}) == 1
    assert client.get("/join/another/").status_code == 429
    assert client.get("/join/another/", REMOTE_ADDR="192.0.2.7").status_code == 404


@pytest.mark.parametrize("changes", [
    {"email": "dana@northgate.test"}, {"email": "DANA@northgate.test"}, {"email": "x@y.test\nBcc: z@y.test"}, {"name": "Kim\nPark"},
    {"name": ""}, {"role": "owner"}, {"email": "nobody"},
])  # fmt: skip
def test_a_wrong_invitation_comes_back_with_what_was_typed(world: World, as_user: Any, changes: dict[str, str]) -> None:
    answer = as_user(world.ada).post("/people/invite/", {**INVITED, **changes})
    assert (answer.status_code, Invitation.objects.count(), mail.outbox) == (422, 0, [])
    assert b"One thing stops this" in answer.content
    assert b"Problem: " in answer.content


def test_an_address_is_invited_once_at_a_time(world: World, as_user: Any) -> None:
    browser = as_user(world.ada)
    answers = [browser.post("/people/invite/", INVITED).status_code for _ in range(2)]
    assert (answers, Invitation.objects.count(), len(mail.outbox)) == ([200, 422], 1, 1)


def test_the_last_administrator_stays(world: World) -> None:
    for act in (lambda: operations.deactivate(user=world.ada, by=world.ada, at=NOW),
                lambda: operations.change_role(user=world.ada, role="lead", by=world.ada, at=NOW)):
        with pytest.raises(LastAdministrator):
            act()
    world.ada.refresh_from_db()
    said = {"why": "Ada Northgate is the last administrator. Make somebody else an administrator first."}
    assert (world.ada.role, world.ada.is_active) == ("administrator", True)
    assert entries("user.deactivated") + entries("user.role-changed") == [("Ada Northgate", True, said)] * 2
    operations.change_role(user=world.lee, role="administrator", by=world.ada, at=NOW)
    operations.deactivate(user=world.ada, by=world.lee, at=NOW)
    world.ada.refresh_from_db()
    assert not world.ada.is_active


def test_who_is_switched_off_is_signed_out_and_can_be_let_in_again(world: World, as_user: Any, client: Browser) -> None:
    signed_in = client.post("/account/login/", {"login": "dana@northgate.test", "password": "correct horse battery"})
    assert (signed_in.status_code, client.get("/").status_code) == (302, 200)
    admin = as_user(world.ada)
    assert admin.post(f"/people/{world.dana.pk}/switch-off/").status_code == 302
    assert client.get("/").headers["Location"] == "/account/login/?next=/"
    assert entries("user.deactivated") == [("Ada Northgate", False, {"sessions": 1})]
    assert admin.post(f"/people/{world.dana.pk}/let-in/").status_code == 302
    assert client.get("/").headers["Location"] == "/account/login/?next=/"
    world.dana.refresh_from_db()
    assert world.dana.is_active


def test_a_recovery_link_changes_nothing_until_it_is_used_and_then_everything_it_said(world: World, as_user: Any, client: Browser) -> None:
    lee = as_user(world.lee)
    admin = as_user(world.ada)
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(world.lee, generate_totp_secret())
    link = link_of(admin.post(f"/people/{world.lee.pk}/help/", {"removes_second_factor": "on"}))
    assert link.startswith("/recover/recover-")
    assert link not in mail.outbox[0].body
    assert (client.get(link).status_code, world.lee.authenticator_set.count(), lee.get("/").status_code) == (200, 1, 200)
    done = client.post(link, {"password": SENTENCE, "again": SENTENCE})
    assert (done.status_code, done.headers["Location"], client.get(link).status_code) == (302, "/account/login/", 404)
    assert (world.lee.authenticator_set.count(), lee.get("/").status_code) == (0, 302)
    assert entries("user.recovery-issued") == [("Ada Northgate", False, {"removes_second_factor": True})]
    assert entries("user.recovered") == [("Lee Northgate", False, {"second_factors_removed": 1, "sessions": 0})]


def test_a_recovery_link_keeps_the_second_factor_unless_it_was_said(world: World) -> None:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(world.lee, generate_totp_secret())
    _, first = operations.issue_recovery(user=world.lee, removes_second_factor=True, by=world.ada, at=NOW)
    _, token = operations.issue_recovery(user=world.lee, removes_second_factor=False, by=world.ada, at=NOW)
    with pytest.raises(LinkEnded):
        operations.recover(token=first, password=SENTENCE, at=NOW)
    operations.recover(token=token, password=SENTENCE, at=NOW)
    assert (world.lee.authenticator_set.count(), Recovery.objects.filter(used_at=NOW).count()) == (1, 1)


@pytest.mark.parametrize("name", ["lee", "dana", "eve", "dan"])
def test_only_who_may_invite_people_finds_these_pages(world: World, as_user: Any, name: str) -> None:
    invitation, _ = invitations.invite(**INVITED, by=world.ada, at=NOW)
    browser, pk = as_user(getattr(world, name)), world.nora.pk
    gets = ["/people/", "/people/invite/", f"/people/{pk}/", f"/people/{pk}/switch-off/", f"/people/{pk}/help/"]
    posts = ["/people/invite/", f"/people/{pk}/role/", f"/people/{pk}/switch-off/", f"/people/{pk}/let-in/", f"/people/{pk}/help/",
             f"/people/invitations/{invitation.pk}/send-again/", f"/people/invitations/{invitation.pk}/revoke/"]
    typed = {**INVITED, "role": "administrator"}
    assert {browser.get(url).status_code for url in gets} | {browser.post(url, typed).status_code for url in posts} == {404}


def test_the_list_asks_the_same_number_of_questions_for_every_length(world: World, as_user: Any) -> None:
    browser = as_user(world.ada)

    def asked() -> int:
        browser.get("/people/")
        with CaptureQueriesContext(connection, ) as found:
            assert browser.get("/people/").status_code == 200
        return len(found)

    few = asked()
    for n in range(40):
        user = User.objects.create(email=f"p{n}@northgate.test", name=f"Person {n}", role="lead")
        world.acme.team.add(user)
        invitations.invite(email=f"i{n}@northgate.test", name="I", role="lead", by=world.ada, at=NOW)
    assert asked() == few <= 14


def test_the_list_says_who_is_here_with_what(world: World, as_user: Any) -> None:
    invitations.invite(**INVITED, by=world.ada, at=NOW)
    page = as_user(world.ada).get("/people/").content.decode()
    assert "7 people can sign in" in page
    for said in ("dana@northgate.test", "Account lead", "kim@northgate.test", "Acme Bakeries"):
        assert said in page


def test_the_own_page_keeps_name_colours_and_keys(world: World, as_user: Any) -> None:
    browser = as_user(world.dana)
    done = browser.post("/me/", {"name": "Dana N.", "theme": "dark"})
    world.dana.refresh_from_db()
    assert (done.status_code, world.dana.name, world.dana.uses_shortcuts, browser.cookies["theme"].value) == (302, "Dana N.", False, "dark")
    page = browser.get("/me/").content.decode()
    assert 'data-theme="dark"' in page
    assert 'data-keys="off"' in page
    assert browser.post("/me/", {"name": "", "theme": "dark"}).status_code == 422
    for url in ("/account/password/change/", "/account/2fa/", "/account/2fa/webauthn/", "/account/sessions/"):
        assert browser.get(url).status_code in (200, 302), url
