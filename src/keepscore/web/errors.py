"""Error pages in the application's own look; JSON under /api/."""

from __future__ import annotations

import errno
import sys
from http import HTTPStatus
from typing import Any

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from keepscore.records.store_errors import StoreError, StoreFull

MESSAGES = {
    400: "This request cannot be read.", 403: "This is not allowed.", 404: "There is nothing here.", 500: "Something broke on our side.",
}  # fmt: skip
BARE = (400, 500)   # without a request no context processor asks session or database, which may be what fails


def problem_json(status: int, detail: str) -> HttpResponse:
    """An error of the API (RFC 9457) from outside its operations."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def _answer(request: HttpRequest, status: int, template: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        return problem_json(status, MESSAGES[status])
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
    """503 with a sentence where a disk, the database or the record store does not do its part; else it is a fault of ours."""
    problem = outage(sys.exc_info()[1])
    if not problem:
        return _answer(request, 500, "500.html")
    if request.path.startswith("/api/"):
        return problem_json(503, problem)
    return render(None, "503.html", {"problem": problem}, status=503)


def outage(error: BaseException | None) -> str:
    """What does not work, and what became of what was sent; empty where it is none of these."""
    full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
    if full or isinstance(error, StoreFull) or (isinstance(error, OperationalError) and "disk is full" in str(error)):
        return _("The disk of the server is full. What you sent was not saved; try again once there is room.")
    if isinstance(error, StoreError):
        return _("The record store cannot be read now. Scores and scorecards can; try again in a minute.")
    if isinstance(error, OperationalError | InterfaceError):
        return _("The database is busy or cannot be reached. What you sent was not saved; try again in a minute.")
    return ""
