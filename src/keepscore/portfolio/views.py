"""All clients on one page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from keepscore.clients import access
from keepscore.scores.models import Score


@login_required
def portfolio(request: HttpRequest) -> HttpResponse:
    scores = Score.objects.filter(client__in=access.clients_for(request.user)).select_related("client").defer("result")
    return render(request, "portfolio/portfolio.html", {"scores": scores})
