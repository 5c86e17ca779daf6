"""What the frame of every page needs to know."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from keepscore.web import nav

THEMES = ("light", "dark")


def frame(request: HttpRequest) -> dict[str, Any]:
    """Navigation for this user, the search box where there is a search, and what the foot says."""
    user = getattr(request, "user", None)
    shown: dict[str, Any] = {
        "sample": settings.KEEPSCORE_SAMPLE,
        "theme": _one_of(request.COOKIES.get("theme"), THEMES),
        "keys_off": not getattr(user, "uses_shortcuts", True),
    }
    if user is None or not user.is_authenticated:
        return shown
    path = request.path_info
    return shown | {
        "nav": nav.main.links(user, path=path),
        "user_menu": nav.user_menu.links(user, path=path),
        "search_url": nav.address("search"),
        "sign_out_url": nav.address("account_logout"),
    }


def _one_of(value: str | None, known: tuple[str, ...]) -> str:
    return value if value in known else ""
