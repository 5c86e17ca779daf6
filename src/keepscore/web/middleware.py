"""What every answer carries, and what no request may exceed."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve

Next = Callable[[HttpRequest], HttpResponse]
FORM_LIMIT = 2 * 1024 * 1024
MEGABYTE = 1024 * 1024


class Headers:
    """Nothing but static files may stay in a cache or an index."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "private, no-store")
            response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return response


class UploadLimit:
    """Refuses a body that is too large by its declared length, before session, CSRF or a form reads it.

    A view that takes files says how much with `upload_limit(bytes)`; everything else is a form. Bodies without a length are refused.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in ("POST", "PUT", "PATCH"):
            limit, said = _limit_of(request.path_info), request.META.get("CONTENT_LENGTH") or ""
            if not said.isdigit() and request.META.get("HTTP_TRANSFER_ENCODING"):
                return HttpResponse("A length is needed.", status=411, content_type="text/plain")
            if said.isdigit() and int(said) > limit:
                return _too_large(request, limit)
        return self.get_response(request)


def upload_limit(size: int) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Marks a view that takes files of up to `size` bytes."""

    def mark(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        view.upload_limit = size  # type: ignore[attr-defined]
        return view

    return mark


def _limit_of(path: str) -> int:
    try:
        limit: int = getattr(resolve(path).func, "upload_limit", FORM_LIMIT)
    except Resolver404:
        return FORM_LIMIT
    return limit


def _too_large(request: HttpRequest, limit: int) -> HttpResponse:
    if request.path_info.startswith("/api/"):
        body = f'{{"title": "Too large", "status": 413, "detail": "At most {limit // MEGABYTE} MB are taken at once."}}'
        return HttpResponse(body, status=413, content_type="application/problem+json")
    return render(request, "413.html", {"megabytes": limit // MEGABYTE}, status=413)
