"""What sign-in leaves in the audit log, and what it tells nobody."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client as Browser

from keepscore.users.models import AuditEntry
from tests.world import PASSWORD, World

HERE = {"address": "127.0.0.1"}


@pytest.fixture(autouse=True)
def fresh_counters(db: None) -> None:
    cache.clear()


def entries(*actions: str) -> list[tuple[str, str, str, bool, Any]]:
    found = AuditEntry.objects.filter(action__in=actions or [one for one in _all() if one.startswith("user.")]).order_by("id")
    return list(found.values_list("action", "by", "about", "refused", "detail"))


def _all() -> set[str]:
    return set(AuditEntry.objects.values_list("action", flat=True))


def sign_in(client: Browser, email: str, password: str) -> Any:
    return client.post("/account/login/", {"login": email, "password": password})


def test_coming_in_failing_and_going_out_leave_an_entry_each_without_a_password(world: World, client: Browser) -> None:
    about = f"users.User:{world.dana.pk}"
    sign_in(client, "dana@northgate.test", "secret mistake")
    sign_in(client, "my own password!", "x")
    sign_in(client, "dana@northgate.test", PASSWORD)
    client.post("/account/logout/")
    assert entries() == [
        ("user.sign-in-failed", "Keepscore", about, True, HERE),
        ("user.signed-in", "Dana Northgate", about, False, HERE),
        ("user.signed-out", "Dana Northgate", about, False, HERE),
    ]
    assert not [entry for entry in AuditEntry.objects.values() if "secret mistake" in str(entry) or "my own password" in str(entry)]


def test_who_guesses_is_locked_out_and_the_log_says_so(world: World, client: Browser) -> None:
    answers = [sign_in(client, "dana@northgate.test", f"guess {n}").status_code for n in range(7)]
    assert answers[-1] == 429
    assert sign_in(client, "dana@northgate.test", PASSWORD).status_code == 429
    locked = entries("user.locked-out")
    assert locked
    assert set(map(str, locked)) == {str(("user.locked-out", "Keepscore", f"users.User:{world.dana.pk}", True, HERE))}


def test_nobody_can_fill_the_log_with_names_that_nobody_has(world: World, client: Browser) -> None:
    for n in range(25):
        sign_in(client, f"nobody{n}@nowhere.test", "x")
    assert len(entries("user.sign-in-failed")) == 20


def test_a_changed_password_is_in_the_log(world: World, client: Browser) -> None:
    sign_in(client, "dana@northgate.test", PASSWORD)
    new = "another good sentence"
    done = client.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert done.status_code == 302
    assert entries("user.password-changed") == [("user.password-changed", "Dana Northgate", f"users.User:{world.dana.pk}", False, HERE)]


def test_a_second_factor_that_comes_and_goes_is_in_the_log(
    world: World, client: Browser, django_capture_on_commit_callbacks: Any
) -> None:
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    sign_in(client, "dana@northgate.test", PASSWORD)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    secret = re.search(r"[A-Z2-7]{32}", client.get("/account/2fa/totp/activate/").content.decode())
    assert secret
    code = format_hotp_value(hotp_value(secret[0], next(iter(yield_hotp_counters_from_time()))))
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post("/account/2fa/totp/activate/", {"code": code}).status_code == 302
    assert client.post("/account/2fa/totp/deactivate/").status_code == 302
    added = [(action, refused, detail["kind"]) for action, _by, _about, refused, detail in entries(
        "user.second-factor-added", "user.second-factor-removed") if detail["kind"] == "totp"]  # fmt: skip
    assert added == [("user.second-factor-added", False, "totp"), ("user.second-factor-removed", False, "totp")]


def test_asking_for_a_new_password_says_the_same_to_everybody_and_mails_only_who_is_here(world: World, client: Browser) -> None:
    answers = [client.post("/account/password/reset/", {"email": email}) for email in ("dana@northgate.test", "nobody@nowhere.test")]
    assert {(answer.status_code, answer.headers["Location"]) for answer in answers} == {(302, "/account/password/reset/done/")}
    assert client.get(answers[0].headers["Location"]).status_code == 200
    said = {message.to[0]: "/account/password/reset/key/" in message.body for message in mail.outbox}
    assert said == {"dana@northgate.test": True, "nobody@nowhere.test": False}


def test_the_same_answer_comes_for_a_wrong_password_and_a_wrong_name(world: World, client: Browser) -> None:
    pages = [sign_in(client, email, "wrong").content for email in ("dana@northgate.test", "dana@nowhere.test")]
    same = {re.sub(rb'"X-CSRFToken": "[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"|value="dana@[^"]*"', b"", page) for page in pages}
    assert len(same) == 1


def test_the_other_browsers_are_signed_out_from_the_list(world: World) -> None:
    here, there = Browser(), Browser()
    for browser in (here, there):
        sign_in(browser, "dana@northgate.test", PASSWORD)
    assert b"Sign out" in here.get("/account/sessions/").content
    assert here.post("/account/sessions/").status_code == 302
    assert [browser.get("/me/").status_code for browser in (here, there)] == [200, 302]


def test_codes_of_a_second_factor_cannot_be_guessed_on_and_on(world: World, client: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import timedelta

    from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value, yield_hotp_counters_from_time

    from keepscore.users import factors

    secret = generate_totp_secret()
    TOTP.activate(world.dana, secret)

    def right() -> str:
        return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))

    assert sign_in(client, "dana@northgate.test", PASSWORD).headers["Location"].startswith("/account/2fa/authenticate/")
    wrong = f"{(int(right()) + 500_000) % 1_000_000:06}"
    said = [b"Too many wrong codes" in client.post("/account/2fa/authenticate/", {"code": wrong}).content for _ in range(7)]
    assert said == [False] * 5 + [True] * 2
    assert b"Too many wrong codes" in client.post("/account/2fa/authenticate/", {"code": right()}).content
    assert len(entries("user.second-factor-failed")) == 5
    monkeypatch.setattr(factors, "WINDOW", timedelta(0))
    assert client.post("/account/2fa/authenticate/", {"code": right()}).status_code == 302
    assert client.get("/me/").status_code == 200


def test_nobody_takes_another_address_that_was_not_checked(world: World, client: Browser) -> None:
    sign_in(client, "dana@northgate.test", PASSWORD)
    assert b"You sign in with dana@northgate.test" in client.get("/account/email/").content
    for pressed in ({"action_add": "", "email": "boss@northgate.test"}, {"action_primary": "", "email": "boss@northgate.test"},
                    {"action_remove": "", "email": "dana@northgate.test"}):  # fmt: skip
        assert client.post("/account/email/", pressed).status_code in (200, 302)
    world.dana.refresh_from_db()
    assert (world.dana.email, list(world.dana.emailaddress_set.values_list("email", flat=True))) == (
        "dana@northgate.test", ["dana@northgate.test"])  # fmt: skip
