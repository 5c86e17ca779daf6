"""What is due next for a client: dates of the contract, the end of the period, and what other rooms tell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.utils.translation import gettext as _

from keepscore.clients.models import Client
from keepscore.contracts.models import Contract
from keepscore.portfolio import cells
from keepscore.portfolio.cells import Due
from keepscore.scores.models import Score
from keepscore.users.audit import Actor
from keepscore.web import nav, words

MOST = 8


def due_next(actor: Actor, client: Client, contract: Contract, open_score: Score | None, *, today: date) -> tuple[Due, ...]:
    """The next dates from today on, soonest first."""
    found: list[Due] = [*_of_contract(client, contract, today), *_of_period(open_score)]
    for provider in cells.due:
        found += provider(actor, client, today)
    return tuple(sorted((one for one in found if one.date >= today), key=lambda one: (one.date, one.title))[:MOST])


def _of_contract(client: Client, contract: Contract, today: date) -> Iterable[Due]:
    url = nav.address("client-contract", client.slug)
    if contract.notice is not None:
        ends = _("Ends %(day)s") % {"day": words.day_long(contract.ends)} if contract.ends else ""
        yield Due(contract.notice, _("Notice date of the contract"), ends, url, _("Contract") if url else "")
    if contract.ends is not None:
        gone = contract.notice is not None and contract.notice < today
        note = _("The notice date was %(day)s") % {"day": words.day_long(contract.notice)} if gone else _("Renewal or end")
        yield Due(contract.ends, _("Contract ends"), note)


def _of_period(score: Score | None) -> Sequence[Due]:
    if score is None:
        return ()
    last = score.end - timedelta(days=1)
    return (Due(last, _("%(period)s ends") % {"period": score.label}, _("Its score is final once records are complete")),)
