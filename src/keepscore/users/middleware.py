"""Who is signed in is still somebody: active, and with a second factor where the role demands one."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from keepscore.users.roles import Role

Next = Callable[[HttpRequest], HttpResponse]
FREE = ("/account/", "/static/", "/healthz")      # where a second factor is set up, and what needs nobody


class SignedIn:
    """An administrator without a second factor reaches nothing but the pages that set one up."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if user.is_authenticated and not request.path_info.startswith(FREE):
            if not user.is_active:
                logout(request)
            elif user.role == Role.ADMINISTRATOR and not is_mfa_enabled(user):
                return HttpResponseRedirect(reverse("mfa_index"))
        return self.get_response(request)
