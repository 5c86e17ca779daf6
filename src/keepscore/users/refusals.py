"""Why something was not done, in words for whoever asked, and the refusals of known people on record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, TypeVar

from django.db import models, transaction

from keepscore.users import audit, limits
from keepscore.users.audit import Actor

Result = TypeVar("Result")
AGAIN, MOST = timedelta(hours=1), 200      # the same refusal of the same person is kept once in that time, and so many different ones


class Refused(ValueError):
    """The text is shown to the person who asked."""


class LastAdministrator(Refused):
    """Nobody would be left who can let people in."""


class LinkEnded(Refused):
    """A link that is used, revoked, too old or unknown."""


def keep(
    action: str, *, about: models.Model | str, why: str, by: Actor, at: datetime, client: str = "", **detail: Any
) -> bool:  # fmt: skip
    """Put a refusal on record, unless this person had the same one within the hour; whether it was kept."""
    named = about if isinstance(about, str) else f"{about._meta.label}:{about.pk}"
    once, most = f"refused {by.user.pk} {action} {named} {why}", f"refusals {by.user.pk}"
    if not limits.admit(once, limit=1, window=AGAIN, now=at) or not limits.admit(most, limit=MOST, window=AGAIN, now=at):
        return False
    audit.record(action, about=named, by=by, at=at, client=client, refused=True, why=why, **detail)
    return True


def refusals_kept(action: str, about: str) -> Callable[[Callable[..., Result]], Callable[..., Result]]:
    """One transaction around an operation; a refusal undoes it and is itself kept in the audit log. `about` names an argument."""

    def wrap(operation: Callable[..., Result]) -> Callable[..., Result]:
        @wraps(operation)
        def guarded(**given: Any) -> Result:
            try:
                with transaction.atomic():
                    return operation(**given)
            except Refused as refused:
                audit.record(action, about=given[about], by=given["by"], at=given["at"], refused=True, why=str(refused))
                raise

        return guarded

    return wrap
