"""Every address has a line in the authorisation file; no wrong principal gets through; and the walk notices seeded holes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import QuerySet
from django.http import HttpRequest

from keepscore.api.document import openapi
from keepscore.clients.models import Client
from keepscore.users.models import User
from tests.access.walking import RIGHTS, Line, Walk, addresses, lines, scopes


def test_every_address_has_a_line_and_every_line_an_address() -> None:
    named = {line.name for line in lines()}
    assert (addresses() - named, named - addresses()) == (set(), set())


def test_every_operation_of_the_api_has_its_scope_in_the_file() -> None:
    operations = [operation for path in openapi()["paths"].values() for operation in path.values()]
    assert {operation["operationId"]: operation["x-scope"] for operation in operations} == scopes()


def test_every_line_says_who() -> None:
    assert {line.who for line in lines()} <= {"anyone", "self", "list", "team"} | RIGHTS
    assert {line.needs for line in lines()} <= {""} | RIGHTS


def test_no_wrong_principal_gets_through(walk: Walk) -> None:
    assert "\n".join(walk.faults()) == ""


def _everything(*_: Any, archived: bool = False, **__: Any) -> QuerySet[Client]:
    return Client.objects.filter(archived_at__isnull=not archived)


def _any_client(actor: Any, slug: str, **_: Any) -> Client:
    return Client.objects.select_related("lead").get(slug=slug)


def _nothing(*_: Any, **__: Any) -> None:
    return None


def _through(self: Any, request: HttpRequest) -> Any:
    return self.get_response(request)


def _always(self: User, what: str) -> bool:
    return True


SEES_ALL = property(lambda self: True)
HOLES: dict[str, tuple[dict[str, Any], set[str]]] = {
    "the portfolio lists every client": ({"keepscore.portfolio.queries.clients_for": _everything}, {"portfolio", "portfolio-csv"}),
    "the sheet holds every client": ({"keepscore.portfolio.queries.clients_for": _everything}, {"portfolio-xlsx"}),
    "search looks everywhere": ({"keepscore.portfolio.search.clients_for": _everything}, {"search"}),
    "a client's page opens for everybody": ({"keepscore.clients.access.client_for": _any_client}, {"client-home"}),
    "a paper opens for everybody": ({"keepscore.scorecards.access.client_for": _any_client}, {"scorecard-file"}),
    "a record opens for everybody": ({"keepscore.clients.access.client_for": _any_client}, {"client-record"}),
    "a reader may write": ({"keepscore.users.models.User.may": _always}, {"client-score-again"}),
    "rights are not asked for": ({"keepscore.users.access.demand": _nothing}, {"people", "settings"}),
    "the second factor is not asked for": ({"keepscore.users.middleware.SignedIn.__call__": _through}, {"settings", "people"}),
    "everybody sees every client": ({"keepscore.users.models.User.sees_every_client": SEES_ALL}, {"client-contract"}),
}


@pytest.mark.parametrize("hole", HOLES)
def test_a_seeded_hole_is_found(walk: Walk, monkeypatch: pytest.MonkeyPatch, hole: str) -> None:
    broken, seen_at = HOLES[hole]
    only: Callable[[Line], bool] = lambda line: line.name in seen_at  # noqa: E731
    assert walk.faults(only) == []
    for where, replacement in broken.items():
        monkeypatch.setattr(where, replacement)
    assert walk.faults(only) != []


