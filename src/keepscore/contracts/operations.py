"""Saving a contract: read by the engine's own loader, checked against what is in force, kept as a revision. Drafts beside it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from keepscore.clients.models import Client
from keepscore.contracts.locks import refuse_locked
from keepscore.contracts.models import Contract, Draft, Revision
from keepscore.contracts.reading import loads_contract
from keepscore.contracts.refusals import (
    ChangedMeanwhile,
    ContractRefused,
    HeadLocked,
    Locked,
    OtherContract,
    ReasonNeeded,
    VersionLocked,
)
from keepscore.contracts.signals import contract_saved
from keepscore.engine.contract import definition_digest
from keepscore.engine.contract import model as engine
from keepscore.users import audit
from keepscore.users.audit import Actor

__all__ = [
    "ChangedMeanwhile", "ContractRefused", "HeadLocked", "Locked", "OtherContract", "ReasonNeeded", "VersionLocked", "discard_draft",
    "keep_draft", "read", "save_contract",
]


def read(text: str, *, client: Client) -> engine.Contract:
    """The contract of a text. Raises engine ContractError with every fault and line, ContractRefused when it is another client's."""
    contract = loads_contract(text, name="contract")
    if contract.client is None or contract.client.key != client.key:
        raise OtherContract(_("This contract must name the client %(key)s, and no other.") % {"key": client.key})
    return contract


def check(
    *, client: Client, text: str, today: date, note: str = "", key: str | None = None, revision: int | None = None, base: str | None = None
) -> engine.Contract:
    """Everything that `save_contract` would refuse, with nothing saved. Raises what it raises."""
    return _checked(Contract.objects.all(), client=client, text=text, today=today, note=note, key=key, revision=revision, base=base)


def _checked(
    contracts: QuerySet[Contract], *, client: Client, text: str, today: date, note: str, key: str | None, revision: int | None,
    base: str | None,
) -> engine.Contract:  # fmt: skip
    agreed = read(text, client=client)
    if key is not None and agreed.contract != key:
        raise OtherContract(_("The key of this contract is %(key)s; a contract keeps its key.") % {"key": key})
    found = contracts.filter(client=client, key=agreed.contract).first()
    now = found.revisions.count() if found else 0
    if (revision is not None and now != revision) or (base is not None and found is not None and found.digest != base):
        raise ChangedMeanwhile
    if found is not None:
        refuse_locked(loads_contract(found.text, name="contract"), agreed, today=today, note=note)
    return agreed


def save_contract(
    *, client: Client, text: str, by: Actor | None, at: datetime, today: date, note: str = "", base: str | None = None,
    revision: int | None = None, key: str | None = None,
) -> Contract:  # fmt: skip
    """Save a text as the contract of a client; the first one makes it.

    What the edit began from is said by `revision`, the number of the last revision then (0: there was none), or by `base`, the
    digest of its values. `key` is the contract that was edited. Versions that began on or before `today` are locked from the moment
    they were saved; a new one that begins so early needs a note. Raises engine ContractError and ContractRefused (VersionLocked,
    HeadLocked, ReasonNeeded, ChangedMeanwhile, OtherContract); what was locked is kept in the audit log.
    """
    try:
        with transaction.atomic():
            held = Contract.objects.select_for_update()
            agreed = _checked(held, client=client, text=text, today=today, note=note, key=key, revision=revision, base=base)
            return _save(agreed, client=client, text=text, by=by, at=at, note=note)
    except Locked as refused:
        audit.record("contract.saved", about=client, by=by, at=at, client=client.key, refused=True, why=str(refused))
        raise


def _save(agreed: engine.Contract, *, client: Client, text: str, by: Actor | None, at: datetime, note: str) -> Contract:
    digest, user = definition_digest(agreed), by.user if by else None
    values = {"text": text, "digest": digest, "ends": agreed.ends, "notice": agreed.notice, "saved_at": at, "saved_by": user}
    contract, _made = Contract.objects.update_or_create(client=client, key=agreed.contract, defaults=values)
    number = contract.revisions.count() + 1
    Revision.objects.create(contract=contract, number=number, text=text, digest=digest, note=note, saved_at=at, saved_by=user)
    Draft.objects.filter(client=client, key=contract.key, saved_by=user).delete()
    audit.record("contract.saved", about=contract, by=by, at=at, client=client.key, revision=number, digest=digest, note=note)
    contract_saved.send(Contract, contract=contract, at=at)
    return contract


@transaction.atomic
def keep_draft(*, client: Client, key: str, text: str, revision: int, by: Actor, at: datetime, note: str = "") -> Draft:
    """Keep a text, right or wrong, for the person who writes it. An unchanged text leaves no trace."""
    text = text.replace("\x00", "\u2400")      # a database cannot hold it; shown, so that it can be found and removed
    draft = Draft.objects.select_for_update().filter(client=client, key=key, saved_by=by.user).first()
    if draft is None:
        draft = Draft(client=client, key=key, saved_by=by.user)
    elif (draft.text, draft.revision, draft.note) == (text, revision, note):
        return draft
    draft.text, draft.revision, draft.note, draft.saved_at = text, revision, note, at
    draft.save()
    audit.record("contract.draft-kept", about=draft, by=by, at=at, client=client.key)
    return draft


@transaction.atomic
def discard_draft(*, draft: Draft, by: Actor, at: datetime) -> None:
    """Throw a draft away; what is saved stays as it is."""
    audit.record("contract.draft-discarded", about=draft, by=by, at=at, client=draft.client.key, characters=len(draft.text))
    draft.delete()
