"""What a token may be used for, and which rights of its user each scope stands for."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from keepscore.users.audit import Actor
from keepscore.users.roles import May


class Scope(models.TextChoices):
    READ = "read", _("Read clients, contracts, records, scores and scorecards")
    IMPORT = "import", _("Import records and undo the last import")
    CONTRACTS = "contracts", _("Save contracts and ask for scores")
    PUBLISH = "publish", _("Publish, correct and withdraw scorecards")


STANDS_FOR: dict[Any, Any] = {
    May.IMPORT: Scope.IMPORT, May.CONTRACTS: Scope.CONTRACTS, May.SCORE: Scope.CONTRACTS, May.PUBLISH: Scope.PUBLISH,
}  # fmt: skip
"""A right that stands here is had by a token with the scope; every other right of its user is had by no token."""


def scopes_for(actor: Actor) -> tuple[Any, ...]:
    """The scopes that this person may give away: reading, and what their role lets them do."""
    every: Any = Scope
    return tuple(one for one in every if one == Scope.READ or any(actor.may(right) for right, scope in STANDS_FOR.items() if scope == one))
