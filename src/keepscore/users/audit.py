"""The audit log's one way in: an operation leaves its entry in its own transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from django.db import models

from keepscore.users.models import AuditEntry, User


class Actor(Protocol):
    """Whoever signs an operation: a user, or a token that acts for one."""

    @property
    def user(self) -> User: ...
    @property
    def client_limit(self) -> frozenset[int] | None: ...
    @property
    def sees_every_client(self) -> bool: ...
    def may(self, what: str) -> bool: ...


SYSTEM = "Keepscore"      # signs what the program does by itself, such as scoring after an import


def record(
    action: str, *, about: models.Model | str, by: Actor | None, at: datetime, client: str = "", refused: bool = False, **detail: Any
) -> AuditEntry:
    """Add an entry. `by` is None for what the program does by itself; `client` is the key of the client it concerns."""
    named = about if isinstance(about, str) else f"{about._meta.label}:{about.pk}"
    return AuditEntry.objects.create(
        at=at, action=action, user=by.user if by else None, by=str(by)[:160] if by else SYSTEM, about=named[:200], client=client,
        refused=refused, detail=detail,
    )  # fmt: skip
