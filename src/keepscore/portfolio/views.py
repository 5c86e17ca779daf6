"""All clients, one client, measures across clients, search; and the list of clients as a file."""

from __future__ import annotations

from math import ceil
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from keepscore.clients import access
from keepscore.engine.contract.model import Grades
from keepscore.portfolio import across, queries, sheets
from keepscore.portfolio import home as homes
from keepscore.portfolio import search as searching
from keepscore.portfolio.headline import complete_text, headline
from keepscore.portfolio.lines import line
from keepscore.portfolio.progress import progress
from keepscore.scores.notices import notices
from keepscore.users.roles import May
from keepscore.web import clock, nav

GOOD_FROM = ceil(Grades().B * 10)       # tenths of a B where a contract says nothing else
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@login_required
def portfolio(request: HttpRequest) -> HttpResponse:
    asked = _asked(request)
    board = queries.board(request.user, today=clock.today(), **asked)
    template, several_leads = "portfolio/portfolio.html" if board.clients else "portfolio/first_use.html", len(board.leads) > 1
    return render(request, template, {
        "board": board, "headline": headline(board), "complete_to": complete_text(board), "chips": _chips(board),
        "groups": _groups(board, several_leads=several_leads), "several_leads": several_leads,
        "today": clock.today(), "width": 7 + len(board.columns) + several_leads,
        "progress": progress(request.user), **asked,
        "add_url": nav.address("client-add") if request.user.may(May.CLIENTS) else "",
        "import_url": nav.address("import") if request.user.may(May.IMPORT) else "",
    })  # fmt: skip


@require_safe
@login_required
def portfolio_progress(request: HttpRequest) -> HttpResponse:
    """The line that says how far the scoring is; once nothing waits the page is asked to load again."""
    found = progress(request.user)
    response = render(request, "portfolio/progress.html", {"progress": found})
    if found is None:
        response["HX-Refresh"] = "true"
    return response


@require_safe
@login_required
def portfolio_csv(request: HttpRequest) -> HttpResponse:
    board = queries.board(request.user, today=clock.today(), **_asked(request))
    return _file(sheets.as_csv(board), "text/csv; charset=utf-8", "portfolio.csv")


@require_safe
@login_required
def portfolio_xlsx(request: HttpRequest) -> HttpResponse:
    board = queries.board(request.user, today=clock.today(), **_asked(request))
    return _file(sheets.as_xlsx(board), XLSX, "portfolio.xlsx")


@require_safe
@login_required
def client_home(request: HttpRequest, slug: str) -> HttpResponse:
    client = access.client_for(request.user, slug)
    asked = {name: request.GET.get(name, "") for name in ("period", "contract")}
    page = homes.home(request.user, client, today=clock.today(), **asked)
    return render(request, "portfolio/client_home.html", {
        "client": client, "page": page, "today": clock.today(), "tab_current": "client-home", "nav_current": "portfolio",
        "notices": notices(request.user, client, period=page.period, says_waiting=False),
        "contract_url": nav.address("client-contract", slug) if request.user.may(May.CONTRACTS) else "",
        "import_url": nav.address("import") if request.user.may(May.IMPORT) else "",
    })  # fmt: skip


@require_safe
@login_required
def measures(request: HttpRequest) -> HttpResponse:
    page = across.measures(request.user, period=request.GET.get("period", ""))
    return render(request, "portfolio/measures.html", {"page": page})


@require_safe
@login_required
def measure_across(request: HttpRequest, key: str) -> HttpResponse:
    page = across.measure_across(request.user, key, period=request.GET.get("period", ""), page=request.GET.get("page", "1"))
    if page is None:
        raise Http404
    return render(request, "portfolio/measure_across.html", {"page": page, "nav_current": "measures"})


@require_safe
@login_required
def search(request: HttpRequest) -> HttpResponse:
    results = searching.search(request.user, request.GET.get("q", ""))
    return render(request, "portfolio/search.html", {"results": results, "search_text": results.text})


def _asked(request: HttpRequest) -> dict[str, Any]:
    """The filter of the address; what is no filter is none."""
    show, lead = request.GET.get("show", ""), request.GET.get("lead", "")
    number = int(lead) if lead.isascii() and lead.isdigit() and len(lead) < 19 else None
    return {"show": show if show in queries.SHOWS else "", "lead": number}


def _chips(board: queries.Board) -> list[tuple[str, str, int]]:
    names = {
        "": _("All"), "warning": _("Early warning"), "missed": _("Missed targets"), "notice": _("Notice in 90 days"),
        "not-graded": _("Not graded"),
    }  # fmt: skip
    return [(show, names[show], board.counts[show]) for show in queries.SHOWS]


def _groups(board: queries.Board, *, several_leads: bool) -> list[tuple[str, list[SafeString]]]:
    rest = _("Everyone else, lowest score first") if board.need else _("Everyone, lowest score first")
    parts = ((_("Need you this week"), board.need), (rest, board.rest))
    return [(title, [line(row, good_from=GOOD_FROM, several_leads=several_leads) for row in rows]) for title, rows in parts]


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
