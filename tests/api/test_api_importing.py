"""A file sent by a program: checked, imported, recognised when it comes again, undone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from keepscore.api.models import ApiToken
from keepscore.intake import operations
from keepscore.intake.models import Batch, Source
from keepscore.intake.store import the_store
from keepscore.users.models import AuditEntry
from tests.world import HEADER, MAPPING, NOW, World

ROW = "A-9001,acme,desk,P1,Leeds,2026-10-12T09:00:00Z,2026-10-12T10:00:00Z,15"


@pytest.fixture
def ask(world: World, own_store: Path, secret_of: Any, program: Any) -> Any:
    Source.objects.update_or_create(name="desk", defaults={"mapping": MAPPING})
    return program(secret_of(world.dan, "import"))


def send(ask: Any, *rows: str, query: str = "?source=desk&name=desk.csv") -> Any:
    return ask("post", f"/batches{query}", data="\n".join([HEADER, *rows]) + "\n", content_type="text/csv")


def work(pk: int) -> None:
    operations.check(pk=pk, now=NOW)
    operations.load(pk=pk, now=NOW)
    operations.undo(pk=pk, now=NOW)


def test_a_file_is_sent_checked_imported_and_undone(world: World, ask: Any) -> None:
    sent = send(ask, ROW)
    assert (sent.status_code, sent.json()["state"], sent["Location"]) == (202, "checking", f"/api/v1/batches/{sent.json()['id']}")
    address, pk = sent["Location"], sent.json()["id"]
    work(pk)
    ready = ask("get", address).json()
    assert (ready["state"], ready["rows"], ready["ready"], ready["inserted"], ready["source"]) == ("ready", 1, 1, 1, "desk")
    assert ask("post", f"{address}/import", data={}, content_type="application/json").status_code == 202
    work(pk)
    done = ask("get", address).json()
    assert (done["state"], done["inserted"], done["is_repeat"]) == ("imported", 1, False)
    assert ask("post", f"{address}/undo").json()["state"] == "undoing"
    work(pk)
    assert ask("get", address).json()["state"] == "undone"
    signed = AuditEntry.objects.filter(action__in=["import.received", "import.asked", "import.undo-asked"]).values_list("by", flat=True)
    assert set(signed) == {"nightly (Dan Northgate's token)"}


def test_the_same_content_again_answers_the_same_batch(world: World, ask: Any) -> None:
    first = send(ask, ROW)
    work(first.json()["id"])
    again = send(ask, ROW, query="?source=desk&name=other.csv")
    assert (again.status_code, again.json()["id"], again["Location"]) == (200, first.json()["id"], first["Location"])
    in_a_form = ask("post", "/batches", data={"file": SimpleUploadedFile("form.csv", f"{HEADER}\n{ROW}\n".encode())})
    assert "id" in in_a_form.json(), in_a_form.content
    assert (in_a_form.status_code, in_a_form.json()["id"]) == (200, first.json()["id"])
    assert Batch.objects.count() == 1
    assert send(ask, ROW.replace("A-9001", "A-9002")).json()["id"] != first.json()["id"]


def test_errors_are_answered_and_the_rows_checked_again(world: World, ask: Any) -> None:
    sent = send(ask, ROW, ROW.replace("A-9001,acme", "A-9002,acne"))
    work(sent.json()["id"])
    found = ask("get", sent["Location"]).json()
    assert (found["state"], found["errors"], found["ready"]) == ("needs-decision", 1, 1)
    assert found["groups"][0]["value"] == "acne"
    answered = ask("post", f"{sent['Location']}/answers", data={"values": {"client": {"acne": "acme"}}}, content_type="application/json")
    assert answered.status_code == 202
    work(sent.json()["id"])
    assert ask("get", sent["Location"]).json()["ready"] == 2


def test_a_new_source_is_asked_for_its_columns(world: World, ask: Any) -> None:
    Source.objects.update(mapping="")
    sent = send(ask, ROW, query="")
    work(sent.json()["id"])
    assert ask("get", sent["Location"]).json()["state"] == "received"
    wrong = ask("post", f"{sent['Location']}/columns", data="keepscore: 1\nsource: [", content_type="application/yaml")
    assert (wrong.status_code, wrong.json()["faults"][0]["line"] > 0) == (422, True)
    assert ask("post", f"{sent['Location']}/columns", data=MAPPING, content_type="application/yaml").status_code == 202
    work(sent.json()["id"])
    assert ask("get", sent["Location"]).json()["state"] == "ready"


def test_what_cannot_be_done_now_is_refused(world: World, ask: Any) -> None:
    sent = send(ask, ROW)
    address = sent["Location"]
    assert ask("post", f"{address}/import", data=b"", content_type="application/json").status_code == 409      # not checked yet
    work(sent.json()["id"])
    late = ask("post", f"{address}/import", data={"complete_to": "2027-01-01T00:00:00Z"}, content_type="application/json")
    assert (late.status_code, late.json()["detail"]) == (422, "A source cannot be complete to a moment that has not come yet.")
    assert ask("post", f"{address}/undo").status_code == 409
    assert ask("post", f"{address}/cancel").json()["state"] == "cancelled"
    assert ask("get", f"{address}/rejected").status_code == 404
    assert send(ask, ROW, query="?source=nobody").status_code == 404
    assert ask("post", "/batches", data={"other": "x"}).status_code == 422


def test_the_original_comes_back_byte_for_byte(world: World, ask: Any) -> None:
    sent = send(ask, ROW)
    assert b"".join(ask("get", f"{sent['Location']}/original").streaming_content) == f"{HEADER}\n{ROW}\n".encode()


def test_sources_say_how_far_they_are_complete(world: World, ask: Any) -> None:
    operations.sync_sources(store=the_store())
    assert [(row["name"], row["complete_to"], row["has_columns"]) for row in ask("get", "/sources").json()] == [
        ("desk", "2026-10-12T23:59:59Z", True)
    ]


def test_a_token_that_is_limited_to_clients_imports_nothing(world: World, secret_of: Any, program: Any, ask: Any) -> None:
    secret = secret_of(world.dan, "import")
    token = ApiToken.objects.order_by("-pk").first()
    token.is_limited = True
    token.save()
    token.clients.set([world.acme])
    limited = program(secret)
    for method, path in (("get", "/batches"), ("get", "/sources"), ("post", "/batches"), ("get", "/batches/1")):
        assert limited(method, path).status_code == 403
    assert Batch.objects.count() == 0
