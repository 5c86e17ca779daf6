"""Addresses of this room."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import URLPattern, path

from keepscore.api import views, webhook_views
from keepscore.api.document import api
from keepscore.api.problems import problem
from keepscore.records.readers.raw import BROWSER
from keepscore.web.middleware import upload_limit

FILES_AT = "batches"              # the one address that takes files
ROOM_FOR_THE_FORM = 100_000       # bytes of an upload that are not the file


def _operations() -> list[URLPattern]:
    """Those of the API, each guarded: no address holds a NUL, and a wrong method is told like every other error."""
    found = [pattern for pattern in api.urls[0] if pattern.name != "api-root"]
    for pattern in found:
        pattern.callback = _guarded(pattern.callback)
        if str(pattern.pattern) == FILES_AT:
            pattern.callback = upload_limit(BROWSER.size + ROOM_FOR_THE_FORM)(pattern.callback)
    return found


def _guarded(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "\0" in request.path_info or any("\0" in text for name, values in request.GET.lists() for text in (name, *values)):
            return problem(422, "A NUL is no letter.")
        response = view(request, *args, **kwargs)
        if isinstance(response, HttpResponseNotAllowed):
            return problem(405, "This address does not know this method.", headers={"Allow": response["Allow"]})
        return response

    return answer


urlpatterns: list[URLPattern] = [
    path("tokens/", views.tokens, name="tokens"),
    path("tokens/new/", views.token_new, name="token-new"),
    path("tokens/<int:pk>/revoke/", views.token_revoke, name="token-revoke"),
    path("webhooks/", webhook_views.index, name="webhooks"),
    path("webhooks/new/", webhook_views.new, name="webhook-new"),
    path("webhooks/<int:pk>/remove/", webhook_views.remove, name="webhook-remove"),
    path("webhooks/messages/<int:pk>/again/", webhook_views.again, name="delivery-again"),
    path("api/docs", views.reference, name="api-docs"),
    path("api/openapi.json", views.openapi_document, name="api-openapi"),
    *(path(f"api/v1/{pattern.pattern}", pattern.callback, name=f"api-{pattern.name}") for pattern in _operations()),
]
