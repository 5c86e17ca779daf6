"""Every operation of the document, tried with every wrong token."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client as Browser

from keepscore.api.document import openapi
from keepscore.api.models import ApiToken
from keepscore.api.operations import revoke_token
from keepscore.users.models import AuditEntry
from keepscore.web import clock
from tests.world import CANARY, World

BIRCH = {
    "slug": "birch", "ref": "2026-Q3", "key": "main", "number": "1", "kind": "bundle", "source": "desk", "reference": f"{CANARY}-0001",
    "pk": "1", "client": "birch", "measure": "on-time",
}  # fmt: skip
NARROWS = ("client",)      # parameters that choose one client of a list
WRITING = ("post", "put", "delete", "patch")


def operations(**values: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, address and description of each operation, for the client that `values` name."""
    for path, methods in openapi()["paths"].items():
        for method, operation in methods.items():
            given = [item for item in operation.get("parameters", ()) if item["in"] == "query"]
            asked = [item["name"] for item in given if item.get("required") or item["name"] in NARROWS]
            query = "&".join(f"{name}={values.get(name, 'x')}" for name in asked)
            yield method, re.sub(r"{(\w+)}", lambda found: values.get(found[1], "x"), path) + (f"?{query}" if query else ""), operation


EVERY = [pytest.param(*item, id=item[2]["operationId"]) for item in operations(**BIRCH)]
every_operation = pytest.mark.parametrize(("method", "path", "operation"), EVERY)


def send(method: str, path: str, secret: str = "") -> Any:
    headers = {"authorization": f"Bearer {secret}"} if secret else {}
    body = {"data": b'{"shown": "0", "because": "x", "texts": {}}', "content_type": "application/json"} if method in WRITING else {}
    return getattr(Browser(headers=headers), method)(path, **body)


def told(answer: Any) -> str:
    content: bytes = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode(errors="replace")


@every_operation
def test_no_operation_answers_without_a_live_token(world: World, secret_of: Any, method: str, path: str, operation: Any) -> None:
    revoked, disabled = secret_of(world.dan, "read", "import", "contracts"), secret_of(world.lee, "read", "import", "contracts", "publish")
    now = clock.now()
    revoke_token(token=ApiToken.objects.get(user=world.dan), by=world.dan, at=now)
    expired = secret_of(world.dan, "read", "import", "contracts", days=1)
    ApiToken.objects.filter(user=world.dan, revoked_at=None).update(made_at=now - timedelta(days=2), expires_at=now)
    world.lee.is_active = False
    world.lee.save()
    for secret in ("", "ks_unknown", revoked, disabled, expired, "x" * 5000):
        answer = send(method, path, secret)
        assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
        assert CANARY not in answer.content.decode()


@every_operation
def test_a_session_alone_opens_no_operation(world: World, as_user: Any, method: str, path: str, operation: Any) -> None:
    assert getattr(as_user(world.lee), method)(path).status_code == 401


@every_operation
def test_a_token_without_the_scope_is_refused_and_changes_nothing(
    world: World, secret_of: Any, method: str, path: str, operation: Any
) -> None:
    scope = operation["x-scope"]
    other = "contracts" if scope == "read" else "read"
    secret, entries = secret_of(world.lee, other), list(AuditEntry.objects.all())
    answer = send(method, path, secret)
    assert (answer.status_code, answer.json()["detail"]) == (403, f"This token lacks the scope {scope}.")
    (refusal,) = AuditEntry.objects.exclude(pk__in=[entry.pk for entry in entries])      # and nothing else
    assert (refusal.action, refusal.refused, refusal.detail["why"]) == ("api.asked", True, f"The token lacks the scope {scope}")
    assert CANARY not in answer.content.decode()


