"""Addresses that the frame links to, for pages that no room has."""

from django.http import HttpRequest, HttpResponse
from django.urls import path


def nothing(request: HttpRequest, slug: str = "") -> HttpResponse:
    return HttpResponse("")


urlpatterns = [
    path("", nothing, name="portfolio"), path("measures/", nothing, name="measures"), path("import/", nothing, name="import"),
    path("find", nothing, name="search"), path("sign-out", nothing, name="account_logout"), path("people/", nothing, name="people"),
    path("clients/<slug:slug>/", nothing, name="client-home"), path("clients/<slug:slug>/measures/", nothing, name="client-measures"),
]  # fmt: skip
handler404 = "keepscore.web.errors.not_found"
handler500 = "keepscore.web.errors.server_error"
