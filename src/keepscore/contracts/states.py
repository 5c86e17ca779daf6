"""Where an edit stands: its faults, why it would be refused, who saved meanwhile, or that it can be saved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from keepscore.clients.models import Client
from keepscore.contracts.changes import new_terms
from keepscore.contracts.differences import Difference, difference
from keepscore.contracts.faults import FaultList, fault_list
from keepscore.contracts.models import Contract, Draft, Revision
from keepscore.contracts.operations import ChangedMeanwhile, ContractRefused, ReasonNeeded, check
from keepscore.contracts.reading import loads_contract
from keepscore.engine.contract import ContractError
from keepscore.engine.contract.model import Contract as Agreed

State = Literal["as saved", "ready", "faults", "refused", "needs a note", "changed meanwhile"]


@dataclass(frozen=True, slots=True)
class Edit:
    """`revision` is what the next save answers to: the number of the latest revision that this person has seen."""

    state: State
    text: str
    note: str
    revision: int
    draft: Draft | None = None
    agreed: Agreed | None = None            # the draft as read, where it can be saved
    faults: FaultList | None = None
    refusal: str = ""
    change: Difference | None = None        # against what is saved
    theirs: Revision | None = None          # what was saved meanwhile
    told: tuple[tuple[date, tuple[str, ...]], ...] = ()     # in words, by version that is new or changed

    @property
    def stops(self) -> bool:
        return self.state not in ("as saved", "ready")


def edit_state(*, client: Client, contract: Contract | None, draft: Draft | None, today: date) -> Edit:
    """The edit as its page shows it. Nothing is saved by looking."""
    latest = contract.revisions.select_related("saved_by").first() if contract else None
    number = latest.number if latest else 0
    saved = contract.text if contract else ""
    if draft is None:
        return Edit("as saved", saved, "", number)
    change = difference(saved, draft.text) if contract else None
    try:
        agreed = check(client=client, text=draft.text, today=today, note=draft.note, key=draft.key, revision=draft.revision)
    except ContractError as error:
        return Edit("faults", draft.text, draft.note, draft.revision, draft, faults=fault_list(draft.text, error.faults), change=change)
    except ChangedMeanwhile as refused:
        return Edit("changed meanwhile", draft.text, draft.note, number, draft, refusal=str(refused), change=change, theirs=latest)
    except ReasonNeeded as refused:
        return Edit("needs a note", draft.text, draft.note, draft.revision, draft, refusal=str(refused), change=change)
    except ContractRefused as refused:
        return Edit("refused", draft.text, draft.note, draft.revision, draft, refusal=str(refused), change=change)
    before = loads_contract(saved, name="contract") if contract else None
    return Edit("ready", draft.text, draft.note, draft.revision, draft, agreed=agreed, change=change, told=new_terms(before, agreed))
