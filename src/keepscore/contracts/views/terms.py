"""Editing a version in a form. What is typed is written into the person's draft, where the text editor finds it too."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from keepscore.contracts import queries
from keepscore.contracts.added import add_measure
from keepscore.contracts.locks import begun
from keepscore.contracts.models import Contract
from keepscore.contracts.reading import loads_contract
from keepscore.contracts.sheet import Sheet, sub_areas
from keepscore.contracts.states import edit_state
from keepscore.contracts.terms_form import AddMeasureForm, TermsForm
from keepscore.contracts.views import common
from keepscore.contracts.views.editing import go_on, shown_preview, typed
from keepscore.contracts.writing import CannotWrite, ContractFile
from keepscore.engine.contract import ContractError, Fault
from keepscore.users.access import requires
from keepscore.web import clock


@require_http_methods(["GET", "HEAD", "POST"])
@requires(common.EDIT)
def form(request: HttpRequest, slug: str) -> HttpResponse:
    client, contract = common.meant(request, slug, may=common.EDIT)
    if request.method == "POST":
        return _written(request, slug)
    draft = common.draft(request, client, contract)
    if contract is None and draft is None:
        return redirect(common.link("contract-new", client, contract))
    edit = edit_state(client=client, contract=contract, draft=draft, today=clock.today())
    try:
        file = ContractFile(edit.text)
        open_ = open_versions(file, contract, today=clock.today())
        shown = _shown(request.GET.get("version"), open_, file)
        sheet = Sheet(file, shown)
    except CannotWrite:
        messages.warning(request, _("This text cannot be read as it stands, so no form can be made of it. Mend it here first."))
        return redirect(common.link("contract-edit", client, contract))
    terms = TermsForm(sheet, _faults(edit.text) if edit.faults else ())
    context = common.frame(request, client, contract) | {
        "edit": edit, "problem": edit.stops, "preview": shown_preview(edit), "form": terms, "version": shown,
        "open": [(n, str(file.get(("versions", n, "from"))), n == shown) for n in open_],
        "add": _adding(None, file, shown) if shown is not None else None,
        "writers": queries.drafts_of_others(client, common.key_of(contract), request.user),
        "start": str(file.get(("versions", shown, "from"))) if shown is not None else "",
    }  # fmt: skip
    return render(request, "contracts/form.html", context)


def _written(request: HttpRequest, slug: str) -> HttpResponse:
    """Write the fields into the text they were made of, keep it, and go on."""
    client, contract = common.meant(request, slug, may=common.EDIT)
    text = typed(request.POST.get("text", ""))
    try:
        file = ContractFile(text)
        wanted = _shown(request.POST.get("version"), open_versions(file, contract, today=clock.today()), file)
        text = Sheet(file, wanted).apply(request.POST.dict())
        text = _with_measure(request, text, wanted)
    except CannotWrite:
        messages.error(request, _("The form could not be written into the text. Nothing was changed."))
        return redirect(common.link("contract-form", client, contract))
    return go_on(request, client, contract, text, here="contract-form")


def _with_measure(request: HttpRequest, text: str, version: int | None) -> str:
    if request.POST.get("do") != "add" or version is None:
        return text
    file = ContractFile(text)
    adding = _adding(request, file, version)
    if not adding.is_valid():
        messages.error(request, _("No measure was added: a name is needed."))
        return text
    add_measure(file, version, **adding.cleaned_data)
    messages.success(request, _("%(name)s is added at the end of the measures. Set its figures.") % {"name": adding.cleaned_data["name"]})
    return file.text()


def _adding(request: HttpRequest | None, file: ContractFile, version: int) -> AddMeasureForm:
    functions = [(block.key, block.title) for block in Sheet(file, version).blocks if block.kind == "function"]
    return AddMeasureForm(request.POST if request else None, areas=sub_areas(file, version), functions=functions)


def open_versions(file: ContractFile, contract: Contract | None, *, today: date) -> list[int]:
    """Places of the versions that are not locked: all those that the saved contract does not hold as begun."""
    locked = begun(loads_contract(contract.text, name="contract"), today=today) if contract else frozenset()
    days = {day.isoformat() for day in locked}
    return [n for n, version in enumerate(file.versions()) if hasattr(version, "get") and str(version.get("from")) not in days]


def _shown(wanted: str | None, open_: list[int], file: ContractFile) -> int | None:
    """The version asked for by its place, else the last one that is open."""
    if wanted is not None and wanted.isascii() and wanted.isdigit() and int(wanted[:6]) in open_:
        return int(wanted)
    return open_[-1] if open_ else None


def _faults(text: str) -> tuple[Fault, ...]:
    try:
        loads_contract(text, name="contract")
    except ContractError as error:
        return error.faults
    return ()
