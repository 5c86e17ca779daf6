"""What every answer carries, and what no request may exceed."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve

from keepscore.web.errors import problem_json

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


class NoNul:
    """A character that no keyboard writes and no text column of PostgreSQL holds: taken out of queries.

    In an address it becomes the replacement character, which names nothing either: whoever is asked answers with its own page for nothing.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith("/api/"):      # which refuses it and says where it stands
            return self.get_response(request)
        request.path_info = request.path_info.replace("\x00", "\N{REPLACEMENT CHARACTER}")
        request.META["QUERY_STRING"] = request.META.get("QUERY_STRING", "").replace("%00", "")
        return self.get_response(request)


class UploadLimit:
    """Refuses a body that is too large by its declared length, before session, CSRF or a form reads it.

    A view that takes files says how much with `upload_limit(bytes)`; everything else is a form. Bodies without a length are refused.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in ("POST", "PUT", "PATCH"):
            limit, said = _limit_of(request.path_info), request.META.get("CONTENT_LENGTH") or ""
            is_number = said.isascii() and said.isdigit()
            if not is_number and request.META.get("HTTP_TRANSFER_ENCODING"):
                return _no_length(request)
            if is_number and int(said) > limit:
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


def _no_length(request: HttpRequest) -> HttpResponse:
    if request.path_info.startswith("/api/"):
        return problem_json(411, "The length of the body is needed: a Content-Length.")
    return HttpResponse("A length is needed.", status=411, content_type="text/plain")


def _too_large(request: HttpRequest, limit: int) -> HttpResponse:
    if request.path_info.startswith("/api/"):
        return problem_json(413, f"At most {limit // MEGABYTE} MB are taken at once.")
    return render(request, "413.html", {"megabytes": limit // MEGABYTE}, status=413)
