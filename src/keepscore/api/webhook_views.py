"""Pages of webhooks; without KEEPSCORE_WEBHOOKS there are none."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keepscore.api import access, webhooks
from keepscore.api.forms import WebhookForm
from keepscore.api.queries import webhooks_page
from keepscore.users.access import requires
from keepscore.users.roles import May
from keepscore.web import clock

View = Callable[..., HttpResponse]


def _when_on(view: View) -> View:
    """For who may have webhooks, on a server that has them."""

    @requires(May.TOKENS)
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.KEEPSCORE_WEBHOOKS:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@_when_on
def index(request: HttpRequest) -> HttpResponse:
    page = webhooks_page(access.webhooks_for(request.user), everybody=request.user.may(May.USERS))
    return render(request, "api/webhooks.html", {"page": page})


@require_http_methods(["GET", "POST"])
@_when_on
def new(request: HttpRequest) -> HttpResponse:
    """The answer to the form is the only page that shows the secret."""
    form = WebhookForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        webhook, secret = webhooks.make_webhook(**form.cleaned_data, by=request.user, at=clock.now())
        return render(request, "api/webhook_made.html", {"webhook": webhook, "secret": secret})
    return render(request, "api/webhook_new.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@_when_on
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    webhook = webhooks.remove_webhook(webhook=access.webhook_for(request.user, pk), by=request.user, at=clock.now())
    messages.success(request, _("%(address)s is told nothing any more.") % {"address": webhook.url})
    return redirect("webhooks")


@require_POST
@_when_on
def again(request: HttpRequest, pk: int) -> HttpResponse:
    webhooks.send_again(delivery=access.delivery_for(request.user, pk), by=request.user, at=clock.now())
    messages.success(request, _("The message is sent again."))
    return redirect("webhooks")
