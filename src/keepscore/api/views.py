"""Pages of this room: the reference of the API, and the tokens that open it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keepscore.api import access, operations
from keepscore.api.document import openapi
from keepscore.api.forms import TokenForm
from keepscore.api.queries import tokens_page
from keepscore.api.reference import reference_page
from keepscore.users.access import requires
from keepscore.users.roles import May
from keepscore.web import clock


@require_safe
@login_required
def openapi_document(request: HttpRequest) -> HttpResponse:
    return JsonResponse(openapi(), json_dumps_params={"ensure_ascii": False})


@require_safe
@login_required
def reference(request: HttpRequest) -> HttpResponse:
    return render(request, "api/reference.html", {"page": reference_page(openapi()), "may_tokens": request.user.may(May.TOKENS)})


@require_safe
@requires(May.TOKENS)
def tokens(request: HttpRequest) -> HttpResponse:
    found = access.tokens_for(request.user)
    return render(request, "api/tokens.html", {"page": tokens_page(found, at=clock.now(), everybody=request.user.may(May.USERS))})


@require_http_methods(["GET", "POST"])
@requires(May.TOKENS)
def token_new(request: HttpRequest) -> HttpResponse:
    """The answer to the form is the only page that ever shows the secret; it is kept nowhere, so nothing is redirected."""
    form = TokenForm(request.POST if request.method == "POST" else None, actor=request.user, now=clock.now())
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        token, secret = operations.make_token(
            name=said["name"], scopes=said["scopes"], clients=list(said["clients"]), expires_at=said["until"], by=request.user, at=form.now
        )
        return render(request, "api/token_made.html", {"token": token, "secret": secret})
    return render(request, "api/token_new.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@requires(May.TOKENS)
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    token = operations.revoke_token(token=access.token_for(request.user, pk), by=request.user, at=clock.now())
    messages.success(request, _("The token %(name)s opens nothing any more.") % {"name": token.name})
    return redirect("tokens")
