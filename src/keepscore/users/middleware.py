"""Who is signed in is still somebody: active, and with a second factor where the role demands one; what they are refused is on record."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from keepscore.users import refusals
from keepscore.users.access import Denied
from keepscore.users.address import address_of
from keepscore.users.roles import Role
from keepscore.web import clock

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

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """A known person asked for a page that is there and not for them. They get the page for nothing; the log says what it was."""
        if isinstance(exception, Denied) and request.user.is_authenticated:
            refusals.keep(
                "page.asked", about=exception.about, why=exception.why, by=request.user, at=clock.now(), client=exception.client,
                page=request.path_info[:200], address=address_of(request),
            )  # fmt: skip
