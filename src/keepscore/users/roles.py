"""Five roles and what each may do. Which clients a person sees is `clients.access`; what may be done there is here."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    ADMINISTRATOR = "administrator", _("Administrator")
    LEADER = "leader", _("Service leader")
    LEAD = "lead", _("Account lead")
    EXECUTIVE = "executive", _("Executive reader")
    DATA = "data", _("Data person")


class May(models.TextChoices):
    """One name for each thing that not everybody may do."""

    USERS = "users", _("Invite people and change roles")
    AUDIT = "audit", _("Read the audit log")
    SETTINGS = "settings", _("Change vendor-wide settings")
    CLIENTS = "clients", _("Add, change and archive clients, and choose their teams")
    CONTRACTS = "contracts", _("Edit contracts")
    IMPORT = "import", _("Import records")
    SCORE = "score", _("Ask for a scoring run")
    PUBLISH = "publish", _("Write, publish, correct and withdraw scorecards")
    TOKENS = "tokens", _("Make API tokens and webhooks")
    EXPORT = "export", _("Export everything")


_ALL = frozenset(May.values)
RIGHTS: dict[Any, frozenset[Any]] = {
    Role.ADMINISTRATOR: _ALL,
    Role.LEADER: _ALL - {May.USERS, May.SETTINGS, May.EXPORT, May.AUDIT},
    Role.LEAD: frozenset({May.CONTRACTS, May.SCORE, May.PUBLISH}),
    Role.EXECUTIVE: frozenset(),
    Role.DATA: frozenset({May.IMPORT, May.CONTRACTS, May.SCORE, May.TOKENS}),
}
SEES_EVERY_CLIENT: frozenset[Any] = frozenset({Role.ADMINISTRATOR, Role.LEADER, Role.EXECUTIVE, Role.DATA})
