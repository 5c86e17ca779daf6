"""What the pages of clients show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from keepscore.clients.access import clients_for
from keepscore.clients.models import Client, home_url
from keepscore.users.audit import Actor


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    slug: str
    url: str
    key: str
    lead: str
    lead_is_gone: bool
    team: str
    cadence: str
    archived_at: datetime | None


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    role: str
    email: str
    is_active: bool


@dataclass(frozen=True, slots=True)
class Team:
    lead: Person | None
    others: tuple[Person, ...]
    cadence: str
    key: str
    added: datetime
    archived_at: datetime | None


def rows(actor: Actor, *, archived: bool) -> tuple[Row, ...]:
    found = clients_for(actor, archived=archived).select_related("lead").prefetch_related("team")
    return tuple(
        Row(
            name=client.name, slug=client.slug, url=client.get_absolute_url(), key=client.key, lead=client.lead.name if client.lead else "",
            lead_is_gone=bool(client.lead and not client.lead.is_active), team=", ".join(user.name for user in client.team.all()),
            cadence=client.get_cadence_display(), archived_at=client.archived_at,
        )
        for client in found
    )  # fmt: skip


def team(client: Client) -> Team:
    people = {user.pk: Person(user.name, user.get_role_display(), user.email, user.is_active) for user in client.team.all()}
    lead = client.lead
    first = Person(lead.name, lead.get_role_display(), lead.email, lead.is_active) if lead else None
    others = tuple(person for pk, person in people.items() if lead is None or pk != lead.pk)
    return Team(first, others, client.get_cadence_display(), client.key, client.created_at, client.archived_at)


def places(users: Iterable[int]) -> Mapping[int, tuple[tuple[str, str], ...]]:
    """The clients that each of these users leads or is on the team of: for the list of people."""
    wanted = list(users)
    found: dict[int, dict[int, tuple[str, str]]] = {}
    clients = Client.objects.filter(archived_at__isnull=True)
    led = clients.filter(lead__in=wanted).values_list("lead", "pk", "name", "slug")
    teams = clients.filter(team__in=wanted).values_list("team", "pk", "name", "slug")
    for user, pk, name, slug in [*led, *teams]:
        found.setdefault(user, {})[pk] = (name, home_url(slug))
    return {user: tuple(sorted(where.values())) for user, where in found.items()}
