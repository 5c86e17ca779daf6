"""What is due next for a client: dates of the contract, the end of the period, and what other rooms tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from django.utils.translation import gettext as _

from keepscore.clients.models import Client
from keepscore.contracts.models import Contract
from keepscore.portfolio import cells
from keepscore.portfolio.cells import Due
from keepscore.scores.models import Score
from keepscore.scores.published import Frozen, frozen
from keepscore.users.audit import Actor
from keepscore.web import nav, words

MOST = 8


def due_next(
    actor: Actor, client: Client, contract: Contract, scores: Sequence[Score], *, today: date, published: Mapping[int, Frozen | None]
) -> tuple[Due, ...]:  # fmt: skip
    """The next dates from today on, soonest first; `scores` of the contract, newest first; `published` as known of some, by their keys."""
    found: list[Due] = [*_of_contract(client, contract, today), *_of_period(scores), *_to_publish(client, scores, today, published)]
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


def _of_period(scores: Sequence[Score]) -> Iterable[Due]:
    for score in scores:
        if not score.is_over:
            yield Due(score.end - timedelta(days=1), _("%(period)s ends") % {"period": score.label},
                      _("Its score is final once records are complete"))


def _to_publish(client: Client, scores: Sequence[Score], today: date, published: Mapping[int, Frozen | None]) -> Iterable[Due]:
    """The latest finished period, when every source is complete and its scorecard is not published; due at once."""
    latest = next((score for score in scores if score.is_over), None)
    url = nav.address("client-scorecards", client.slug)
    if latest is None or not latest.complete or not url:
        return
    if (published[latest.pk] if latest.pk in published else frozen(latest)) is None:
        yield Due(today, _("Scorecard of %(period)s") % {"period": latest.label}, _("Final, not published yet"), url, _("Scorecards"))
