"""A client's measures, one measure down to its records, one record with its clocks, and the scoring runs."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from keepscore.clients import access
from keepscore.scores import exports, operations, queries, runs
from keepscore.scores.listing import Asked
from keepscore.scores.measure_page import measure_page
from keepscore.scores.notices import notices
from keepscore.scores.record_page import record_page
from keepscore.users.access import requires
from keepscore.users.roles import May
from keepscore.web import clock

SCORE = str(May.SCORE)  # the right to ask for a run


@login_required
@require_safe
def measures(request: HttpRequest, slug: str) -> HttpResponse:
    client = access.client_for(request.user, slug)
    page = queries.measures_page(client, period=request.GET.get("period", ""))
    told = notices(request.user, client, period=page.period.key if page.period else "")
    context = {"client": client, "page": page, "may_score": request.user.may(SCORE), "notices": told}
    return render(request, "scores/measures.html", context)


@login_required
@require_safe
def measure(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    client = access.client_for(request.user, slug)
    page = measure_page(client, key, asked=_asked(request), **_which(request))
    if page is None:
        raise Http404
    return render(request, "scores/measure.html", {"client": client, "page": page})


@login_required
@require_safe
def measure_records(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    client = access.client_for(request.user, slug)
    file = exports.records_csv(client, key, asked=_asked(request), **_which(request))
    if file is None:
        raise Http404
    return HttpResponse(file.data, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": file.disposition})


@login_required
@require_safe
def record(request: HttpRequest, slug: str, source: str, reference: str) -> HttpResponse:
    client = access.client_for(request.user, slug)
    page = record_page(client, source=source, reference=reference)
    if page is None:
        raise Http404
    return render(request, "scores/record.html", {"client": client, "page": page, "tab_current": "client-measures"})


@login_required
@require_POST
def score_again(request: HttpRequest, slug: str) -> HttpResponse:
    client = access.client_for(request.user, slug, may=SCORE)
    operations.score_again(clients=[client], by=request.user, at=clock.now())
    messages.success(request, _("%(name)s will be scored again.") % {"name": client.name})
    return redirect("client-measures", slug=client.slug)


@requires(SCORE)
@require_safe
def scoring(request: HttpRequest) -> HttpResponse:
    page = runs.scoring_page(actor=request.user, real_now=timezone.now())
    return render(request, "scores/runs.html" if request.htmx else "scores/scoring.html", {"page": page})


def _which(request: HttpRequest) -> dict[str, str]:
    return {"period": request.GET.get("period", ""), "contract": request.GET.get("contract", "")}


def _asked(request: HttpRequest) -> Asked:
    asked = request.GET
    return Asked(
        show=asked.get("show", ""),
        column=asked.get("by", ""),
        value=asked.get("is") if "by" in asked else None,
        page=asked.get("page", "1"),
    )
