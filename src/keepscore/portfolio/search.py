"""Search over clients, people and records: only what the actor may see."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from keepscore.clients.access import clients_for
from keepscore.clients.models import Client
from keepscore.intake.store import the_store
from keepscore.portfolio import cells
from keepscore.portfolio.cells import Found, Group
from keepscore.records.store_errors import StoreError
from keepscore.records.store_search import find_records
from keepscore.scores.whole_store import whole_store
from keepscore.users.audit import Actor
from keepscore.users.models import User
from keepscore.web import words

SHORTEST, LONGEST, MOST = 2, 200, 20


@dataclass(frozen=True, slots=True)
class Results:
    """What was found; `problem` says what could not be searched."""

    text: str
    groups: tuple[Group, ...]
    problem: str = ""

    @property
    def count(self) -> int:
        return sum(len(group.found) for group in self.groups)

    @property
    def is_short(self) -> bool:
        return 0 < len(self.text) < SHORTEST


def search(actor: Actor, text: str) -> Results:
    """Clients by name or key, people by name, records by the beginning of their reference."""
    text = unicodedata.normalize("NFC", text).strip()[:LONGEST]
    if len(text) < SHORTEST or "\0" in text:
        return Results(text.replace("\0", ""), ())
    groups, problem = [_clients(actor, text), _people(actor, text)], ""
    try:
        groups.append(_records(actor, text))
    except (StoreError, OSError):
        problem = _("The record store cannot be read now, so records were not searched.")
    groups += [found for provider in cells.searches if (found := provider(actor, text, MOST)) is not None]
    return Results(text, tuple(group for group in groups if group.found), problem)


def _clients(actor: Actor, text: str) -> Group:
    found = list(clients_for(actor).filter(Q(name__icontains=text) | Q(key__icontains=text)).select_related("lead")[: MOST + 1])
    return Group(_("Clients"), tuple(
        Found(client.name, _("led by %(name)s") % {"name": client.lead.name} if client.lead else "", client.get_absolute_url())
        for client in found[:MOST]
    ), len(found) > MOST)  # fmt: skip


def _people(actor: Actor, text: str) -> Group:
    """Names alone, with the clients they lead that the actor may see as well."""
    found = list(User.objects.filter(is_active=True, name__icontains=text)[: MOST + 1])
    led: dict[int, list[Client]] = {}
    for client in clients_for(actor).filter(lead__in=found[:MOST]):
        led.setdefault(client.lead_id, []).append(client)
    return Group(_("People"), tuple(
        Found(user.name, user.get_role_display(), others=tuple((client.name, client.get_absolute_url()) for client in led.get(user.pk, ())))
        for user in found[:MOST]
    ), len(found) > MOST)  # fmt: skip


def _records(actor: Actor, text: str) -> Group:
    clients = {client.key: client for client in clients_for(actor)}
    found = find_records(the_store(), text, clients=frozenset(clients), limit=MOST + 1)
    if not found:
        whole_store()      # no record, or no store?
    return Group(_("Records"), tuple(
        Found(
            one.reference,
            _("%(client)s, %(source)s, opened %(day)s") % {
                "client": clients[one.client].name, "source": one.source, "day": words.day(one.opened_at, year=True)},
            reverse("client-record", args=[clients[one.client].slug, one.source, one.reference]),
        )
        for one in found[:MOST]
    ), len(found) > MOST)  # fmt: skip
