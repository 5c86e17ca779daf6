"""Publishing, correcting and withdrawing scorecards."""

from __future__ import annotations

from typing import Any

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router, Status

from keepscore.api.auth import actor_in, scoped
from keepscore.api.inputs import PublishIn, WithdrawIn
from keepscore.api.problems import Refused
from keepscore.api.schemas import DraftOut, PublishingOut, ScorecardOut
from keepscore.api.scorecards import scorecard_out
from keepscore.scorecards import operations, pages
from keepscore.scorecards.access import Subject, scorecard_for, subject_for
from keepscore.scorecards.forms import PublishForm, WithdrawForm
from keepscore.scorecards.models import Publishing
from keepscore.scores.models import Score
from keepscore.users.roles import May
from keepscore.web import clock

router = Router(tags=["Scorecards"])
_PERIOD = "/clients/{slug}/scorecards/{ref}"


@router.get(f"{_PERIOD}/draft", response=DraftOut, summary="See what would be published, and what stands in the way", **scoped("publish"))
def read_draft(request: HttpRequest, slug: str, ref: str) -> DraftOut:
    subject, score = found_draft(request, slug, ref)
    page = pages.confirm_page(subject, score, at=clock.now())
    blocks = [{"what": block.what, "next": block.next} for block in page.blocks]
    return DraftOut(shown=page.shown, number=page.number, is_waiting=page.is_waiting, blocks=blocks, scorecard=score.result)


@router.post(f"{_PERIOD}/publish", response={202: PublishingOut}, summary="Publish what the draft showed", **scoped("publish"))
def publish(request: HttpRequest, slug: str, ref: str, said: PublishIn, response: HttpResponse) -> Any:
    """Once a scorecard stands this makes a numbered correction beside it, and needs a reason. The worker does it; ask how it stands."""
    subject, score = found_draft(request, slug, ref)
    form = PublishForm({"shown": said.shown, "reason": said.reason}, is_correction=subject.latest is not None)
    values = _cleaned(form)
    wish = operations.ask_to_publish(
        score=score, shown=values["shown"], reason=values.get("reason", ""), by=actor_in(request), at=clock.now()
    )  # fmt: skip
    response["Location"] = f"/api/v1/clients/{slug}/scorecards/{ref}/publishing"
    return Status(202, _wish(wish))


@router.get(f"{_PERIOD}/publishing", response=PublishingOut, summary="See how the last wish to publish stands", **scoped("publish"))
def read_publishing(request: HttpRequest, slug: str, ref: str) -> PublishingOut:
    subject = subject_for(actor_in(request, may=May.PUBLISH), slug, ref)
    wish = Publishing.objects.filter(contract=subject.contract, period=subject.period).select_related("scorecard").first()
    if wish is None:
        raise Http404
    return _wish(wish)


@router.post(f"{_PERIOD}/{{int:number}}/withdraw", response=ScorecardOut, summary="Withdraw a scorecard that stands", **scoped("publish"))
def withdraw(request: HttpRequest, slug: str, ref: str, number: int, said: WithdrawIn) -> ScorecardOut:
    actor = actor_in(request, may=May.PUBLISH)
    _subject, scorecard = scorecard_for(actor, slug, ref, number)
    because = _cleaned(WithdrawForm({"because": said.because}))["because"]
    return scorecard_out(operations.withdraw(scorecard=scorecard, because=because, by=actor, at=clock.now()))


def found_draft(request: HttpRequest, slug: str, ref: str) -> tuple[Subject, Score]:
    """The period and its score, for who may publish."""
    subject = subject_for(actor_in(request, may=May.PUBLISH), slug, ref)
    if subject.score is None:
        raise Http404
    return subject, subject.score


def _cleaned(form: Form) -> dict[str, Any]:
    """What the form takes; what it refuses is refused here in the same words."""
    if form.is_valid():
        values: dict[str, Any] = form.cleaned_data
        return values
    errors = [{"where": name, "expected": str(text)} for name, texts in form.errors.items() for text in texts]
    raise Refused(422, "Some values are wrong.", errors=errors)


def _wish(wish: Publishing) -> PublishingOut:
    number = wish.scorecard.number if wish.scorecard else None
    return PublishingOut(state=wish.state, problem=wish.problem, number=number, asked_at=wish.asked_at, ended_at=wish.ended_at)
