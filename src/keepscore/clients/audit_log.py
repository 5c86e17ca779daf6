"""The audit log as people read it: filtered, page by page from the latest entry, and as a file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from keepscore.clients.access import clients_for
from keepscore.clients.models import Client
from keepscore.evidence.sheets import harmless_text
from keepscore.users.audit import Actor
from keepscore.users.models import AuditEntry, User

PAGE, CHUNK, LONGEST = 50, 2000, 300
DIGEST = re.compile("[0-9a-f]{64}")
COLUMNS = ("number", "at", "by", "action", "refused", "client", "about", "detail")


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to see; empty fields leave nothing out."""

    person: int | None = None
    client: str = ""
    action: str = ""
    refused: bool = False
    since: date | None = None
    until: date | None = None
    before: int | None = None       # entries older than this one


@dataclass(frozen=True, slots=True)
class Entry:
    number: int
    at: datetime
    by: str
    said: str           # what was done, in words
    action: str
    refused: bool
    client: str
    client_url: str
    about: str
    detail: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Page:
    entries: tuple[Entry, ...]
    older: int | None               # `before` of the next page


def page(actor: Actor, asked: Asked) -> Page:
    """One page, the latest first."""
    found = list(entries(actor, asked)[: PAGE + 1])
    known = {client.key: client for client in Client.objects.filter(key__in={entry.client for entry in found if entry.client})}
    return Page(tuple(_entry(entry, known) for entry in found[:PAGE]), found[PAGE - 1].pk if len(found) > PAGE else None)


def entries(actor: Actor, asked: Asked) -> QuerySet[AuditEntry]:
    """The entries an actor may read; one who is limited to some clients reads those of these clients alone."""
    found = AuditEntry.objects.all()
    if actor.client_limit is not None:
        found = found.filter(client__in=[key for key, _name in choices(actor)])
    wanted: dict[str, Any] = {
        "user": asked.person, "client": asked.client, "action": asked.action, "refused": asked.refused or None, "pk__lt": asked.before,
        "at__gte": asked.since and _begin(asked.since), "at__lt": asked.until and _begin(asked.until + timedelta(days=1)),
    }  # fmt: skip
    return found.filter(**{name: value for name, value in wanted.items() if value not in (None, "")})


def choices(actor: Actor) -> list[tuple[str, str]]:
    """Keys and names of the clients an actor may filter by, archived ones too."""
    found = [pair for archived in (False, True) for pair in clients_for(actor, archived=archived).values_list("key", "name")]
    return sorted(found, key=lambda pair: pair[1])


def actions(actor: Actor) -> list[tuple[str, str]]:
    found = entries(actor, Asked()).order_by("action").values_list("action", flat=True).distinct()
    return [(action, words(action)) for action in found]


def people() -> list[tuple[int, str]]:
    return list(User.objects.order_by("name", "pk").values_list("pk", "name"))


def lines(actor: Actor, asked: Asked) -> Iterator[bytes]:
    """The same entries as CSV, all of them, in pieces; no cell that a sheet program would run."""
    return as_csv(entries(actor, asked))


def as_csv(found: QuerySet[AuditEntry]) -> Iterator[bytes]:
    """Entries as CSV, the latest first, some thousand at a time."""
    yield _csv([COLUMNS])
    chunk = list(found[:CHUNK])
    while chunk:
        yield _csv(_cells(entry) for entry in chunk)
        chunk = list(found.filter(pk__lt=chunk[-1].pk)[:CHUNK])


def words(action: str) -> str:
    """`contract.saved` as people say it."""
    said = {"page.asked": _("asked for a page"), "api.asked": _("asked the API")}      # on record where it was refused
    return said.get(action) or _(action.replace(".", ": ", 1).replace("-", " "))      # the catalogue has them: audit_words


def _entry(entry: AuditEntry, known: dict[str, Client]) -> Entry:
    client = known.get(entry.client)
    detail = tuple((key.replace("_", " "), _short(value)) for key, value in entry.detail.items() if value not in ("", None, [], {}))
    return Entry(
        entry.pk, entry.at, entry.by, words(entry.action), entry.action, entry.refused, client.name if client else entry.client,
        client.get_absolute_url() if client else "", entry.about, detail,
    )  # fmt: skip


def _short(value: Any) -> str:
    if isinstance(value, dict):
        value = ", ".join(f"{key} {one}" for key, one in value.items())
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    if DIGEST.fullmatch(text):
        return text[:12] + "…"
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _cells(entry: AuditEntry) -> tuple[str, ...]:
    detail = "; ".join(f"{key}: {value}" for key, value in entry.detail.items())
    at = f"{entry.at:%Y-%m-%dT%H:%M:%SZ}"
    return (str(entry.pk), at, entry.by, entry.action, "yes" if entry.refused else "no", entry.client, entry.about, detail)


def _csv(rows: Iterable[Iterable[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([harmless_text(cell) for cell in row] for row in rows)
    return out.getvalue().encode()


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
