"""Single sign-on against a live provider: who gets in, who does not and what they read, and every token that proves nothing."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value, yield_hotp_counters_from_time
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache
from django.test import Client as Browser
from joserfc.jwk import OctKey, RSAKey

from keepscore.users.models import AuditEntry, User
from tests.users.oidc_issuer import CLIENT, SECRET, Issuer, running
from tests.world import PASSWORD, World

os.environ.setdefault("AUTHLIB_INSECURE_TRANSPORT", "1")      # the provider speaks plain HTTP on this machine
pytestmark = pytest.mark.filterwarnings("ignore:The 'grant' parameter")
HERE = {"address": "127.0.0.1"}
DID_NOT_WORK = "Single sign-on did not work"


@pytest.fixture
def issuer(settings: Any, world: World) -> Iterator[Issuer]:
    cache.clear()
    people = {
        name: {"email": f"{name}@northgate.test", "email_verified": True, "name": name.title(), "phone_number": "+44 1"}
        for name in ("dana", "ada", "eli", "stranger")
    }
    with running(Issuer(back="http://testserver/account/oidc/oidc/login/callback/", people=people)) as one:
        app = {"provider_id": "oidc", "name": "Northgate ID", "client_id": CLIENT, "secret": SECRET, "settings": {"server_url": one.at}}
        found = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {**found, "APPS": [app]}}
        yield one


@dataclass(frozen=True)
class Landed:
    """Where a browser ends up after it came back: the path, and the answer there."""

    path: str
    status: int
    text: str


def set_off(browser: Browser) -> str:
    """The address of the provider that the button leads to."""
    answer = browser.post("/account/oidc/oidc/login/?process=login")
    assert answer.status_code == 302, answer.content.decode()[:300]
    return str(answer.headers["Location"])


def choose(there: str, sub: str) -> str:
    """Over HTTP to the provider: its page, its button; the address it sends the browser back to."""
    session = requests.Session()
    assert "Who are you" in session.get(there, timeout=5).text
    return session.post(there, data={"sub": sub}, timeout=5, allow_redirects=False).headers["Location"]


def come_back(browser: Browser, back: str) -> Landed:
    parts = urlsplit(back)
    answer = browser.get(f"{parts.path}?{parts.query}", follow=True)
    path = answer.redirect_chain[-1][0] if answer.redirect_chain else parts.path
    return Landed(urlsplit(path).path, answer.status_code, answer.content.decode())


def sign_on(browser: Browser, sub: str) -> Landed:
    return come_back(browser, choose(set_off(browser), sub))


def entries() -> list[tuple[str, str, str, bool, Any]]:
    found = AuditEntry.objects.filter(action__startswith="user.").order_by("id")
    return list(found.values_list("action", "by", "about", "refused", "detail"))


def failed(about: str = "nobody known") -> tuple[str, str, str, bool, Any]:
    return ("user.sign-in-failed", "Keepscore", about, True, HERE | {"how": "single sign-on"})


def is_in(browser: Browser) -> bool:
    return browser.get("/me/").status_code == 200


def test_a_person_we_know_gets_in_and_the_log_says_so(world: World, client: Browser, issuer: Issuer) -> None:
    assert b"Sign in with Northgate ID" in client.get("/account/login/").content
    landed = sign_on(client, "dana")
    assert (landed.path, landed.status, is_in(client), issuer.challenges) == ("/", 200, True, ["S256"])
    about = f"users.User:{world.dana.pk}"
    assert entries() == [
        ("user.sign-on-joined", "Dana Northgate", about, False, HERE),
        ("user.signed-in", "Dana Northgate", about, False, HERE | {"how": "single sign-on"}),
    ]
    kept = SocialAccount.objects.get(user=world.dana)
    assert kept.extra_data == {
        "userinfo": {"sub": "dana", "email": "dana@northgate.test", "email_verified": True, "name": "Dana", "iss": issuer.at}
    }


def test_the_second_time_nothing_is_joined_and_another_address_at_the_provider_changes_nothing(
    world: World, client: Browser, issuer: Issuer
) -> None:
    sign_on(client, "dana")
    issuer.people["dana"]["email"] = "dana.married@northgate.test"
    again = Browser()
    assert (sign_on(again, "dana").path, is_in(again)) == ("/", True)
    assert [entry[0] for entry in entries()] == ["user.sign-on-joined", "user.signed-in", "user.signed-in"]
    assert User.objects.get(pk=world.dana.pk).email == "dana@northgate.test"


def test_the_way_somebody_was_going_is_kept_but_never_out_of_this_house(client: Browser, issuer: Issuer) -> None:
    for asked, lands in (("/me/", "/me/"), ("https://elsewhere.test/", "/")):
        browser = Browser()
        there = browser.post(f"/account/oidc/oidc/login/?process=login&next={asked}").headers["Location"]
        assert come_back(browser, choose(there, "dana")).path == lands


def test_the_button_alone_leads_away_and_a_link_only_shows_it(client: Browser, issuer: Issuer) -> None:
    page = client.get("/account/oidc/oidc/login/?process=login")
    assert (page.status_code, b"Sign in with Northgate ID" in page.content) == (200, True)
    asked = parse_qs(urlsplit(client.post("/account/oidc/oidc/login/?auth_params=nonce%3Dknown&scope=admin").headers["Location"]).query)
    found = (set(asked["scope"][0].split()), asked["nonce"] != ["known"], asked["code_challenge_method"])
    assert found == ({"openid", "profile", "email"}, True, ["S256"])


@pytest.mark.parametrize("told", [{}, {"email": "dana@northgate.test", "email_verified": False}, {"email": None}])
def test_who_is_not_here_or_whose_address_was_not_checked_stays_out(
    client: Browser, issuer: Issuer, told: dict[str, Any]
) -> None:
    issuer.told = told
    landed = sign_on(client, "stranger")
    said = "This address has no place here yet. Ask an administrator to invite you."
    assert (landed.path, landed.status, said in landed.text, is_in(client)) == ("/account/login/", 200, True, False)
    assert (entries(), User.objects.filter(email__startswith="stranger").count(), SocialAccount.objects.count()) == ([failed()], 0, 0)


@pytest.mark.parametrize("joined", [False, True])
def test_who_was_switched_off_stays_out_and_reads_why(world: World, client: Browser, issuer: Issuer, joined: bool) -> None:
    if joined:
        sign_on(Browser(), "eli")
    User.objects.filter(pk=world.eli.pk).update(is_active=False)
    landed = sign_on(client, "eli")
    said = "Your access is switched off. Ask an administrator."
    assert (landed.path, said in landed.text, is_in(client)) == ("/account/login/", True, False)
    assert entries()[-1] == failed(f"users.User:{world.eli.pk}")


def test_an_administrator_without_a_second_factor_reaches_only_its_set_up(world: World, client: Browser, issuer: Issuer) -> None:
    assert sign_on(client, "ada").path == "/account/2fa/"
    assert client.get("/people/").headers["Location"] == "/account/2fa/"


def test_an_administrator_is_asked_for_the_second_factor_before_anything_opens(world: World, client: Browser, issuer: Issuer) -> None:
    secret = generate_totp_secret()
    TOTP.activate(world.ada, secret)
    assert (sign_on(client, "ada").path, is_in(client)) == ("/account/2fa/authenticate/", False)
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    assert client.post("/account/2fa/authenticate/", {"code": code}).status_code == 302
    assert client.get("/people/").status_code == 200


OTHER = RSAKey.generate_key(2048, {"kid": "one"})
NOW = int(time.time())
FORGED: dict[str, dict[str, Any]] = {
    "wrong nonce": {"claims": {"nonce": "of another sign-in"}},
    "no nonce": {"claims": {"nonce": None}},
    "wrong audience": {"claims": {"aud": "another application"}},
    "made for two, handed to the other": {"claims": {"aud": [CLIENT, "another"], "azp": "another"}},
    "wrong issuer": {"claims": {"iss": "https://another.test"}},
    "expired": {"claims": {"iat": NOW - 900, "exp": NOW - 600}},
    "never ends": {"claims": {"exp": None}},
    "from tomorrow": {"claims": {"nbf": NOW + 86400}},
    "wrong signature": {"signs_with": OTHER},
    "unknown key": {"header": {"kid": "two"}},
    "signed with our own secret": {"header": {"alg": "HS256"}, "signs_with": OctKey.import_key(SECRET * 2)},
    "about somebody else": {"told": {"sub": "ada"}},
}


@pytest.mark.parametrize("forged", FORGED)
def test_a_token_that_proves_nothing_opens_nothing(client: Browser, issuer: Issuer, forged: str) -> None:
    for name, value in FORGED[forged].items():
        setattr(issuer, name, value)
    landed = sign_on(client, "dana")
    assert (landed.status, DID_NOT_WORK in landed.text, is_in(client)) == (401, True, False)
    assert (entries(), SocialAccount.objects.count()) == ([failed()], 0)


def test_an_answer_comes_back_once_and_only_to_the_browser_that_asked(client: Browser, issuer: Issuer) -> None:
    back = choose(set_off(client), "dana")
    assert come_back(Browser(), back).status == 401
    assert come_back(client, back).path == "/"
    assert come_back(client, back).status == 401
    assert come_back(Browser(), "http://testserver/account/oidc/oidc/login/callback/?code=guessed&state=guessed").status == 401


def test_who_turns_back_at_the_provider_reads_that_nobody_was_signed_in(client: Browser, issuer: Issuer) -> None:
    landed = sign_on(client, "")
    assert (landed.path, "Nobody was signed in." in landed.text, entries()) == ("/account/3rdparty/login/cancelled/", True, [])


BROKEN: dict[str, dict[str, Any]] = {
    "describes another issuer": {"issuer": "https://another.test"}, "describes nothing": {"token_endpoint": None},
}  # fmt: skip


@pytest.mark.parametrize("broken", BROKEN)
def test_a_provider_that_describes_itself_wrongly_gets_nobody(client: Browser, issuer: Issuer, broken: str) -> None:
    issuer.describes = BROKEN[broken]
    answer = client.post("/account/oidc/oidc/login/?process=login")
    assert (answer.status_code, DID_NOT_WORK in answer.content.decode()) == (401, True)


def test_a_provider_that_is_down_leaves_the_password(world: World, client: Browser, settings: Any, issuer: Issuer) -> None:
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"] = {"server_url": "http://127.0.0.1:9"}
    answer = client.post("/account/oidc/oidc/login/?process=login")
    assert (answer.status_code, DID_NOT_WORK in answer.content.decode()) == (401, True)
    assert client.get("/account/oidc/oidc/login/callback/?code=x&state=y").status_code == 401
    assert client.post("/account/login/", {"login": "dana@northgate.test", "password": PASSWORD}).status_code == 302
