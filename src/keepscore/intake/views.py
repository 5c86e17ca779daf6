"""The pages of importing: choose a file, match columns, check rows, import; what was imported before."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from keepscore.intake import access, columns_page, files, lookups, operations, queries
from keepscore.intake.forms import ImportForm, LookUpForm, UploadForm, read_answers
from keepscore.intake.models import LOADED, Batch, State
from keepscore.records.checks.errors import FileRefused
from keepscore.users.access import requires
from keepscore.users.roles import May
from keepscore.web import clock
from keepscore.web.middleware import upload_limit

UPLOAD = 50 * 1024 * 1024        # a whole request; the file in it has its own limit, which the reader knows
PER_PAGE = 50


@require_safe
@requires(May.IMPORT)
def start(request: HttpRequest) -> HttpResponse:
    return _start(request, UploadForm(sources=access.sources_for(request.user)))


def _start(request: HttpRequest, form: UploadForm, status: int = 200) -> HttpResponse:
    page = queries.start_page(access.batches_for(request.user), access.sources_for(request.user), today=clock.today())
    return render(request, "intake/start.html", {"page": page, "form": form}, status=status)


# Who is not signed in is sent away before the body is read; the token, which is in the body, is asked for after that.
@upload_limit(UPLOAD)
@csrf_exempt
@require_POST
@requires(May.IMPORT)
@csrf_protect
def upload(request: HttpRequest) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES, sources=access.sources_for(request.user))
    if not form.is_valid():
        return _start(request, form, status=422)
    file = form.cleaned_data["file"]
    kept = files.keep(file.chunks(), name=file.name)
    found = operations.receive(kept=kept, by=request.user, at=clock.now(), source=form.cleaned_data.get("source"))
    return redirect(found)


@require_GET
@requires(May.IMPORT)
def batches(request: HttpRequest) -> HttpResponse:
    found = Paginator(access.batches_for(request.user).defer(*access.HEAVY), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "intake/batches.html", {"page": found, "rows": [queries.history_row(item) for item in found]})


@require_GET
@requires(May.IMPORT)
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    found = access.batch_for(request.user, pk)
    if found.is_at_work:
        return render(request, "intake/working.html", {"page": queries.working_page(found)})
    if found.state == State.RECEIVED:
        return redirect("import-columns", pk)
    if found.state == State.REFUSED:
        return render(request, "intake/refused.html", {"page": queries.refused_page(found), "problem": True})
    if found.state in (State.NEEDS_DECISION, State.READY):
        return _check(request, found, ImportForm(now=clock.now(), initial={"complete_to": found.complete_to or found.newest}))
    return render(request, "intake/done.html", {"page": queries.done_page(found)})


def _check(request: HttpRequest, found: Batch, form: ImportForm, *, status: int = 200) -> HttpResponse:
    page = queries.check_page(found, show=request.GET.get("show", ""))
    return render(request, "intake/check.html", {"page": page, "form": form, "problem": bool(found.problem)}, status=status)


@require_GET
@requires(May.IMPORT)
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    found = access.batch_for(request.user, pk)
    if not found.is_at_work:
        return HttpResponseClientRedirect(found.get_absolute_url()) if request.htmx else redirect(found)
    return render(request, "intake/working.html#progress", {"page": queries.working_page(found)})


@require_GET
@requires(May.IMPORT)
def moves(request: HttpRequest, pk: int) -> HttpResponse:
    """What will move, for a page that is open while it is being found."""
    found = access.batch_for(request.user, pk)
    if not request.htmx:
        return redirect(found)
    return render(request, "intake/moves_block.html", {"page": queries.moves_block(found)})


@upload_limit(UPLOAD)      # a look-up file may be in it
@csrf_exempt
@requires(May.IMPORT)
@csrf_protect
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    found = access.batch_for(request.user, pk)
    if not found.is_in_hand:
        return redirect(found)
    data = request.POST if request.method == "POST" else None
    is_draft = data is not None and _look_ups(request, found)
    page = columns_page.of(
        found, data, as_yaml=request.GET.get("as") == "yaml", table=request.GET.get("table", ""), is_draft=is_draft
    )
    if request.method == "POST" and page.text is not None:
        try:
            operations.declare(batch=found, text=page.text, by=request.user, at=clock.now())
        except operations.NotNow as late:
            messages.warning(request, str(late))
        return redirect(found)
    status = 422 if page.problems else 200
    return render(request, "intake/columns.html", {"page": page, "problem": bool(page.problems)}, status=status)


def _look_ups(request: HttpRequest, found: Batch) -> bool:
    """Whether a look-up file was handed in or taken away, so that what was typed is shown again with its columns."""
    try:
        if name := request.POST.get("drop"):
            found.beside = operations.drop_beside(batch=found, name=name, by=request.user, at=clock.now()).beside
            return True
        if "look_up" not in request.FILES and "add" not in request.POST:
            return False
        form = LookUpForm(request.POST, request.FILES)
        if not form.is_valid():
            messages.error(request, form.errors["look_up"][0])
            return True
        file = form.cleaned_data["look_up"]
        found.beside = lookups.hand_in(
            found, file.chunks(), name=file.name, by=request.user, at=clock.now(), typed=request.POST.get("text", "")
        ).beside
    except (FileRefused, operations.NotNow) as refused:
        messages.error(request, str(refused))
    return True


@require_POST
@requires(May.IMPORT)
def answers(request: HttpRequest, pk: int) -> HttpResponse:
    found = access.batch_for(request.user, pk)
    given = read_answers(found, request.POST)
    if given.problem:
        messages.error(request, given.problem)
    elif given.is_empty:
        messages.warning(request, _("Nothing was changed, so nothing was checked again."))
    else:
        _answer(request, found, given)
    return redirect(found)


def _answer(request: HttpRequest, found: Batch, given: Any) -> None:
    _or_say(
        request, operations.answer, batch=found, values=given.values, cells=given.cells, left_out=given.left_out, remember=given.remember
    )


def _or_say(request: HttpRequest, act: Any, **what: Any) -> None:
    """Do it, or say why it cannot be done any more."""
    try:
        act(**what, by=request.user, at=clock.now())
    except operations.NotNow as late:
        messages.warning(request, str(late))


@require_POST
@requires(May.IMPORT)
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    found = access.batch_for(request.user, pk)
    _or_say(request, operations.take_back, batch=found)
    return redirect(found)


@require_POST
@requires(May.IMPORT)
def look_again(request: HttpRequest, pk: int) -> HttpResponse:
    found = access.batch_for(request.user, pk)
    _or_say(request, operations.look_again, batch=found)
    return redirect(found)


@require_POST
@requires(May.IMPORT)
def import_now(request: HttpRequest, pk: int) -> HttpResponse:
    found = access.batch_for(request.user, pk)
    form = ImportForm(request.POST, now=clock.now())
    if not form.is_valid():
        return _check(request, found, form, status=422)
    given = read_answers(found, request.POST)
    if given.cells:
        _answer(request, found, given)
        messages.info(request, _("Your corrections are saved and the file is checked again. Nothing is imported yet."))
    else:
        _or_say(request, operations.ask_import, batch=found, **form.cleaned_data)
    return redirect(found)


@require_POST
@requires(May.IMPORT)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    found = access.batch_for(request.user, pk)
    _or_say(request, operations.cancel, batch=found)
    return redirect("import")


@require_GET
@requires(May.IMPORT)
def rejected(request: HttpRequest, pk: int) -> HttpResponse:
    found = access.batch_for(request.user, pk)
    return _file(found.rejected, f"{found.file_name.rpartition('.')[0] or found.file_name}-rejected.csv")


@require_GET
@requires(May.IMPORT)
def original(request: HttpRequest, pk: int) -> HttpResponse:
    found = access.batch_for(request.user, pk)
    return _file("" if found.state == State.CANCELLED else found.path, found.file_name)


def _file(path: str, name: str) -> HttpResponse:
    """A download, never shown by the browser as a page of ours."""
    if not path or not files.place(path).is_file():
        raise Http404
    return FileResponse(files.place(path).open("rb"), as_attachment=True, filename=name, content_type="application/octet-stream")


@requires(May.IMPORT)
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    found = access.batch_for(request.user, pk)
    if found.state not in LOADED:
        raise Http404
    if request.method == "POST":
        _or_say(request, operations.ask_undo, batch=found)
        return redirect(found)
    return render(request, "intake/undo.html", {"page": queries.undo_page(found)})


@require_GET
@requires(May.IMPORT)
def source(request: HttpRequest, pk: int) -> HttpResponse:
    found = access.source_for(request.user, pk)
    return render(request, "intake/source.html", {"page": queries.source_page(found, access.batches_for(request.user))})


@require_POST
@requires(May.IMPORT)
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    found = access.source_for(request.user, pk)
    operations.forget(
        source=found, field=request.POST.get("field", ""), found=request.POST.get("found", ""), by=request.user, at=clock.now()
    )
    return redirect(found)
