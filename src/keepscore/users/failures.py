"""Sign-ins that failed, on record; nobody can fill the log with them."""

from __future__ import annotations

from django.http import HttpRequest

from keepscore.users import audit, limits
from keepscore.users.address import address_of, neighbourhood_of
from keepscore.users.models import User
from keepscore.web import clock

STRANGERS = 20      # entries a minute and address about names that nobody has
KNOWN = 20          # of one kind a minute and user, from wherever
NOBODY = "nobody known"


def refused(action: str, request: HttpRequest, user: User | None, **detail: str) -> None:
    """Put on record that somebody, or nobody we know, did not get in."""
    now = clock.now()
    whose, most = (f"stranger {neighbourhood_of(request)}", STRANGERS) if user is None else (f"{action} {user.pk}", KNOWN)
    if not limits.admit(whose, limit=most, window=limits.MINUTE, now=now):
        return
    audit.record(action, about=user or NOBODY, by=None, at=now, refused=True, address=address_of(request), **detail)
