"""Saving a contract: read by the engine's own loader, checked against what is in force, kept as a revision."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from keepscore.clients.models import Client
from keepscore.contracts.models import Contract, Draft, Revision
from keepscore.contracts.signals import contract_saved
from keepscore.engine.contract import definition_digest, definition_json, loads_contract
from keepscore.engine.contract import model as engine
from keepscore.users import audit
from keepscore.users.audit import Actor


class ContractRefused(ValueError):
    """A contract that reads well but cannot be saved here; the text says why."""


class VersionLocked(ContractRefused):
    """A version that is in force was changed or removed; changes make a new version."""

    def __init__(self, start: date) -> None:
        self.start = start
        super().__init__(f"The version from {start:%-d %B %Y} is in force and locked. Add a version with a later first day.")


class ChangedMeanwhile(ContractRefused):
    """Somebody saved the contract since this edit began."""


def read(text: str, *, client: Client) -> engine.Contract:
    """The contract of a text. Raises engine ContractError with every fault and line, ContractRefused when it is another client's."""
    contract = loads_contract(text, name="contract")
    if contract.client is None or contract.client.key != client.key:
        raise ContractRefused(f"This contract must name the client {client.key}, and no other.")
    return contract


@transaction.atomic
def save_contract(
    *, client: Client, text: str, by: Actor | None, at: datetime, today: date, note: str = "", base: str | None = None
) -> Contract:
    """Save a text as the contract of a client; the first one makes it.

    `base` is the digest the edit began from. Versions that began on or before `today` are locked from the moment they were saved.
    Raises engine ContractError, ContractRefused (VersionLocked, ChangedMeanwhile).
    """
    agreed = read(text, client=client)
    found = Contract.objects.select_for_update().filter(client=client, key=agreed.contract).first()
    if found is not None:
        if base is not None and found.digest != base:
            raise ChangedMeanwhile("Somebody saved this contract since you began. Your text is kept as a draft; compare and save again.")
        _refuse_locked(loads_contract(found.text, name="contract"), agreed, today=today)
    digest = definition_digest(agreed)
    values = {"text": text, "digest": digest, "ends": agreed.ends, "notice": agreed.notice, "saved_at": at, "saved_by": by.user if by else None}
    contract, _ = Contract.objects.update_or_create(client=client, key=agreed.contract, defaults=values)
    number = contract.revisions.count() + 1
    Revision.objects.create(
        contract=contract, number=number, text=text, digest=digest, note=note, saved_at=at, saved_by=values["saved_by"]
    )
    Draft.objects.filter(contract=contract).delete()
    audit.record("contract.saved", about=contract, by=by, at=at, client=client.key, revision=number, digest=digest, note=note)
    contract_saved.send(Contract, contract=contract, at=at)
    return contract


def _refuse_locked(before: engine.Contract, after: engine.Contract, *, today: date) -> None:
    kept = {version["from"]: version for version in definition_json(after)["versions"]}
    for version in definition_json(before)["versions"]:
        start = date.fromisoformat(version["from"])
        if start <= today and kept.get(version["from"]) != version:
            raise VersionLocked(start)
