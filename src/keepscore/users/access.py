"""The door for what is not about one client: `requires` on a view; who lacks the right sees a page that does not exist.

What is there and not for whoever asked is `Denied`: the same 404 for them, and a refusal on record (see `users.middleware`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from keepscore.users.roles import May

View = Callable[..., HttpResponse]


class Denied(Http404):
    """There is something, and it is not for whoever asked."""

    def __init__(self, about: models.Model | str, why: str, *, client: str = "") -> None:
        self.about, self.why, self.client = about, why, client
        super().__init__()


def requires(*what: Any) -> Callable[[View], View]:
    """Signed in, and with each of the rights of `users.roles.May`; 404 otherwise."""

    def wrap(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            demand(request.user, *what)
            return view(request, *args, **kwargs)

        return guarded

    return wrap


def demand(actor: Any, *what: Any) -> None:
    """Raises Denied unless the actor has each of the rights."""
    for one in what:
        if not actor.may(one):
            raise Denied(f"right:{one}", lacks(one))


def lacks(right: Any) -> str:
    """Why somebody is refused who has not this right."""
    return _("Their role lacks this right: %(right)s") % {"right": May(right).label}


def withheld(model: type[models.Model], pk: int) -> Http404:
    """What to raise where the actor's own rows have none of this number: Denied where others have it."""
    found = model._default_manager.filter(pk=pk).first()
    return Http404() if found is None else Denied(found, _("It belongs to somebody else"))
