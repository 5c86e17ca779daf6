"""The door to a client's contract: through the door to the client, and no other."""

from __future__ import annotations

from django.http import Http404

from keepscore.clients.access import client_for
from keepscore.clients.models import Client
from keepscore.contracts.models import Contract, Draft
from keepscore.users.audit import Actor

MAIN = "main"


def contract_for(actor: Actor, slug: str, key: str | None = None, *, may: str | None = None) -> tuple[Client, Contract | None]:
    """A client and its contract: the one of this key, else the main one, else the first; None where it has none. Or Http404."""
    client = client_for(actor, slug, may=may)
    found = {contract.key: contract for contract in client.contracts.select_related("saved_by").order_by("key")}
    if key is not None and key not in found:
        raise Http404
    contract = found.get(key or MAIN) or next(iter(found.values()), None)
    if contract is not None:
        contract.client = client
    return client, contract


def draft_of(actor: Actor, client: Client, key: str) -> Draft | None:
    """The actor's own draft of a contract; a text that somebody else is writing is theirs."""
    return Draft.objects.select_related("preview").filter(client=client, key=key, saved_by=actor.user).first()
