"""Error pages in the application's own look; JSON under /api/."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

MESSAGES = {
    400: "This request cannot be read.", 403: "This is not allowed.", 404: "There is nothing here.", 500: "Something broke on our side.",
}  # fmt: skip
BARE = (400, 500)   # without a request no context processor asks session or database, which may be what fails


def _answer(request: HttpRequest, status: int, template: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": MESSAGES[status]}
        return JsonResponse(body, status=status, content_type="application/problem+json")
    return render(None if status in BARE else request, template, status=status)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _answer(request, 400, "400.html")


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _answer(request, 403, "403.html")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _answer(request, 403, "403_csrf.html")


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _answer(request, 404, "404.html")


def server_error(request: HttpRequest) -> HttpResponse:
    return _answer(request, 500, "500.html")
