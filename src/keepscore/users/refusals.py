"""Why an operation on people was not done, in words for whoever asked."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.db import transaction

from keepscore.users import audit

Result = TypeVar("Result")


class Refused(ValueError):
    """The text is shown to the person who asked."""


class LastAdministrator(Refused):
    """Nobody would be left who can let people in."""


class LinkEnded(Refused):
    """A link that is used, revoked, too old or unknown."""


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
