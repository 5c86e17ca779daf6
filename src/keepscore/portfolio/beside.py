"""The clients before and after one, for the keys [ and ]."""

from __future__ import annotations

from django.db.models import Q

from keepscore.clients.access import clients_for
from keepscore.clients.models import Client
from keepscore.users.audit import Actor


def beside(actor: Actor, client: Client) -> tuple[Client | None, Client | None]:
    """By name, among those that the actor may see: two short questions, whatever the number of clients."""
    visible = clients_for(actor).only("name", "slug")
    before = visible.filter(Q(name__lt=client.name) | Q(name=client.name, pk__lt=client.pk)).order_by("-name", "-pk").first()
    after = visible.filter(Q(name__gt=client.name) | Q(name=client.name, pk__gt=client.pk)).order_by("name", "pk").first()
    return before, after
