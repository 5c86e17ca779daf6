"""The only door to batches and sources: who may import, and, for a token that is limited to some clients, only what it brought itself."""

from __future__ import annotations

from django.db.models import QuerySet

from keepscore.intake.models import Batch, Source
from keepscore.users.access import demand, withheld
from keepscore.users.audit import Actor
from keepscore.users.roles import May

HEAVY = ("look", "beside", "preview", "moves", "groups", "mapping", "repairs")      # what a list has no use for


def batches_for(actor: Actor) -> QuerySet[Batch]:
    """The batches an actor may see, the latest first. Raises Http404 for who may not import."""
    demand(actor, May.IMPORT)
    found = Batch.objects.select_related("source", "received_by", "imported_by")
    return found if actor.client_limit is None else found.filter(client_limit=sorted(actor.client_limit), received_by=actor.user)


def batch_for(actor: Actor, pk: int) -> Batch:
    """One batch, or Http404."""
    found = batches_for(actor).filter(pk=pk).first()
    if found is None:
        raise withheld(Batch, pk)
    return found


def sources_for(actor: Actor) -> QuerySet[Source]:
    """The sources; an actor who is limited to some clients sees none, since a source holds records of many."""
    demand(actor, May.IMPORT)
    return Source.objects.all() if actor.client_limit is None else Source.objects.none()


def source_for(actor: Actor, pk: int) -> Source:
    """One source, or Http404."""
    found = sources_for(actor).filter(pk=pk).first()
    if found is None:
        raise withheld(Source, pk)
    return found
