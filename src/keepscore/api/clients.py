"""Clients."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

from keepscore.api.auth import actor_in, scoped
from keepscore.api.paging import Cursor, Limit, page_of
from keepscore.api.schemas import ClientOut, Page
from keepscore.clients.access import client_for, clients_for
from keepscore.clients.models import Client

router = Router(tags=["Clients"])


@router.get("/clients", response=Page[ClientOut], summary="List clients", **scoped("read"))
def list_clients(request: HttpRequest, limit: Limit = 50, cursor: Cursor = "") -> Page[ClientOut]:
    found = clients_for(actor_in(request)).select_related("lead")
    rows, after = page_of(found, name="clients", limit=limit, cursor=cursor)
    return Page(items=[client_out(client) for client in rows], next=after)


@router.get("/clients/{slug}", response=ClientOut, summary="Read a client", **scoped("read"))
def read_client(request: HttpRequest, slug: str) -> ClientOut:
    return client_out(client_for(actor_in(request), slug))


def client_out(client: Client) -> ClientOut:
    lead = client.lead.name if client.lead else None
    return ClientOut(
        slug=client.slug, key=client.key, name=client.name, cadence=client.cadence, lead=lead, created_at=client.created_at,
        archived_at=client.archived_at,
    )  # fmt: skip
