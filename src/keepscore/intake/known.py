"""What the clients and contracts of this installation know, so that a row's words can be judged."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from keepscore.clients.models import Client
from keepscore.clients.settings import defaults_text
from keepscore.contracts.models import Contract
from keepscore.contracts.reading import loads_contract
from keepscore.engine.contract import model as engine
from keepscore.records.door import Known


@dataclass(frozen=True, slots=True)
class World:
    """Known keys, what people call them, and the contracts by the key of their client."""

    known: Known
    labels: dict[str, dict[str, str]]
    contracts: dict[str, list[engine.Contract]]
    clients: dict[str, Client]


def known_world(limit: Collection[int] | None = None) -> World:
    """Clients that are not archived and the functions and priorities of their contracts; `limit` are ids of the only clients."""
    clients = Client.objects.filter(archived_at__isnull=True)
    found = {client.key: client for client in (clients if limit is None else clients.filter(pk__in=limit))}
    rows = Contract.objects.filter(client__in=[client.pk for client in found.values()]).select_related("client")
    contracts: dict[str, list[engine.Contract]] = {}
    defaults = defaults_text()
    for row in rows:
        contracts.setdefault(row.client.key, []).append(loads_contract(row.text, name=row.client.key, defaults=defaults))
    versions = [version for every in contracts.values() for contract in every for version in contract.versions]
    functions = {function.key: function.name for version in versions for function in version.functions}
    known = Known(clients=frozenset(found), functions=frozenset(functions) or None, priorities=_priorities(versions))
    labels = {"client": {key: client.name for key, client in found.items()}, "function": functions}
    return World(known, labels, contracts, found)


def _priorities(versions: list[engine.Version]) -> frozenset[str] | None:
    """All agreed priorities; None, any will do, where some contract agrees on none."""
    if not versions or not all(version.priorities for version in versions):
        return None
    return frozenset(priority for version in versions for priority in version.priorities)
