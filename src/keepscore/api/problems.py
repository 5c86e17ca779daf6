"""Errors of the API as application/problem+json (RFC 9457): one place that turns what the rooms refuse into an answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import ValidationError as WrongValue

from keepscore.contracts.operations import ContractRefused, OtherContract
from keepscore.engine.contract import ContractError
from keepscore.evidence.shelf import BrokenShelf
from keepscore.intake.operations import NotNow
from keepscore.records.mapping import MappingError
from keepscore.records.store_errors import StoreError
from keepscore.scorecards import operations as scorecards

KIND = "application/problem+json"
NO_TOKEN = "A live token is needed: Authorization: Bearer ks_..."
FAULTS = 100      # listed; the total is always said


class Refused(Exception):
    """An answer that is no success, from inside an operation of the API."""

    def __init__(self, status: int, detail: str, *, headers: dict[str, str] | None = None, **more: Any) -> None:
        self.status, self.detail, self.headers, self.more = status, detail, headers or {}, more
        super().__init__(detail)


def problem(status: int, detail: str, *, headers: dict[str, str] | None = None, **more: Any) -> HttpResponse:
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}
    return HttpResponse(json.dumps(body), status=status, content_type=KIND, headers=headers)


def install(api: NinjaAPI) -> None:
    """Every exception that a request can meet gets its answer; what remains is a fault of ours and goes to the error log."""

    def on(kind: type[Exception], answer: int | Callable[[Any], HttpResponse]) -> None:
        told: Callable[[Any], HttpResponse] = (lambda exc: problem(answer, str(exc))) if isinstance(answer, int) else answer
        api.add_exception_handler(kind, lambda request, exc: told(exc))

    conflicts = (
        ContractRefused, NotNow, scorecards.NumbersMoved, scorecards.AlreadyAsked, scorecards.NotStanding, scorecards.ChangedMeanwhile,
    )  # fmt: skip
    for kind in conflicts:
        on(kind, 409)
    unreadable: tuple[Any, ...] = (SuspiciousOperation, MultiPartParserError, UnreadablePostError)
    for kind in unreadable:
        on(kind, 400)
    on(OtherContract, 422)
    on(RequestDataTooBig, 413)
    on(Refused, lambda exc: problem(exc.status, exc.detail, headers=exc.headers, **exc.more))
    on(Http404, lambda exc: problem(404, "There is nothing here."))
    on(BrokenShelf, lambda exc: problem(404, "The files of this scorecard are not on the shelf."))
    on(StoreError, lambda exc: problem(503, "The record store cannot be read now."))
    on(HttpError, lambda exc: problem(exc.status_code, str(exc)))
    on(AuthenticationError, lambda exc: problem(401, NO_TOKEN, headers={"WWW-Authenticate": 'Bearer realm="Keepscore"'}))
    on(ValidationError, lambda exc: problem(422, "Some values are wrong.", errors=_listed(exc.errors)))
    on(WrongValue, lambda exc: problem(422, "Some values are wrong.", errors=_listed(exc.errors())))
    on(ContractError, lambda exc: _faults("The contract has faults.", exc.faults))
    on(MappingError, lambda exc: _faults("The columns have faults.", exc.faults))
    on(scorecards.CannotPublishYet, _blocked)
    on(Exception, _broken)


def _listed(errors: Any) -> list[dict[str, str]]:
    return [{"where": ".".join(map(str, error["loc"])), "expected": str(error["msg"])} for error in errors]


def _faults(detail: str, faults: Any) -> HttpResponse:
    rows = [{name: getattr(fault, name) for name in ("line", "key", "code", "found", "expected")} for fault in faults[:FAULTS]]
    return problem(422, detail, total=len(faults), faults=rows)


def _blocked(exc: scorecards.CannotPublishYet) -> HttpResponse:
    return problem(409, str(exc), blocks=[{"what": block.what, "next": block.next} for block in exc.blocks])


def _broken(exc: Exception) -> HttpResponse:
    raise exc
