"""What holds for the whole vendor."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from keepscore.clients.forms_settings import SettingsForm
from keepscore.clients.settings import the_settings
from keepscore.clients.signals import DefaultsRefused
from keepscore.clients.vendor import ChangedMeanwhile, save_settings
from keepscore.users.access import requires
from keepscore.users.roles import May
from keepscore.web import clock


@require_http_methods(["GET", "POST"])
@requires(May.SETTINGS)
def index(request: HttpRequest) -> HttpResponse:
    saved = the_settings()
    form = SettingsForm(request.POST if request.method == "POST" else None, saved=saved)
    if form.is_valid():
        given = form.cleaned_data
        try:
            save_settings(
                terms=form.wanted(), cadence=given["cadence"], keep_files_days=given["keep_files_days"], edition=given["edition"],
                by=request.user, at=clock.now(),
            )  # fmt: skip
        except DefaultsRefused as refused:
            for problem in refused.problems:
                form.add_error(None, problem)
        except ChangedMeanwhile as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The settings are saved. Where a score depends on them, it is being made anew."))
            return redirect("settings")
    return render(request, "clients/settings.html", {"form": form, "saved": saved}, status=422 if form.errors else 200)
