"""A user's own page."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from keepscore.users import operations, people
from keepscore.users.forms import ProfileForm
from keepscore.web import clock

YEAR = 365 * 24 * 3600


@require_http_methods(["GET", "POST"])
@login_required
def me(request: HttpRequest) -> HttpResponse:
    user = request.user
    initial = {
        "name": user.name, "uses_shortcuts": user.uses_shortcuts, "theme": request.COOKIES.get("theme", "auto"),
        "language": get_language() or settings.LANGUAGE_CODE,
    }  # fmt: skip
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        given = form.cleaned_data
        operations.change_profile(name=given["name"], uses_shortcuts=given["uses_shortcuts"], by=user, at=clock.now())
        messages.success(request, _("Your page is saved."))
        response = redirect("me")
        _remember(response, "theme", given["theme"])
        if "language" in given:
            _remember(response, settings.LANGUAGE_COOKIE_NAME, given["language"])
        return response
    return render(request, "users/me.html", {"form": form, "person": people.row(user)}, status=422 if form.errors else 200)


def _remember(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE, httponly=True)
