"""Editing a contract's text. Everything typed is kept as the person's draft before anything else is done with it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keepscore.clients.models import Client
from keepscore.contracts import operations, previews, queries
from keepscore.contracts.models import Contract, Draft
from keepscore.contracts.refusals import ContractRefused
from keepscore.contracts.states import Edit, edit_state
from keepscore.contracts.views import common
from keepscore.engine.contract import ContractError
from keepscore.users.access import requires
from keepscore.web import clock

NOTE = 300
EDITORS = ("contract-edit", "contract-form")
TURN = "page:"      # begins the name of a button that goes to another page of the form


@require_http_methods(["GET", "HEAD", "POST"])
@requires(common.EDIT)
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    client, contract = common.meant(request, slug, may=common.EDIT)
    if request.method == "POST":
        return go_on(request, client, contract, typed(request.POST.get("text", "")), here="contract-edit")
    draft = common.draft(request, client, contract)
    if contract is None and draft is None:
        return redirect(common.link("contract-new", client, contract))
    edit = edit_state(client=client, contract=contract, draft=draft, today=clock.today())
    context = common.frame(request, client, contract) | {"edit": edit, "problem": edit.stops, "preview": shown_preview(edit)}
    context["writers"] = queries.drafts_of_others(client, common.key_of(contract), request.user)
    return render(request, "contracts/edit.html", context)


def go_on(request: HttpRequest, client: Client, contract: Contract | None, text: str, *, here: str, **query: Any) -> HttpResponse:
    """Keep a text that somebody typed, then do what was asked. A text that is the saved one needs no draft.

    `here` is the editor that it came from, `query` the part of it.
    """
    note, number = request.POST.get("note", "").strip()[:NOTE], contract.revisions.count() if contract else 0
    if contract is not None and text == contract.text and common.draft(request, client, contract) is None:
        if request.POST.get("do") in EDITORS:
            return redirect(common.link(request.POST["do"], client, contract))
        if not is_turning(request):
            messages.info(request, _("Nothing differs from the contract as it is saved."))
        return redirect(common.link(here, client, contract, **query))
    draft = operations.keep_draft(
        client=client, key=common.key_of(contract), text=text, revision=revision(request, number), note=note, by=request.user,
        at=clock.now(),
    )  # fmt: skip
    return carry_on(request, draft, here=here, **query)


def is_turning(request: HttpRequest) -> bool:
    """Another page of the form is asked for: what was typed is kept, and nothing is computed."""
    return request.POST.get("do", "").startswith(TURN)


def carry_on(request: HttpRequest, draft: Draft, *, here: str, **query: Any) -> HttpResponseRedirect:
    """After a draft was kept: save it, show it in the other editor, or check it and have its effect computed."""
    client, contract = common.meant(request, draft.client.slug, may=common.EDIT)
    wanted = request.POST.get("do", "check")
    if wanted == "save" and save(request, draft):
        return redirect(common.link("client-contract", client, contract))
    if wanted in EDITORS:
        return redirect(common.link(wanted, client, contract))
    if not is_turning(request) and edit_state(client=client, contract=contract, draft=draft, today=clock.today()).agreed is not None:
        previews.ask(draft=draft, at=clock.now())
    return redirect(common.link(here, client, contract, **query))


def save(request: HttpRequest, draft: Draft) -> bool:
    """Whether the draft became the contract; why not, the editor says."""
    try:
        contract = operations.save_contract(
            client=draft.client, text=draft.text, by=request.user, at=clock.now(), today=clock.today(), note=draft.note,
            revision=draft.revision, key=draft.key,
        )  # fmt: skip
    except (ContractError, ContractRefused):
        return False
    told = _("Saved as revision %(number)s. Scores that it moves are computed now; published scorecards stay as they are.")
    messages.success(request, told % {"number": contract.revisions.count()})
    return True


@require_POST
@requires(common.EDIT)
def discard(request: HttpRequest, slug: str) -> HttpResponse:
    client, contract = common.meant(request, slug, may=common.EDIT)
    draft = common.draft(request, client, contract)
    if draft is not None:
        operations.discard_draft(draft=draft, by=request.user, at=clock.now())
        messages.success(request, _("Your draft is thrown away. The contract is as it was."))
    return redirect(common.link("client-contract", client, contract))


@require_safe
@requires(common.EDIT)
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """The part of an editor's page that waits for the worker."""
    client, contract = common.meant(request, slug, may=common.EDIT)
    draft = common.draft(request, client, contract)
    if draft is None:
        raise Http404
    edit = edit_state(client=client, contract=contract, draft=draft, today=clock.today())
    context = common.frame(request, client, contract) | {"preview": shown_preview(edit), "edit": edit, "is_fragment": True}
    return render(request, "contracts/preview.html", context)


def shown_preview(edit: Edit) -> queries.PreviewShown | None:
    return queries.preview_shown(edit.draft, now=clock.now()) if edit.draft is not None and edit.agreed is not None else None


def typed(text: str) -> str:
    """Browsers send CR LF; a file ends with a line's end."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if not text or text.endswith("\n") else text + "\n"


def revision(request: HttpRequest, latest: int) -> int:
    """What the page said the edit began from; a page that said nothing readable began from nothing."""
    given = request.POST.get("revision", "")
    return min(int(given), latest) if given.isascii() and given.isdigit() and len(given) < 9 else 0
