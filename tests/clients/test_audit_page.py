"""The audit log as people read it."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from keepscore.clients.audit_log import PAGE, Asked, entries, page
from keepscore.users import audit
from keepscore.users.models import AuditEntry, User
from tests.world import CANARY, NOW, World


@dataclass(frozen=True)
class Limited:
    """An actor for one user at some clients, such as an API token."""

    user: User
    client_limit: frozenset[int] | None
    sees_every_client: bool = True

    def may(self, what: str) -> bool:
        return self.user.may(what)


def write(world: World, number: int, **more: Any) -> None:
    for n in range(number):
        audit.record("test.done", about=world.acme, by=world.lee, at=NOW + timedelta(minutes=n), client="acme", n=n, **more)


def test_pages_follow_each_other_without_gap_or_repeat(world: World, as_user: Any) -> None:
    write(world, 2 * PAGE + 7)
    asked, seen = Asked(action="test.done"), []
    while True:
        found = page(world.ada, asked)
        seen += [entry.number for entry in found.entries]
        if found.older is None:
            break
        asked = Asked(action="test.done", before=found.older)
    assert seen == list(AuditEntry.objects.filter(action="test.done").values_list("pk", flat=True))


@pytest.mark.parametrize(("query", "number"), [
    ("action=test.done", 4), ("action=test.done&refused=on", 1), ("action=test.done&client=birch", 1),
    ("action=test.done&since=2026-10-14", 1), ("action=test.done&until=2026-10-13", 3), ("action=test.done&person=", 4),
])  # fmt: skip
def test_each_filter_leaves_what_was_asked_for(world: World, as_user: Any, query: str, number: int) -> None:
    write(world, 1)
    write(world, 1, refused=True)
    audit.record("test.done", about="x", by=world.dan, at=NOW, client="birch")
    audit.record("test.done", about="x", by=None, at=NOW + timedelta(days=1))
    answer = as_user(world.ada).get(f"/audit/?{query}")
    assert (answer.status_code, len(answer.context["page"].entries)) == (200, number)


def test_a_person_is_filtered_by_who_they_are(world: World) -> None:
    write(world, 3)
    assert entries(world.ada, Asked(person=world.lee.pk, action="test.done")).count() == 3
    assert entries(world.ada, Asked(person=world.dan.pk, action="test.done")).count() == 0


def test_what_is_in_no_list_is_refused_aloud(world: World, as_user: Any) -> None:
    ada = as_user(world.ada)
    wrong = ("person=x", "person=999999", "client=nobody", "action=no.such", "since=yesterday", "before=-1", f"before={10**23}")
    assert {ada.get(f"/audit/{file}?{query}").status_code for query in wrong for file in ("", "audit.csv")} == {422}


def test_who_is_limited_to_some_clients_reads_of_these_alone(world: World) -> None:
    limited = Limited(world.ada, frozenset({world.acme.pk}))
    audit.record("test.done", about="x", by=None, at=NOW)
    found = entries(limited, Asked())      # type: ignore[arg-type]
    assert {entry.client for entry in found} == {"acme"}
    assert CANARY not in str(list(found.values()))


def test_the_file_has_every_entry_and_no_cell_that_a_sheet_would_run(world: World, as_user: Any) -> None:
    audit.record("test.done", about="=cmd|' /C calc'!A0", by=None, at=NOW, client="", note="=1+1")
    audit.record("test.done", about="＝cmd", by=None, at=NOW, client="+acme")
    answer = as_user(world.ada).get("/audit/audit.csv?action=test.done")
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert (answer.headers["Content-Disposition"], rows[0]) == (
        'attachment; filename="audit.csv"', ["number", "at", "by", "action", "refused", "client", "about", "detail"])  # fmt: skip
    assert [row[1:] for row in rows[1:]] == [
        ["2026-10-13T08:30:00Z", "Keepscore", "test.done", "no", "'+acme", "'＝cmd", ""],
        ["2026-10-13T08:30:00Z", "Keepscore", "test.done", "no", "", "'=cmd|' /C calc'!A0", "note: =1+1"],
    ]


def test_only_who_may_read_the_log_finds_it(world: World, as_user: Any) -> None:
    others = [as_user(getattr(world, name)) for name in ("lee", "dana", "eve", "dan")]
    assert {browser.get(url).status_code for browser in others for url in ("/audit/", "/audit/audit.csv")} == {404}


def test_the_log_asks_the_same_number_of_questions_for_every_length(world: World, as_user: Any) -> None:
    ada = as_user(world.ada)

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            assert ada.get("/audit/?action=client.added").status_code == 200
        return len(found)

    few = asked()
    for n in range(40):
        audit.record("client.added", about="x", by=(world.lee, world.dan)[n % 2], at=NOW, client=("acme", "birch")[n % 2])
    assert asked() == few <= 12
