"""The pages behind one-time links. Opening one changes nothing; one page answers every link that opens nothing."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from keepscore.users import invitations, limits, operations
from keepscore.users.address import neighbourhood_of
from keepscore.users.forms import JoinForm, PasswordsForm
from keepscore.users.models import User
from keepscore.users.refusals import LinkEnded
from keepscore.users.roles import Role
from keepscore.users.tokens import hashed
from keepscore.web import clock

UNKNOWN_LINKS = 10      # a minute and address


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    invitation = invitations.find(token, at=clock.now())
    if invitation is None:
        return _no_such_link(request)
    form = JoinForm(request.POST if request.method == "POST" else None, initial={"name": invitation.name})
    if form.is_valid():
        try:
            user = invitations.accept(token=token, name=form.cleaned_data["name"], password=form.cleaned_data["password"], at=clock.now())
        except ValidationError as weak:
            form.add_error("password", weak.messages)
        except LinkEnded:
            return _no_such_link(request)
        else:
            return _to_sign_in(request, user, _("Welcome, %(name)s. Sign in with %(email)s and your password.") % _named(user))
    return _private(render(request, "users/join.html", {"form": form, "invitation": invitation}, status=422 if form.errors else 200))


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def recover(request: HttpRequest, token: str) -> HttpResponse:
    recovery = operations.usable_recoveries(at=clock.now()).filter(token_sha256=hashed(token)).first()
    if recovery is None:
        return _no_such_link(request)
    form = PasswordsForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            user = operations.recover(token=token, password=form.cleaned_data["password"], at=clock.now())
        except ValidationError as weak:
            form.add_error("password", weak.messages)
        except LinkEnded:
            return _no_such_link(request)
        else:
            return _to_sign_in(request, user, _("Your new password is set, %(name)s. Sign in with %(email)s.") % _named(user))
    return _private(render(request, "users/recover.html", {"form": form, "recovery": recovery}, status=422 if form.errors else 200))


def _named(user: User) -> dict[str, str]:
    return {"name": user.name, "email": user.email}


def _to_sign_in(request: HttpRequest, user: User, said: str) -> HttpResponse:
    """Nobody is signed in by a link. An administrator's first page afterwards is that of the second factor."""
    messages.success(request, said)
    after = f"?next={reverse('mfa_index')}" if user.role == Role.ADMINISTRATOR else ""
    return _private(redirect(reverse("account_login") + after))


def _no_such_link(request: HttpRequest) -> HttpResponse:
    key = f"unknown link {neighbourhood_of(request)}"
    if not limits.admit(key, limit=UNKNOWN_LINKS, window=limits.MINUTE, now=clock.now()):
        return _private(render(request, "users/too_many.html", status=429))
    return _private(render(request, "users/no_link.html", status=404))


def _private(response: HttpResponse) -> HttpResponse:
    """The address of the page is the secret: it goes to no other site and into no log."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response._has_been_logged = True  # type: ignore[attr-defined]      # django.request would write the path of a 4xx
    return response
