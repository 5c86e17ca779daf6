"""All clients on one page: what is read, in a number of questions that does not grow with the clients."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, TextField, Window
from django.db.models.functions import Cast, RowNumber

from keepscore.clients.access import clients_for
from keepscore.clients.models import Client
from keepscore.contracts.models import Contract
from keepscore.portfolio import cells
from keepscore.portfolio.cells import Cell, Column
from keepscore.portfolio.rows import Finished, Known, Open, Row, row
from keepscore.scores.models import Score, Touched
from keepscore.users.audit import Actor
from keepscore.web import nav

_FIELDS = ("contract_id", "label", "start", "end", "is_over", "tenths", "grade", "met", "missed", "told")
SHOWS = ("", "warning", "missed", "notice", "not-graded")


@dataclass(frozen=True, slots=True)
class Board:
    """The portfolio as the page shows it: `need` before `rest`, `counts` by filter, within the chosen lead."""

    need: tuple[Row, ...]
    rest: tuple[Row, ...]
    counts: dict[str, int]
    leads: tuple[tuple[int, str], ...]       # everybody who leads a client that may be seen
    columns: tuple[Column, ...]              # of later rooms, those that fill a cell
    clients: int                             # clients that may be seen, whatever the filter
    needing: tuple[str, ...]                 # the most urgent reason of each client that needs you, most urgent first
    complete_to: tuple[datetime, datetime] | None      # records of the open periods: earliest and latest
    has_scores: bool

    @property
    def rows(self) -> tuple[Row, ...]:
        return (*self.need, *self.rest)


def board(actor: Actor, *, today: date, show: str = "", lead: int | None = None) -> Board:
    """Every client that the actor may see, those that need somebody first; `show` and `lead` narrow the rows."""
    clients = list(clients_for(actor).select_related("lead"))
    known = _known(actor, clients)
    columns = _columns(actor, clients, today)
    rows = sorted(
        (row(one, today=today, cells=[(column, by_client.get(one.client)) for column, by_client in columns]) for one in known),
        key=lambda one: one.order,
    )  # fmt: skip
    leads = {(client.lead_id, client.lead.name) for client in clients if client.lead is not None}
    if lead is not None:
        theirs = {client.pk for client in clients if client.lead_id == lead}
        rows = [one for one in rows if one.client in theirs]
    shown = [one for one in rows if _shows(one, show)]
    return Board(
        need=tuple(one for one in shown if one.reasons), rest=tuple(one for one in shown if not one.reasons),
        counts={name: len({one.client for one in rows if _shows(one, name)}) for name in SHOWS},
        leads=tuple(sorted(leads, key=lambda one: (one[1].casefold(), one[0]))),
        columns=tuple(column for column, _ in columns), clients=len(clients), needing=_needing(rows), complete_to=_complete_to(known),
        has_scores=any(one.finished or one.open for one in known),
    )  # fmt: skip


def _shows(one: Row, show: str) -> bool:
    return {
        "warning": one.warned > 0,
        "missed": one.missed > 0,
        "notice": one.notice_is_near,
        "not-graded": not one.grade,
    }.get(show, True)


def _needing(rows: Iterable[Row]) -> tuple[str, ...]:
    """One sentence a client, even where two of its contracts need somebody."""
    first: dict[int, str] = {}
    for one in rows:
        if one.reasons:
            first.setdefault(one.client, one.reasons[0].says)
    return tuple(first.values())


def _columns(actor: Actor, clients: Sequence[Client], today: date) -> list[tuple[Column, Mapping[int, Cell]]]:
    """The columns that some room fills for one of these clients at least."""
    found = [(column, column.fill(actor, clients, today)) for column in sorted(cells.columns, key=lambda column: column.order)]
    return [(column, by_client) for column, by_client in found if by_client]


def _known(actor: Actor, clients: Sequence[Client]) -> list[Known]:
    visible = clients_for(actor).order_by().values("pk")
    contracts: dict[int, list[Any]] = defaultdict(list)
    agreed = Contract.objects.filter(client__in=visible).order_by("key")
    for pk, of, key, notice in agreed.values_list("pk", "client_id", "key", "notice"):
        contracts[of].append((pk, key, notice))
    waiting = set(Touched.objects.filter(client__in=visible).order_by().values_list("client_id", flat=True).distinct())
    scores = _scores(visible)
    return [
        Known(
            client=client.pk, name=client.name, url=_url(client, key, len(theirs)), lead=client.lead.name if client.lead else "",
            contract=key, is_only=len(theirs) == 1, notice=notice, finished=_finished(scores[pk]), open=_open(scores[pk]),
            waits=client.pk in waiting,
        )
        for client in clients
        for theirs in [contracts.get(client.pk) or [(0, None, None)]]
        for pk, key, notice in theirs
    ]  # fmt: skip


def _url(client: Client, contract: str | None, number: int) -> str:
    address = nav.address("client-home", client.slug)
    return f"{address}?{urlencode({'contract': contract})}" if number > 1 else address


def _scores(visible: Any) -> defaultdict[int, list[Any]]:
    """The two latest finished and the latest open periods of each contract, newest first, without the results themselves."""
    latest = Window(RowNumber(), partition_by=[F("contract_id"), F("is_over")], order_by=F("start").desc())
    found: defaultdict[int, list[Any]] = defaultdict(list)
    agreed = Contract.objects.filter(client__in=visible).order_by().values("pk")
    chosen = Score.objects.filter(contract__in=agreed).order_by().annotate(nth=latest).filter(nth__lte=2).values("pk")
    scores = Score.objects.filter(pk__in=chosen).annotate(told=Cast("summary", TextField()))      # as text: not every one is read
    for score in scores.order_by("-start").values_list(*_FIELDS, named=True):
        found[score.contract_id].append(score)
    return found


def _finished(scores: Sequence[Any]) -> Finished | None:
    over = [score for score in scores if score.is_over]
    if not over:
        return None
    at = over[0]
    before = next((score for score in over[1:] if score.end == at.start), None)      # a gap is no fall
    summary = json.loads(at.told)
    return Finished(
        label=at.label, tenths=at.tenths, grade=at.grade, met=at.met, missed=at.missed, spark=tuple(summary["spark"]),
        no_grade=summary.get("no_grade"), tenths_before=before.tenths if before else None,
        missed_before=before.missed if before else None,
    )  # fmt: skip


def _open(scores: Sequence[Any]) -> Open | None:
    at = next((score for score in scores if not score.is_over), None)
    if at is None:
        return None
    summary = json.loads(at.told)
    return Open(at.label, tuple(summary["warnings"]), summary.get("complete_to"))


def _complete_to(known: Iterable[Known]) -> tuple[datetime, datetime] | None:
    moments = [datetime.fromisoformat(one.open.complete_to) for one in known if one.open and one.open.complete_to]
    return (min(moments), max(moments)) if moments else None
