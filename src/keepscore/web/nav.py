"""The entries of navigation. Upper rooms register theirs in AppConfig.ready(), so that no lower room knows an upper one.

An entry that the user may not use, or whose address does not exist, is not shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse

Neighbours = Callable[[Any, Any], tuple[Any | None, Any | None]]


def everyone(*_about: Any) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Entry:
    """One link. `may_see` is asked with the user, for a client's tab with user and client."""

    name: Any                               # translatable
    url_name: str
    order: int
    may_see: Callable[..., bool] = everyone
    keys: str = ""                          # keyboard shortcut, such as "g p"


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as a page shows it."""

    name: Any
    url: str
    url_name: str
    is_current: bool = False
    keys: str = ""


class Menu:
    """Entries by their order; registering an address again replaces its entry."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}

    def register(self, *entries: Entry) -> None:
        self._entries.update({entry.url_name: entry for entry in entries})

    def links(self, *about: Any, path: str = "", args: Iterable[Any] = ()) -> tuple[Link, ...]:
        """What may be seen; the entry whose address begins `path` the longest is the current one."""
        found = [(entry, url) for entry in sorted(self._entries.values(), key=lambda entry: entry.order)
                 if entry.may_see(*about) and (url := address(entry.url_name, *args))]
        here = max((url for _, url in found if _within(path, url)), key=len, default=None)
        return tuple(Link(entry.name, url, entry.url_name, url == here, entry.keys) for entry, url in found)


main = Menu()           # the top bar
user_menu = Menu()      # under the user's initials
client_tabs = Menu()    # under a client's name; the address takes the client's slug
_neighbours: list[Neighbours] = []


def register_neighbours(find: Neighbours) -> None:
    """`find(user, client)` gives the clients before and after it in the portfolio, for the keys [ and ]."""
    _neighbours[:] = [find]


def neighbours(user: Any, client: Any) -> tuple[Any | None, Any | None]:
    return _neighbours[0](user, client) if _neighbours else (None, None)


def address(url_name: str, *args: Any) -> str:
    """The address of a name, or "" where there is none."""
    return _address(url_name, args, settings.ROOT_URLCONF)


@lru_cache(maxsize=4096)      # every page asks for the same dozen, lists for those of their rows
def _address(url_name: str, args: tuple[Any, ...], _urls: str) -> str:
    try:
        return reverse(url_name, args=args)
    except NoReverseMatch:
        return ""


def _within(path: str, url: str) -> bool:
    return path == url or (url != "/" and path.startswith(url if url.endswith("/") else url + "/"))
