"""Pages of a client's scorecards. Reading needs the client's door; writing needs the right to publish as well."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keepscore.clients.access import client_for
from keepscore.documents.pdf import scorecard_pdf
from keepscore.evidence.shelf import BrokenShelf
from keepscore.scorecards import actions as writing
from keepscore.scorecards import files, operations, pages, queries
from keepscore.scorecards.access import Subject, scorecard_for, subject_for
from keepscore.scorecards.forms import PublishForm, WithdrawForm
from keepscore.scorecards.models import Publishing
from keepscore.scorecards.numbers import templates_of
from keepscore.scores.models import Score
from keepscore.scores.notices import notices
from keepscore.users.roles import May
from keepscore.web import clock

TAB, PUBLISH = "client-scorecards", str(May.PUBLISH)


@require_safe
@login_required
def index(request: HttpRequest, slug: str) -> HttpResponse:
    client = client_for(request.user, slug)
    return render(request, "scorecards/index.html", {"client": client, "page": queries.list_page(client, at=clock.now())})


@require_safe
@login_required
def latest(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """The frozen scorecard of a period where there is one, else its draft."""
    subject = subject_for(request.user, slug, ref)
    if subject.latest is not None:
        return redirect("scorecard-frozen", *subject.args, subject.latest.number)
    return _draft(request, subject)


@require_safe
@login_required
def draft(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    return _draft(request, subject_for(request.user, slug, ref))


def _draft(request: HttpRequest, subject: Subject) -> HttpResponse:
    page = pages.draft_page(subject, _score(subject), at=clock.now())
    told = notices(request.user, subject.client, period=subject.period)
    return _render(request, "draft", subject, page=page, notices=told)


@require_safe
@login_required
def draft_pdf(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    subject = subject_for(request.user, slug, ref)
    score = _score(subject)
    paper = scorecard_pdf(pages.draft_words(score, score.card, templates_of(score)), timestamp=score.as_of)
    return _file(files.Download(f"{subject.client.slug}-{subject.ref}-draft.pdf", "application/pdf", paper))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def actions(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    subject = subject_for(request.user, slug, ref, may=PUBLISH)
    page = writing.actions_page(subject, _score(subject), request.POST if request.method == "POST" else None)
    if request.method == "POST" and writing.save(page, subject, by=request.user, at=clock.now()):
        messages.success(request, _("The demonstrated actions of %(period)s are saved.") % {"period": subject.label})
        return redirect("scorecard-draft", *subject.args)
    return _render(request, "actions", subject, page=page, form=page.form)


@require_POST
@login_required
def carry_over(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    subject = subject_for(request.user, slug, ref, may=PUBLISH)
    earlier = writing.earlier_of(subject, _score(subject))
    if earlier is None:
        raise Http404
    taken = operations.carry_over(contract=subject.contract, period=subject.period, earlier=earlier.period, by=request.user, at=clock.now())
    messages.success(request, _("%(n)s texts were taken from %(period)s.") % {"n": taken, "period": earlier.label})
    return redirect("scorecard-actions", *subject.args)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def publish(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    subject = subject_for(request.user, slug, ref, may=PUBLISH)
    score = _score(subject)
    is_correction = subject.latest is not None
    form = PublishForm(request.POST if request.method == "POST" else None, is_correction=is_correction)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data.get("reason", "")
        try:
            operations.ask_to_publish(score=score, shown=form.cleaned_data["shown"], reason=reason, by=request.user, at=clock.now())
        except (operations.CannotPublishYet, operations.NumbersMoved) as problem:
            form.add_error(None, str(problem))
        except operations.AlreadyAsked:
            return redirect("scorecard-publishing", *subject.args)
        else:
            return redirect("scorecard-publishing", *subject.args)
    page = pages.confirm_page(subject, score, at=clock.now())
    return _render(request, "publish", subject, status=409 if form.non_field_errors() else 200, page=page, form=form)


@require_safe
@login_required
def publishing(request: HttpRequest, slug: str, ref: str) -> HttpResponse:
    """How a wish to publish stands; asked again by the page until it ended."""
    subject = subject_for(request.user, slug, ref, may=PUBLISH)
    wish = Publishing.objects.filter(contract=subject.contract, period=subject.period).select_related("scorecard", "asked_by").first()
    if wish is None:
        raise Http404
    if wish.scorecard is None:
        return _render(request, "publishing", subject, wish=wish, is_waiting=wish.state == Publishing.State.WAITING)
    url = reverse("scorecard-frozen", args=[*subject.args, wish.scorecard.number])
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


@require_safe
@login_required
def frozen(request: HttpRequest, slug: str, ref: str, number: int) -> HttpResponse:
    subject, scorecard = scorecard_for(request.user, slug, ref, number)
    return _render(request, "frozen", subject, page=pages.frozen_page(subject, scorecard), scorecard=scorecard)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def withdraw(request: HttpRequest, slug: str, ref: str, number: int) -> HttpResponse:
    subject, scorecard = scorecard_for(request.user, slug, ref, number, may=PUBLISH)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.withdraw(scorecard=scorecard, because=form.cleaned_data["because"], by=request.user, at=clock.now())
        except operations.NotStanding as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, _("%(period)s is withdrawn.") % {"period": subject.label})
        return redirect("scorecard-frozen", *subject.args, number)
    return _render(request, "withdraw", subject, scorecard=scorecard, form=form)


@require_safe
@login_required
def download(request: HttpRequest, slug: str, ref: str, number: int, kind: str) -> HttpResponse:
    _subject, scorecard = scorecard_for(request.user, slug, ref, number)
    if kind not in files.KINDS:
        raise Http404
    try:
        return _file(files.download(scorecard, kind))
    except (BrokenShelf, FileNotFoundError):
        raise Http404 from None


@require_safe
def public_keys(request: HttpRequest) -> HttpResponse:
    """The keys that bundles are or were signed with: the only thing here that everybody may read."""
    return JsonResponse(queries.public_keys(), headers={"Cache-Control": "public, max-age=300"})


def _score(subject: Subject) -> Score:
    if subject.score is None:
        raise Http404
    return subject.score


def _render(request: HttpRequest, name: str, subject: Subject, *, status: int = 200, **context: object) -> HttpResponse:
    common = {"client": subject.client, "subject": subject, "tab_current": TAB, "may_publish": request.user.may(PUBLISH)}
    return render(request, f"scorecards/{name}.html", {**common, **context}, status=status)


def _file(found: files.Download) -> HttpResponse:
    disposition = content_disposition_header(as_attachment=True, filename=found.name)
    return HttpResponse(found.data, content_type=found.content_type, headers={"Content-Disposition": disposition})
