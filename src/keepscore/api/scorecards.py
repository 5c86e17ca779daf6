"""Published scorecards and their files."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from ninja import Router
from pydantic import Field

from keepscore.api.auth import actor_in, scoped
from keepscore.api.paging import Cursor, Limit, page_of
from keepscore.api.schemas import Page, ScorecardOut
from keepscore.clients.access import client_for, clients_for
from keepscore.scorecards import files
from keepscore.scorecards.access import ref_of, scorecard_for
from keepscore.scorecards.models import Scorecard

router = Router(tags=["Scorecards"])
Kind = Literal["bundle", "paper", "page"]
Name = Annotated[str, Field(max_length=220)]
_ONE = "/clients/{slug}/scorecards/{ref}/{int:number}"
_FILES: dict[str, Any] = {
    "responses": {200: {"description": "The file", "content": {kind: {"schema": {"type": "string", "format": "binary"}}
                                                               for kind in ("application/zip", "application/pdf", "text/html")}}}
}


@router.get("/scorecards", response=Page[ScorecardOut], summary="List published scorecards, the newest first", **scoped("read"))
def list_scorecards(
    request: HttpRequest, client: Name = "", period: Name = "", limit: Limit = 50, cursor: Cursor = ""
) -> Page[ScorecardOut]:
    actor = actor_in(request)
    clients = [client_for(actor, client)] if client else clients_for(actor)
    found = Scorecard.objects.filter(client__in=clients, **({"period": period} if period else {})).select_related("client", "contract")
    rows, after = page_of(found.defer("contract__text"), name="scorecards", limit=limit, cursor=cursor, by=("-pk",))
    return Page(items=[scorecard_out(row) for row in rows], next=after)


@router.get(_ONE, response=ScorecardOut, summary="Read a published scorecard", **scoped("read"))
def read_scorecard(request: HttpRequest, slug: str, ref: str, number: int) -> ScorecardOut:
    return scorecard_out(scorecard_for(actor_in(request), slug, ref, number)[1])


@router.get(f"{_ONE}/files/{{kind}}", summary="Download its bundle, its paper (PDF) or its page (HTML)", **scoped("read", **_FILES))
def download(request: HttpRequest, slug: str, ref: str, number: int, kind: Kind) -> HttpResponse:
    _subject, scorecard = scorecard_for(actor_in(request), slug, ref, number)
    try:
        found = files.download(scorecard, kind)
    except FileNotFoundError:
        raise Http404 from None
    disposition = content_disposition_header(as_attachment=True, filename=found.name)
    return HttpResponse(found.data, content_type=found.content_type, headers={"Content-Disposition": disposition})


def scorecard_out(row: Scorecard) -> ScorecardOut:
    same = (
        "period", "label", "start", "end", "number", "state", "tenths", "met", "missed", "digest", "fingerprint", "bundle", "reason",
        "has_moved", "as_of", "published_at", "withdrawn_at", "withdrawn_because",
    )  # fmt: skip
    named = {"client": row.client.slug, "contract": row.contract.key, "ref": ref_of(row.contract, row.period), "grade": row.grade or None}
    return ScorecardOut(**named, **{name: getattr(row, name) for name in same})
