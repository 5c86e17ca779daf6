"""The door for what is not about one client: `requires` on a view; who lacks the right sees a page that does not exist."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

View = Callable[..., HttpResponse]


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
    """Raises Http404 unless the actor has each of the rights."""
    if not all(actor.may(one) for one in what):
        raise Http404
