"""Beginning: a new version of a contract from a day on, or a client's first contract from a template."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from keepscore.clients.periods import period_of
from keepscore.contracts import operations
from keepscore.contracts.forms import FirstContractForm, NewVersionForm
from keepscore.contracts.models import Contract, Draft
from keepscore.contracts.reading import loads_contract
from keepscore.contracts.starting import STARTS, first_contract
from keepscore.contracts.views import common
from keepscore.contracts.writing import CannotWrite, ContractFile
from keepscore.users.access import requires
from keepscore.web import clock


@require_http_methods(["GET", "HEAD", "POST"])
@requires(common.EDIT)
def new_version(request: HttpRequest, slug: str) -> HttpResponse:
    """A copy of the latest version under a new first day, in the person's draft."""
    client, contract = common.meant(request, slug, may=common.EDIT)
    if contract is None:
        raise Http404
    draft = common.draft(request, client, contract)
    try:
        file = ContractFile(draft.text if draft else contract.text)
        taken = {str(version.get("from")) for version in file.versions()}
    except (CannotWrite, AttributeError):
        messages.warning(request, _("Your draft cannot be read as it stands. Mend it first, then add a version."))
        return redirect(common.link("contract-edit", client, contract))
    agreed = loads_contract(contract.text, name="contract")
    form = NewVersionForm(
        request.POST or None, initial={"start": _next_period(contract)}, taken=frozenset(_days(taken)),
        ends=None if draft else agreed.ends,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        file.add_version(form.cleaned_data["start"].isoformat())
        operations.keep_draft(
            client=client, key=contract.key, text=file.text(), revision=draft.revision if draft else contract.revisions.count(),
            note=draft.note if draft else "", by=request.user, at=clock.now(),
        )  # fmt: skip
        return redirect(common.link(form.cleaned_data["how"], client, contract))
    context = common.frame(request, client, contract) | {"form": form, "draft": draft, "latest": agreed.versions[-1].from_}
    return render(request, "contracts/new_version.html", context)


def _days(texts: set[str]) -> set[date]:
    found = set()
    for text in texts:
        try:
            found.add(date.fromisoformat(text))
        except ValueError:
            continue
    return found


def _next_period(contract: Contract) -> date:
    """The first day of the period after the present one: where other terms usually begin."""
    agreed = loads_contract(contract.text, name="contract")
    zone = agreed.client.timezone if agreed.client else "UTC"
    return period_of(clock.today(), cadence=contract.client.cadence, zone=zone, year_starts=agreed.year_starts).end


@require_http_methods(["GET", "HEAD", "POST"])
@requires(common.EDIT)
def first(request: HttpRequest, slug: str) -> HttpResponse:
    """A first contract begins as a draft from a template."""
    client, contract = common.meant(request, slug, may=common.EDIT)
    if contract is not None:
        return redirect(common.link("client-contract", client, contract))
    draft: Draft | None = common.draft(request, client, None)
    zone = settings.TIME_ZONE if settings.TIME_ZONE != "UTC" else "Europe/London"
    form = FirstContractForm(request.POST or None, initial={"timezone": zone, "currency": "GBP", "first_day": clock.today().replace(day=1)})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        text = first_contract(
            given["start"], client_key=client.key, client_name=client.name, vendor=settings.KEEPSCORE_VENDOR, timezone=given["timezone"],
            currency=given["currency"], first_day=given["first_day"], ends=given["ends"],
        )  # fmt: skip
        operations.keep_draft(client=client, key=common.key_of(None), text=text, revision=0, by=request.user, at=clock.now())
        return redirect(common.link("contract-form", client, None))
    context = common.frame(request, client, None) | {"form": form, "draft": draft, "starts": STARTS}
    return render(request, "contracts/new.html", context)