@every_operation
def test_a_token_limited_to_another_client_sees_nothing_of_this_one(
    world: World, secret_of: Any, method: str, path: str, operation: Any
) -> None:
    """Where an address names the client there is nothing; a list without a client shows none of its rows; nobody imports so."""
    answer = send(method, path, secret_of(world.lee, "read", "contracts", "publish", clients=[world.acme]))
    assert CANARY.lower() not in told(answer).lower()
    searches = operation["operationId"] == "find"
    names_birch = not searches and ("birch" in path or CANARY in path)
    assert answer.status_code == (403 if operation["x-scope"] == "import" else 404 if names_birch else 200)


@pytest.mark.parametrize(("method", "path", "operation"), [one for one in EVERY if one.values[0] == "get"])
def test_the_same_operation_answers_who_may_see_the_client(world: World, secret_of: Any, method: str, path: str, operation: Any) -> None:
    """So that the refusals above mean something; writing is proved where it is done."""
    answer = send(method, path, secret_of(world.lee, "read", "import", "contracts", "publish"))
    not_there = {"read_scorecard", "download", "read_publishing", "read_batch", "original", "rejected"}      # Birch has none of these
    assert answer.status_code == (404 if operation["operationId"] in not_there else 200)


def test_a_token_may_only_what_its_owner_still_may(world: World, secret_of: Any) -> None:
    secret = secret_of(world.lee, "read", "contracts", "publish")
    world.lee.role = "data"
    world.lee.save()
    answer = send("post", "/api/v1/clients/acme/score", secret)
    assert answer.status_code == 202
    world.lee.role = "executive"
    world.lee.save()
    assert send("get", "/api/v1/clients", secret).status_code == 401      # who may have no tokens has none


def test_a_token_asks_so_often_a_minute_and_no_more(world: World, secret_of: Any, monkeypatch: Any) -> None:
    from keepscore.api import auth

    monkeypatch.setattr(auth, "LIMIT", 3)
    secret = secret_of(world.dan, "read")
    answers = [send("get", "/api/v1/clients", secret) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert (answers[3]["Retry-After"], answers[3]["Content-Type"]) == ("60", "application/problem+json")


def test_the_last_use_is_noted_to_the_minute(world: World, secret_of: Any) -> None:
    secret = secret_of(world.dan, "read")
    with time_machine.travel("2026-10-13T09:00:05Z", tick=False):
        send("get", "/api/v1/clients", secret)
        first = ApiToken.objects.get(user=world.dan).last_used_at
    with time_machine.travel("2026-10-13T09:00:55Z", tick=False):
        send("get", "/api/v1/clients", secret)
        assert ApiToken.objects.get(user=world.dan).last_used_at == first
    with time_machine.travel("2026-10-13T09:01:05Z", tick=False):
        send("get", "/api/v1/clients", secret)
        assert ApiToken.objects.get(user=world.dan).last_used_at == first + timedelta(minutes=1)


def test_what_a_token_does_is_signed_with_its_name(world: World, secret_of: Any) -> None:
    send("post", "/api/v1/clients/acme/score", secret_of(world.lee, "contracts", clients=[world.acme]))
    entry = AuditEntry.objects.filter(action="score.asked").first()
    assert (entry.by, entry.user, entry.client) == ("nightly (Lee Northgate's token)", world.lee, "acme")


def test_a_limited_token_whose_last_client_is_gone_sees_none(world: World, secret_of: Any) -> None:
    secret = secret_of(world.dan, "read", clients=[world.acme])
    ApiToken.objects.get(user=world.dan).clients.clear()
    assert json.loads(send("get", "/api/v1/clients", secret).content) == {"items": [], "next": None}


def test_the_document_and_its_page_are_for_who_is_signed_in(world: World, as_user: Any) -> None:
    for path in ("/api/docs", "/api/openapi.json"):
        assert Browser().get(path).status_code == 302
        assert as_user(world.nora).get(path).status_code == 200
    page = as_user(world.nora).get("/api/docs").content.decode()
    assert all(operation["summary"] in page.replace("&#x27;", "'") for _, _, operation in operations(**BIRCH))
