"""Making, seeing and revoking tokens in the browser."""

from __future__ import annotations

import re
from typing import Any

from django.db import connection

from keepscore.api.models import ApiToken
from keepscore.users.models import AuditEntry
from keepscore.users.tokens import hashed
from tests.world import World

FORM = {"name": "Nightly export", "scopes": ["read"], "until": "2026-12-31"}


def test_a_token_is_made_its_secret_shown_once_and_only_its_hash_kept(world: World, as_user: Any, program: Any) -> None:
    browser = as_user(world.dan)
    page = browser.post("/tokens/new/", FORM | {"clients": [world.acme.pk]}).content.decode()
    secret = re.search(r"ks_[\w-]{43}", page)[0]      # type: ignore[index]
    token = ApiToken.objects.get()
    assert (token.name, token.user, token.prefix, token.sha256, token.scopes, token.is_limited, list(token.clients.all())) == (
        "Nightly export", world.dan, secret[:8], hashed(secret), ["read"], True, [world.acme],
    )  # fmt: skip
    assert [row["slug"] for row in program(secret)("get", "/clients").json()["items"]] == ["acme"]
    listed = browser.get("/tokens/").content.decode()
    assert "Nightly export" in listed
    assert secret not in listed
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            assert secret not in str(cursor.fetchall())
    entry = AuditEntry.objects.filter(action="token.made").get()
    assert (entry.by, entry.detail["scopes"], entry.detail["clients"]) == ("Dan Northgate", ["read"], ["acme"])


def test_a_revoked_token_opens_nothing_and_the_page_says_so(world: World, as_user: Any, secret_of: Any, program: Any) -> None:
    ask = program(secret_of(world.dan, "read"))
    assert ask("get", "/clients").status_code == 200
    browser = as_user(world.dan)
    token = ApiToken.objects.get()
    for _again in range(2):
        assert browser.post(f"/tokens/{token.pk}/revoke/").status_code == 302
    assert ask("get", "/clients").status_code == 401
    assert "No program can act here" in browser.get("/tokens/").content.decode()
    assert AuditEntry.objects.filter(action="token.revoked").count() == 1


def test_what_was_typed_comes_back_with_what_is_wrong(world: World, as_user: Any) -> None:
    browser = as_user(world.dan)
    wrong = {
        "A name is needed": {"name": ""}, "At least one thing is needed": {"scopes": []}, "within a year": {"until": "2028-01-01"},
        "today or later": {"until": "2026-10-12"}, "A day is needed": {"until": "soon"},
        "records of many clients": {"scopes": ["import"], "clients": [world.acme.pk]}, "publish": {"scopes": ["publish"]},
    }  # fmt: skip
    for said, typed in wrong.items():
        answer = browser.post("/tokens/new/", FORM | typed)
        assert answer.status_code == 422, said
        assert said in answer.content.decode()
    assert browser.post("/tokens/new/", FORM | {"until": "9999-12-31"}).status_code == 422
    assert not ApiToken.objects.exists()


def test_tokens_are_for_their_owner_and_for_administrators(world: World, as_user: Any, secret_of: Any) -> None:
    secret_of(world.dan, "read")
    token = ApiToken.objects.get()
    for stranger in (world.dana, world.nora, world.eve):
        for method, path in (("get", "/tokens/"), ("get", "/tokens/new/"), ("post", f"/tokens/{token.pk}/revoke/")):
            assert getattr(as_user(stranger), method)(path).status_code == 404
    assert "nightly" not in as_user(world.lee).get("/tokens/").content.decode()
    assert as_user(world.lee).post(f"/tokens/{token.pk}/revoke/").status_code == 404
    administrator = as_user(world.ada)
    shown = administrator.get("/tokens/").content.decode()
    assert "nightly" in shown
    assert "Dan Northgate" in shown
    assert administrator.post(f"/tokens/{token.pk}/revoke/").status_code == 302


def test_an_administrators_token_needs_the_second_factor_as_she_does(world: World, as_user: Any, secret_of: Any, program: Any) -> None:
    ask = program(secret_of(world.ada, "read"))
    assert ask("get", "/clients").status_code == 401
    as_user(world.ada)
    assert ask("get", "/clients").status_code == 200
