"""Bearer tokens at the door of the API. No cookie opens it, so no page of anybody else can make a browser act here."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer

from keepscore.api import refusals
from keepscore.api.access import actor_for, ended_for
from keepscore.api.actors import TokenActor
from keepscore.api.problems import Refused
from keepscore.users.limits import admit
from keepscore.users.roles import May
from keepscore.web import clock

A_MINUTE, LIMIT = timedelta(minutes=1), 600      # requests of one token


class Token(HttpBearer):
    """A live token with a scope, less often than the limit."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> TokenActor | None:
        now = clock.now()
        actor = actor_for(token, at=now)
        if actor is None:
            self._ended(request, token)
            return None
        if not admit(f"api:{actor.token.pk}", limit=LIMIT, window=A_MINUTE, now=now):
            raise Refused(429, f"A token may ask {LIMIT} times a minute.", headers={"Retry-After": "60"})
        if not actor.has(self.scope):
            why = f"The token lacks the scope {self.scope}"
            raise refusals.Forbidden(f"This token lacks the scope {self.scope}.", by=actor, why=why)
        return actor

    def _ended(self, request: HttpRequest, secret: str) -> None:
        """Somebody still uses a token that was revoked or has ended, or whose owner may not use it."""
        actor = ended_for(secret)
        if actor is not None:
            refusals.keep(request, about=actor.token, why="The token opens nothing any more", by=actor)


def scoped(scope: str, **extra: Any) -> dict[str, Any]:
    """What an operation needs of a token, for its decorator; `extra` goes to its description."""
    return {"auth": Token(scope), "openapi_extra": {"x-scope": scope, **extra}}


def actor_in(request: HttpRequest, *, may: Any = None) -> TokenActor:
    """Who asks, with a right of `users.roles.May` where one is needed."""
    actor: TokenActor = request.auth
    if may is not None and not actor.may(may):
        said = "The person this token acts for may not do this, or the token is limited to some clients."
        raise refusals.Forbidden(said, by=actor, why=f"The token or its owner lacks this right: {May(may).label}")
    return actor
