"""Making and revoking tokens."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from keepscore.api.models import ApiToken
from keepscore.api.scopes import Scope, scopes_for
from keepscore.clients.models import Client
from keepscore.users import audit
from keepscore.users.audit import Actor
from keepscore.users.tokens import hashed

LONGEST_LIFE = timedelta(days=366)


class TokenRefused(ValueError):
    """A token that its maker cannot make; the text says why."""


@transaction.atomic
def make_token(
    *, name: str, scopes: Collection[str], clients: Collection[Client], expires_at: datetime, by: Actor, at: datetime
) -> tuple[ApiToken, str]:
    """A token for its maker, and its secret, which is known only now. No `clients` means all that its user sees, now and later.

    Raises TokenRefused.
    """
    _check(scopes, clients, expires_at, by=by, at=at)
    secret = f"ks_{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        name=name, user=by.user, prefix=secret[:8], sha256=hashed(secret), scopes=sorted(scopes), is_limited=bool(clients), made_at=at,
        expires_at=expires_at,
    )  # fmt: skip
    token.clients.set(clients)
    audit.record(
        "token.made", about=token, by=by, at=at, name=name, scopes=sorted(scopes), clients=sorted(client.key for client in clients),
        expires_at=expires_at.isoformat(),
    )  # fmt: skip
    return token, secret


def _check(scopes: Collection[str], clients: Collection[Client], expires_at: datetime, *, by: Actor, at: datetime) -> None:
    if not scopes or not set(scopes) <= set(scopes_for(by)):
        raise TokenRefused(_("A token may do what its maker may, and at least one thing."))
    if clients and str(Scope.IMPORT) in scopes:
        raise TokenRefused(_("A file holds records of many clients, so a token that imports cannot be limited to some."))
    if not at < expires_at <= at + LONGEST_LIFE:
        raise TokenRefused(_("A token ends within a year."))


@transaction.atomic
def revoke_token(*, token: ApiToken, by: Actor, at: datetime) -> ApiToken:
    """The token opens nothing from now on. Again does nothing."""
    token = ApiToken.objects.select_for_update().get(pk=token.pk)
    if token.revoked_at is None:
        token.revoked_at, token.revoked_by = at, by.user
        token.save(update_fields=["revoked_at", "revoked_by"])
        audit.record("token.revoked", about=token, by=by, at=at, name=token.name, owner=token.user.email)
    return token
