"""Reading a contract: the page, its file, and one revision beside the one before it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from keepscore.contracts import queries
from keepscore.contracts.differences import difference
from keepscore.contracts.models import Contract, Revision
from keepscore.contracts.views import common
from keepscore.web import clock


@require_safe
@login_required
def contract(request: HttpRequest, slug: str) -> HttpResponse:
    client, found = common.meant(request, slug)
    context = common.frame(request, client, found)
    context["draft"] = common.draft(request, client, found) if context["may_edit"] else None
    if found is None:
        return render(request, "contracts/none.html", context)
    page = queries.contract_page(found, today=clock.today(), start=_day(request.GET.get("version")))
    if page is None:
        raise Http404
    context |= {"page": page, "others": queries.others_of(client, found), "today": clock.today()}
    context["versions"] = [(row, common.link("client-contract", client, found, version=row.start)) for row in page.versions]
    return render(request, "contracts/contract.html", context)


@require_safe
@login_required
def file(request: HttpRequest, slug: str) -> HttpResponse:
    """The text as it was saved, which is the file that the command line reads."""
    client, found = common.meant(request, slug)
    if found is None:
        raise Http404
    number = request.GET.get("revision")
    text = _revision(found, number).text if number else found.text
    name = f"{client.slug}{f'-{found.key}' if found.key != 'main' else ''}{f'-revision-{number}' if number else ''}.yaml"
    headers: dict[str, Any] = {"Content-Disposition": f'attachment; filename="{_safe(name)}"'}
    return HttpResponse(text, content_type="application/yaml; charset=utf-8", headers=headers)


@require_safe
@login_required
def revision(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    client, found = common.meant(request, slug)
    if found is None:
        raise Http404
    shown = get_object_or_404(found.revisions.select_related("saved_by"), number=number)
    before = found.revisions.filter(number=number - 1).first()
    has_after = found.revisions.filter(number=number + 1).exists()
    context = common.frame(request, client, found) | {
        "revision": shown, "difference": difference(before.text if before else "", shown.text), "is_first": before is None,
        "file_url": common.link("contract-file", client, found, revision=number),
        "before_url": common.link("contract-revision", client, found, number - 1) if before else "",
        "after_url": common.link("contract-revision", client, found, number + 1) if has_after else "",
    }  # fmt: skip
    return render(request, "contracts/revision.html", context)


def _revision(found: Contract, number: str) -> Revision:
    if not number.isascii() or not number.isdigit() or len(number) > 9:
        raise Http404
    return get_object_or_404(found.revisions, number=int(number))


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404 from None


def _safe(name: str) -> str:
    return "".join(c if c.isascii() and (c.isalnum() or c in "-_.") else "_" for c in name)
