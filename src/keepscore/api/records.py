"""Service records: found by the beginning of their reference, read by their key."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import Http404, HttpRequest
from ninja import Router
from pydantic import Field

from keepscore.api.auth import actor_in, scoped
from keepscore.api.schemas import FoundOut, Page, RecordFull
from keepscore.clients.access import clients_for
from keepscore.engine.results import to_json
from keepscore.intake.store import the_store
from keepscore.records.store_search import find_records, record
from keepscore.scores.whole_store import whole_store

router = Router(tags=["Records"])
KEY = ("source", "reference", "client", "month", "replaced_by")      # said beside, or how the store works


@router.get("/records", response=Page[FoundOut], summary="Find records by the beginning of their reference", **scoped("read"))
def find(
    request: HttpRequest, reference: Annotated[str, Field(min_length=1, max_length=200)], limit: Annotated[int, Field(ge=1, le=50)] = 20
) -> Page[FoundOut]:
    slugs = _slugs(request)
    found = find_records(the_store(), reference, clients=frozenset(slugs), limit=limit)
    if not found:
        whole_store()      # no record, or no store?
    rows = [FoundOut(source=one.source, reference=one.reference, client=slugs[one.client], opened_at=one.opened_at) for one in found]
    return Page(items=rows, next=None)


@router.get("/records/{source}/{path:reference}", response=RecordFull, summary="Read a record with its history", **scoped("read"))
def read_record(request: HttpRequest, source: str, reference: str) -> RecordFull:
    slugs = _slugs(request)
    view = record(the_store(), source, reference, clients=frozenset(slugs))
    if view is None:
        whole_store()
        raise Http404
    return RecordFull(
        source=source, reference=reference, client=slugs[view.columns["client"]], columns=_plain(view.columns, "batch"),
        pauses=[_plain(pause, "batch") for pause in view.pauses], states=[_plain(state) for state in view.states],
    )  # fmt: skip


def _slugs(request: HttpRequest) -> dict[str, str]:
    """The clients that may be seen: key and slug."""
    return dict(clients_for(actor_in(request)).values_list("key", "slug"))


def _plain(row: dict[str, Any], *also: str) -> dict[str, Any]:
    found: dict[str, Any] = to_json({name: value for name, value in row.items() if name not in (*KEY, *also)})
    return found
