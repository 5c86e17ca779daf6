"""A token as the actor who signs operations: its user, less what its scopes and clients leave out."""

from __future__ import annotations

from dataclasses import dataclass

from keepscore.api.models import ApiToken
from keepscore.api.scopes import STANDS_FOR
from keepscore.users.models import User
from keepscore.users.roles import May


@dataclass(frozen=True, slots=True)
class TokenActor:
    """See `users.audit.Actor`."""

    token: ApiToken
    client_limit: frozenset[int] | None

    @property
    def user(self) -> User:
        found: User = self.token.user
        return found

    @property
    def sees_every_client(self) -> bool:
        return self.user.sees_every_client

    def has(self, scope: str) -> bool:
        return scope in self.token.scopes

    def may(self, what: str) -> bool:
        """The user's right, and the scope that stands for it. A source holds records of many clients: who is limited imports nothing."""
        if what == str(May.IMPORT) and self.client_limit is not None:
            return False
        return STANDS_FOR.get(what) in self.token.scopes and self.user.may(what)

    def __str__(self) -> str:
        return f"{self.token.name} ({self.user.name}'s token)"


def actor_of(token: ApiToken) -> TokenActor:
    limit = frozenset(token.clients.values_list("pk", flat=True)) if token.is_limited else None
    return TokenActor(token, limit)
