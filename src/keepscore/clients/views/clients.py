"""Adding a client, who looks after it, and archiving it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from keepscore.clients import operations, queries
from keepscore.clients.access import client_for, clients_for
from keepscore.clients.forms import AddForm, ClientForm
from keepscore.clients.settings import default_cadence
from keepscore.users.access import requires
from keepscore.users.roles import May
from keepscore.web import clock

TAB, CLIENTS = "client-team", str(May.CLIENTS)


@require_GET
@requires(May.CLIENTS)
def index(request: HttpRequest) -> HttpResponse:
    show = "archived" if request.GET.get("show") == "archived" else ""
    counts = {state: clients_for(request.user, archived=bool(state)).count() for state in ("", "archived")}
    states = (("", _("served now"), counts[""]), ("archived", _("archived"), counts["archived"]))
    context = {"rows": queries.rows(request.user, archived=bool(show)), "show": show, "states": states, "count": counts[""]}
    return render(request, "clients/clients.html", context)


@require_http_methods(["GET", "POST"])
@requires(May.CLIENTS)
def add(request: HttpRequest) -> HttpResponse:
    form = AddForm(request.POST if request.method == "POST" else None, initial={"cadence": default_cadence()})
    if form.is_valid():
        try:
            client = operations.add_client(**form.cleaned_data, by=request.user, at=clock.now())
        except (operations.ClientExists, operations.NotAtWork) as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("%(name)s is added. Next comes its contract.") % {"name": client.name})
            return redirect("client-team", client.slug)
    return render(request, "clients/add.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
@login_required
def team(request: HttpRequest, slug: str) -> HttpResponse:
    client = client_for(request.user, slug)
    context = {"client": client, "team": queries.team(client), "may_change": request.user.may(May.CLIENTS), "tab_current": TAB}
    return render(request, "clients/team.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def change(request: HttpRequest, slug: str) -> HttpResponse:
    client = client_for(request.user, slug, may=CLIENTS)
    initial = {"name": client.name, "lead": client.lead_id, "cadence": client.cadence}
    if request.method == "GET":
        initial["team"] = list(client.team.values_list("pk", flat=True))
    form = ClientForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            client = operations.change_client(client=client, **form.cleaned_data, by=request.user, at=clock.now())
        except operations.NotAtWork as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": client.name})
            return redirect("client-team", client.slug)
    return render(request, "clients/change.html", {"client": client, "form": form, "tab_current": TAB}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@login_required
def archive(request: HttpRequest, slug: str) -> HttpResponse:
    client = client_for(request.user, slug, may=CLIENTS, archived=False)
    if request.method == "POST":
        operations.archive(client=client, by=request.user, at=clock.now())
        messages.success(request, _("%(name)s is archived. It can be brought back.") % {"name": client.name})
        return redirect("client-team", client.slug)
    return render(request, "clients/archive.html", {"client": client, "tab_current": TAB})


@require_http_methods(["GET", "POST"])
@login_required
def bring_back(request: HttpRequest, slug: str) -> HttpResponse:
    client = client_for(request.user, slug, may=CLIENTS, archived=True)
    if request.method == "POST":
        operations.bring_back(client=client, by=request.user, at=clock.now())
        messages.success(request, _("%(name)s is back and is being scored.") % {"name": client.name})
        return redirect("client-team", client.slug)
    return render(request, "clients/bring_back.html", {"client": client, "tab_current": TAB})
