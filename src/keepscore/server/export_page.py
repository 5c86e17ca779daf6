"""Asking for an export of everything, and taking it away."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods

from keepscore.clients.models import WholeExport
from keepscore.server import export_jobs
from keepscore.users import audit
from keepscore.users.access import requires
from keepscore.users.roles import May
from keepscore.web import clock


@require_http_methods(["GET", "POST"])
@requires(May.EXPORT)
def index(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        export_jobs.ask(by=request.user, at=clock.now())
        return redirect("export")
    latest = WholeExport.objects.select_related("asked_by").first()
    context = {"wish": latest, "is_waiting": latest is not None and latest.state == WholeExport.State.WAITING,
               "has_file": latest is not None and export_jobs.file_of(latest) is not None}  # fmt: skip
    part = "#standing" if request.headers.get("HX-Request") else ""
    return render(request, f"clients/export.html{part}", context)


@require_GET
@requires(May.EXPORT)
def file(request: HttpRequest, pk: int) -> HttpResponse:
    wish = get_object_or_404(WholeExport, pk=pk, state=WholeExport.State.DONE)
    found = export_jobs.file_of(wish)
    if found is None:
        raise Http404
    audit.record("export.downloaded", about=wish, by=request.user, at=clock.now())
    name = f"keepscore-{wish.asked_at:%Y-%m-%d}.zip"
    return FileResponse(found.open("rb"), as_attachment=True, filename=name, content_type="application/zip")


urlpatterns = [path("export/", index, name="export"), path("export/<int:pk>/file/", file, name="export-file")]
