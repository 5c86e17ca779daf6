"""What changes a client: every change signed and on record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from keepscore.clients.models import Cadence, Client
from keepscore.clients.signals import scores_stale
from keepscore.users import audit
from keepscore.users.audit import Actor
from keepscore.users.models import User


class ClientExists(ValueError):
    """Another client has this key."""

    def __init__(self, key: str) -> None:
        super().__init__(_("There is a client with the key %(key)s already.") % {"key": key})


class NotAtWork(ValueError):
    """Somebody was chosen who cannot sign in."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__(_("%(names)s cannot sign in, so a client would be left alone.") % {"names": ", ".join(names)})


@transaction.atomic
def add_client(
    *, key: str, name: str, by: Actor | None, at: datetime, lead: User | None = None, team: Iterable[User] = (),
    cadence: str = str(Cadence.QUARTER),
) -> Client:  # fmt: skip
    """Add a client. Raises ClientExists, NotAtWork."""
    people = tuple(team)
    if Client.objects.filter(key=key).exists():
        raise ClientExists(key)
    _only_active(lead, *people)
    client = Client.objects.create(key=key, slug=_free_slug(key), name=name, lead=lead, cadence=cadence, created_at=at)
    client.team.set(people)
    audit.record("client.added", about=client, by=by, at=at, client=key, name=name)
    return client


@transaction.atomic
def change_client(
    *, client: Client, name: str, cadence: str, lead: User | None, team: Iterable[User], by: Actor, at: datetime
) -> Client:
    """Change the name of a client, who looks after it and how often it is reviewed. Raises NotAtWork."""
    found: Client = Client.objects.select_for_update().get(pk=client.pk)
    people = tuple(team)
    _only_active(lead, *people)
    before, after = _said(found, found.lead_id, found.team.values_list("pk", flat=True)), {
        "name": name, "cadence": cadence, "lead": lead.pk if lead else None, "team": sorted(one.pk for one in people)
    }  # fmt: skip
    if before == after:
        return found
    found.name, found.cadence, found.lead = name, cadence, lead
    found.save(update_fields=["name", "cadence", "lead"])
    found.team.set(people)
    changed: dict[str, Any] = {key: {"before": before[key], "after": after[key]} for key in after if before[key] != after[key]}
    audit.record("client.changed", about=found, by=by, at=at, client=found.key, **changed)
    if "cadence" in changed and found.archived_at is None:
        scores_stale.send(Client, clients=[found], at=at)
    return found


@transaction.atomic
def archive(*, client: Client, by: Actor, at: datetime) -> Client:
    """Take a client out of every list; nothing of it is deleted, and it is not scored any more."""
    found: Client = Client.objects.select_for_update().get(pk=client.pk)
    if found.archived_at is None:
        found.archived_at = at
        found.save(update_fields=["archived_at"])
        audit.record("client.archived", about=found, by=by, at=at, client=found.key)
    return found


@transaction.atomic
def bring_back(*, client: Client, by: Actor, at: datetime) -> Client:
    """Put an archived client back into the lists, and have it scored."""
    found: Client = Client.objects.select_for_update().get(pk=client.pk)
    if found.archived_at is not None:
        found.archived_at = None
        found.save(update_fields=["archived_at"])
        audit.record("client.brought-back", about=found, by=by, at=at, client=found.key)
        scores_stale.send(Client, clients=[found], at=at)
    return found


def _said(client: Client, lead: int | None, team: Iterable[int]) -> dict[str, object]:
    return {"name": client.name, "cadence": client.cadence, "lead": lead, "team": sorted(team)}


def _only_active(*people: User | None) -> None:
    gone = [one.name for one in people if one is not None and not one.is_active]
    if gone:
        raise NotAtWork(gone)


def _free_slug(key: str) -> str:
    """A name for addresses that no other client has; keys that differ only in signs or letters' case stay apart."""
    base = slugify(key)[:200] or "client"
    slug, number = base, 2
    while Client.objects.filter(slug=slug).exists():
        slug, number = f"{base}-{number}", number + 1
    return slug
