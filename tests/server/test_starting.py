"""What a server refuses to start with, and how its health shows."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client as Browser

from keepscore.server import start
from tests.world import World


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"DEBUG": True}, "KEEPSCORE_DEBUG is on"),
        ({"HTTPS": False, "ADDRESS": "http://score.example.com"}, "it has to begin with https://"),
        ({"SECRET_KEY": "django-insecure-" + "abcdef" * 10}, "can be guessed"),
        ({"SECRET_KEY": "short"}, "can be guessed"),
    ],
)
def test_a_server_for_others_refuses_to_start_unsafe(settings: Any, changed: dict[str, Any], said: str) -> None:
    safe = {"PRODUCTION": True, "DEBUG": False, "HTTPS": True, "ADDRESS": "https://score.example.com", "SECRET_KEY": "k3y!" * 16 + "abcde"}
    for name, value in {**safe, **changed}.items():
        setattr(settings, name, value)
    with pytest.raises(start.CannotStart, match=said):
        start.refuse_unsafe()


def test_a_safe_server_starts(settings: Any) -> None:
    settings.PRODUCTION, settings.DEBUG, settings.HTTPS, settings.SECRET_KEY = True, False, True, "k3y!" * 16 + "abcde"
    start.refuse_unsafe()


def test_an_older_program_refuses_a_newer_database(world: World) -> None:
    start.refuse_newer_database()
    MigrationRecorder.Migration.objects.create(app="users", name="0999_of_the_future")
    with pytest.raises(start.CannotStart, match=r"users\.0999_of_the_future"):
        start.refuse_newer_database()


def test_health_needs_no_sign_in_and_tells_nothing_more(db: None) -> None:
    answer = Browser().get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_every_answer_carries_the_headers(world: World, as_user: Any) -> None:
    for answer in (Browser().get("/healthz"), Browser().get("/account/login/"), as_user(world.dana).get("/nothing-here")):
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert {"private", "no-store"} <= set(answer.headers["Cache-Control"].replace(" ", "").split(","))
        assert {name: answer.headers.get(name) for name in ("X-Content-Type-Options", "X-Frame-Options")} == {
            "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY"}


def test_a_nul_in_an_address_finds_nothing_and_one_in_a_query_is_left_out(world: World, as_user: Any) -> None:
    browser = as_user(world.dana)
    assert browser.get("/clients/acme/measures/on%00time/").status_code == 404
    assert browser.get("/search/?q=Acme%00").context["search_text"] == "Acme"
