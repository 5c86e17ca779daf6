"""Scores, the measures and records behind them, warnings, and scoring runs."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router, Status
from pydantic import Field

from keepscore.api.auth import actor_in, scoped
from keepscore.api.paging import Cursor, Limit, page_of, rows_of
from keepscore.api.schemas import MeasureOut, Page, Plain, RunOut, ScoreFull, ScoreOut, WarningOut
from keepscore.clients.access import client_for, clients_for
from keepscore.engine.results import to_json
from keepscore.scorecards.access import ref_of, subject_for
from keepscore.scores import judged, operations
from keepscore.scores.listing import Asked, filtered
from keepscore.scores.models import MeasureScore, Run, Score, Warning
from keepscore.users.roles import May
from keepscore.web import clock

router = Router(tags=["Scores"])
Outcome = Literal["missed", "kept", "open", "left-out", "unjudged", ""]
Name = Annotated[str, Field(max_length=220)]
_ONE = "/clients/{slug}/scores/{ref}"


@router.get("/scores", response=Page[ScoreOut], summary="List scores, the newest period first", **scoped("read"))
def list_scores(request: HttpRequest, client: Name = "", period: Name = "", limit: Limit = 50, cursor: Cursor = "") -> Page[ScoreOut]:
    found = Score.objects.filter(_asked(request, client, period)).select_related("client", "contract").defer("result", "contract__text")
    rows, after = page_of(found, name="scores", limit=limit, cursor=cursor, by=("-start", "-pk"))
    return Page(items=[ScoreOut(**_score(row)) for row in rows], next=after)


@router.get(_ONE, response=ScoreFull, summary="Read a score with its whole scorecard", **scoped("read"))
def read_score(request: HttpRequest, slug: str, ref: str) -> ScoreFull:
    score = _found(request, slug, ref)
    return ScoreFull(**_score(score), scorecard=score.result)


@router.get(f"{_ONE}/measures", response=list[MeasureOut], summary="List the measures of a score", **scoped("read"))
def list_measures(request: HttpRequest, slug: str, ref: str) -> list[MeasureOut]:
    return [_measure(row) for row in _found(request, slug, ref).measures.all()]


@router.get(f"{_ONE}/records", response=Page[Plain], summary="List the records behind a measure, misses first", **scoped("read"))
def list_judged(
    request: HttpRequest, slug: str, ref: str, measure: Annotated[str, Field(max_length=200)], outcome: Outcome = "", limit: Limit = 50,
    cursor: Cursor = "",
) -> Page[Plain]:  # fmt: skip
    score = _found(request, slug, ref)
    if not score.measures.filter(key=measure).exists():
        raise Http404
    table = filtered(judged.measure_rows(score, measure), Asked(show=outcome)).drop_columns(["measure"])
    version = f"{score.pk}-{score.scored_at.isoformat()}-{measure}-{outcome}"
    rows, after = rows_of(table, name="judged", version=version, limit=limit, cursor=cursor)
    return Page(items=to_json(rows), next=after)


@router.get("/warnings", response=Page[WarningOut], summary="List early warnings, the newest first", **scoped("read"))
def list_warnings(
    request: HttpRequest, client: Name = "", period: Name = "", current: bool | None = None, limit: Limit = 50, cursor: Cursor = ""
) -> Page[WarningOut]:
    found = Warning.objects.filter(_asked(request, client, period)).select_related("client", "contract").defer("said", "contract__text")
    found = found if current is None else found.filter(is_current=current)
    rows, after = page_of(found, name="warnings", limit=limit, cursor=cursor, by=("-pk",))
    return Page(items=[_warning(row) for row in rows], next=after)


@router.post("/clients/{slug}/score", response={202: None}, summary="Have a client scored again", **scoped("contracts"))
def score_again(request: HttpRequest, slug: str, response: HttpResponse) -> Any:
    actor = actor_in(request, may=May.SCORE)
    operations.score_again(clients=[client_for(actor, slug)], by=actor, at=clock.now())
    response["Location"] = "/api/v1/runs"
    return Status(202, None)


@router.get("/runs", response=Page[RunOut], summary="List scoring runs, the newest first", **scoped("contracts"))
def list_runs(request: HttpRequest, limit: Limit = 20, cursor: Cursor = "") -> Page[RunOut]:
    actor_in(request, may=May.SCORE)
    rows, after = page_of(Run.objects.defer("problem"), name="runs", limit=limit, cursor=cursor, by=("-pk",))
    return Page(items=[RunOut.from_orm(run) for run in rows], next=after)


def _asked(request: HttpRequest, slug: str, period: str) -> Q:
    """Rows of the clients that may be seen; of one of them, or Http404; of one period."""
    actor = actor_in(request)
    wanted = Q(client=client_for(actor, slug)) if slug else Q(client__in=clients_for(actor))
    return wanted & Q(period=period) if period else wanted


def _found(request: HttpRequest, slug: str, ref: str) -> Score:
    score = subject_for(actor_in(request), slug, ref).score
    if score is None:
        raise Http404
    return score


def _score(row: Score) -> dict[str, Any]:
    named = {"client": row.client.slug, "contract": row.contract.key, "ref": ref_of(row.contract, row.period), "grade": row.grade or None}
    same = (
        "period", "label", "start", "end", "as_of", "is_over", "complete", "tenths", "coverage", "met", "missed", "scored_at",
    )  # fmt: skip
    return named | {name: getattr(row, name) for name in same}


def _measure(row: MeasureScore) -> MeasureOut:
    said: dict[str, Any] = {name: getattr(row, name) or None for name in ("unit", "value", "target_kind")}
    same = ("key", "name", "sub_area", "kind", "records", "kept", "missed", "left_out", "target", "met", "allowed", "tenths")
    return MeasureOut(**said | {name: getattr(row, name) for name in same})


def _warning(row: Warning) -> WarningOut:
    same = ("period", "measure", "name", "urgency", "sentence", "runs_out", "as_of", "raised_at", "is_current")
    return WarningOut(client=row.client.slug, contract=row.contract.key, **{name: getattr(row, name) for name in same})
