"""What a known token was refused goes on record: beyond its scope or its owner's rights, at clients of others, after its end."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse

from keepscore.api.actors import TokenActor
from keepscore.api.problems import Refused, problem
from keepscore.users import refusals
from keepscore.users.address import address_of
from keepscore.web import clock


class Forbidden(Refused):
    """A token may not do this; `why` says it to whoever reads the log."""

    def __init__(self, detail: str, *, by: TokenActor, why: str) -> None:
        self.by, self.why = by, why
        super().__init__(403, detail)


def forbidden(request: HttpRequest, exc: Any) -> HttpResponse:
    """The answer to a Forbidden."""
    keep(request, about=exc.by.token, why=exc.why, by=exc.by)
    return problem(exc.status, exc.detail)


def denied(request: HttpRequest, exc: Any) -> HttpResponse:
    """The answer to a Denied: the same as where there is nothing."""
    keep(request, about=exc.about, why=exc.why, by=request.auth, client=exc.client)      # type: ignore[attr-defined]
    return problem(404, "There is nothing here.")


def keep(request: HttpRequest, *, about: models.Model | str, why: str, by: TokenActor, client: str = "") -> None:
    """Put on record what a known token was refused."""
    refusals.keep(
        "api.asked", about=about, why=why, by=by, at=clock.now(), client=client, address=address_of(request),
        operation=f"{request.method} {request.path_info}"[:200],
    )  # fmt: skip
