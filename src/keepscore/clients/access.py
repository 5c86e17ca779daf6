"""The only door to a client: who is not of its team, and does not see every client, finds nothing."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from keepscore.clients.models import Client
from keepscore.users.access import Denied, lacks
from keepscore.users.audit import Actor


def clients_for(actor: Actor, *, archived: bool = False) -> QuerySet[Client]:
    """The clients an actor may see; archived ones only when asked for."""
    found = Client.objects.filter(archived_at__isnull=not archived)
    if not actor.user.is_active:
        return found.none()
    if not actor.sees_every_client:
        mine = Client.objects.filter(Q(lead=actor.user) | Q(team=actor.user)).values("pk")
        found = found.filter(pk__in=mine)
    return found if actor.client_limit is None else found.filter(pk__in=actor.client_limit)


def client_for(actor: Actor, slug: str, *, may: str | None = None, archived: bool | None = None) -> Client:
    """One client by its slug, or Http404. `may` is a right of `users.roles.May` that is needed as well."""
    for state in (False, True) if archived is None else (archived,):
        client = clients_for(actor, archived=state).select_related("lead").filter(slug=slug).first()
        if client is not None:
            if may is not None and not actor.may(may):
                raise Denied(client, lacks(may), client=client.key)
            return client
    raise _nothing(actor, slug)


def _nothing(actor: Actor, slug: str) -> Http404:
    """A client of others is withheld; one that is in another state than was asked for is not."""
    client = Client.objects.filter(slug=slug).first()
    if client is None or clients_for(actor, archived=client.archived_at is not None).filter(pk=client.pk).exists():
        return Http404()
    return Denied(client, _("Not one of the clients they may see"), client=client.key)
