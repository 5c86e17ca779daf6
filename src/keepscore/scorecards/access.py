"""From an address to a contract's period or a frozen scorecard, always through the client's door."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import Http404

from keepscore.clients.access import client_for
from keepscore.clients.models import Client
from keepscore.contracts.models import Contract
from keepscore.scorecards.models import Scorecard
from keepscore.scores.models import Score

MAIN = "main"
_REF = re.compile(r"([^~\x00]{1,30})(?:~([0-9]{1,17}))?", re.ASCII)


@dataclass(frozen=True)
class Subject:
    """A period of one contract of a client that the actor may see."""

    client: Client
    contract: Contract
    period: str

    @property
    def ref(self) -> str:
        return ref_of(self.contract, self.period)

    @property
    def args(self) -> tuple[str, str]:
        """Of every address of this period."""
        return self.client.slug, self.ref

    @cached_property
    def score(self) -> Score | None:
        found = Score.objects.filter(contract=self.contract, period=self.period).order_by("pk").first()
        if found is not None:
            found.contract, found.client = self.contract, self.client
        return found

    @cached_property
    def publications(self) -> tuple[Scorecard, ...]:
        """Number 1 first."""
        found = Scorecard.objects.filter(contract=self.contract, period=self.period).select_related("published_by", "withdrawn_by")
        return tuple(found.order_by("number"))

    @property
    def latest(self) -> Scorecard | None:
        return self.publications[-1] if self.publications else None

    @property
    def label(self) -> str:
        found = self.score or self.latest
        return found.label if found else self.period


def ref_of(contract: Contract, period: str) -> str:
    """How a period is named in addresses: 2026-Q3, and 2026-Q3~12 for a client's further contract."""
    return period if contract.key == MAIN else f"{period}~{contract.pk}"


def subject_for(actor: Any, slug: str, ref: str, *, may: str | None = None) -> Subject:
    """The period that an address names, or Http404 where there is neither a score nor a scorecard of it."""
    client = client_for(actor, slug, may=may)
    found = _REF.fullmatch(ref)
    if found is None:
        raise Http404
    period, number = found.groups()
    contract = Contract.objects.filter(client=client, **({"pk": int(number)} if number else {"key": MAIN})).first()
    if contract is None:
        raise Http404
    contract.client = client
    subject = Subject(client, contract, period)
    if subject.score is None and subject.latest is None:
        raise Http404
    return subject


def scorecard_for(actor: Any, slug: str, ref: str, number: int, *, may: str | None = None) -> tuple[Subject, Scorecard]:
    """One frozen scorecard, or Http404."""
    subject = subject_for(actor, slug, ref, may=may)
    for found in subject.publications:
        if found.number == number:
            return subject, found
    raise Http404
