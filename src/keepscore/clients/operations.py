"""What changes a client: every change signed and on record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify

from keepscore.clients.models import Cadence, Client
from keepscore.users import audit
from keepscore.users.audit import Actor
from keepscore.users.models import User


class ClientExists(ValueError):
    """Another client has this key."""

    def __init__(self, key: str) -> None:
        super().__init__(f"There is a client with the key {key} already.")


@transaction.atomic
def add_client(
    *, key: str, name: str, by: Actor | None, at: datetime, lead: User | None = None, team: Iterable[User] = (), cadence: str = Cadence.QUARTER
) -> Client:
    """Add a client. Raises ClientExists."""
    if Client.objects.filter(key=key).exists():
        raise ClientExists(key)
    client = Client.objects.create(key=key, slug=_free_slug(key), name=name, lead=lead, cadence=cadence, created_at=at)
    client.team.set(team)
    audit.record("client.added", about=client, by=by, at=at, client=key, name=name)
    return client


def _free_slug(key: str) -> str:
    """A name for addresses that no other client has; keys that differ only in signs or letters' case stay apart."""
    base = slugify(key)[:200] or "client"
    slug, number = base, 2
    while Client.objects.filter(slug=slug).exists():
        slug, number = f"{base}-{number}", number + 1
    return slug
