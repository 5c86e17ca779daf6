"""Editing a version in a form. What is typed is written into the person's draft, where the text editor finds it too."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from keepscore.clients.models import Client
from keepscore.clients.settings import defaults_text
from keepscore.contracts import queries
from keepscore.contracts.locks import begun
from keepscore.contracts.models import Contract
from keepscore.contracts.reading import loads_contract
from keepscore.contracts.sheet import Sheet
from keepscore.contracts.slots import CARD, TERMS
from keepscore.contracts.states import edit_state
from keepscore.contracts.terms_form import TermsForm
from keepscore.contracts.views import adding, common
from keepscore.contracts.views.editing import TURN, go_on, shown_preview, typed
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
        defaults = defaults_text()
        sheet = Sheet(file, shown, defaults=defaults)
    except CannotWrite:
        messages.warning(request, _("This text cannot be read as it stands, so no form can be made of it. Mend it here first."))
        return redirect(common.link("contract-edit", client, contract))
    page = _page(request.GET.get("page"), sheet)
    terms = TermsForm(sheet, _faults(edit.text) if edit.faults else (), page=page)
    context = common.frame(request, client, contract) | {
        "edit": edit, "problem": edit.stops, "preview": shown_preview(edit), "form": terms, "version": shown, "page": page,
        "open": [(n, str(file.get(("versions", n, "from"))), n == shown) for n in open_],
        "writers": queries.drafts_of_others(client, common.key_of(contract), request.user),
        "start": str(file.get(("versions", shown, "from"))) if shown is not None else "", "turn": TURN, "terms": TERMS, "card": CARD,
        **(adding.forms(None, sheet, defaults=defaults) if shown is not None else {}),
    }  # fmt: skip
    return render(request, "contracts/form.html", context)


def _written(request: HttpRequest, slug: str) -> HttpResponse:
    """Write the fields into the text they were made of, keep it, and go on."""
    client, contract = common.meant(request, slug, may=common.EDIT)
    before = _as_kept(request, client, contract, typed(request.POST.get("text", "")))
    try:
        file = ContractFile(before)
        shown = _shown(request.POST.get("version"), open_versions(file, contract, today=clock.today()), file)
        text = Sheet(file, shown).apply(request.POST.dict())
        if shown is not None:
            text = adding.added(request, text, shown, defaults=defaults_text())
        page = _asked(request, Sheet(ContractFile(text), shown))
    except CannotWrite:
        messages.error(request, _("The form could not be written into the text. Nothing was changed."))
        return redirect(common.link("contract-form", client, contract))
    query = ({"version": shown} if "version" in request.GET and shown is not None else {}) | ({"page": page} if page != TERMS else {})
    return go_on(request, client, contract, text, here="contract-form", **query)


def _as_kept(request: HttpRequest, client: Client, contract: Contract | None, text: str) -> str:
    """The draft's or the contract's own text where only the browser's line ends tell it from what came back."""
    draft = common.draft(request, client, contract)
    kept = draft.text if draft is not None else contract.text if contract is not None else text
    return kept if typed(kept) == text else text


def _page(wanted: str | None, sheet: Sheet) -> str:
    return wanted if wanted in sheet.pages else TERMS


def _asked(request: HttpRequest, sheet: Sheet) -> str:
    """The page to show next: another one where its button was pressed, and all terms once a measure is taken out."""
    if any(name.endswith("-remove") for name in request.POST):
        return TERMS
    wanted = request.POST.get("do", "")
    return _page(wanted.removeprefix(TURN) if wanted.startswith(TURN) else request.POST.get("page"), sheet)


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
