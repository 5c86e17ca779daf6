"""Where later rooms add to these pages: columns of the portfolio, dates that are due, things that can be found.

A room registers in AppConfig.ready(). What no room fills is not shown at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar

from django.utils.safestring import SafeString

from keepscore.clients.models import Client
from keepscore.portfolio.needs import Reason
from keepscore.users.audit import Actor


@dataclass(frozen=True, slots=True)
class Cell:
    """One client's cell in a column: `strong` and `rest` are finished words; a `flag` is a warning shape before them."""

    strong: str
    rest: str = ""
    mark: SafeString | str = ""            # a drawing before the words
    flag: bool = False
    reason: Reason | None = None           # puts the client among those who need you
    text: str = ""                         # in exported sheets; the words when empty


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the portfolio. `fill` is asked once for all clients; clients without a cell get a dash."""

    key: str
    name: Any = field(hash=False)          # translatable
    order: int
    fill: Callable[[Actor, Sequence[Client], date], Mapping[int, Cell]]
    classes: str = ""                      # c-next, c-rate, c-lv, c-ex: how the column behaves on narrow screens


@dataclass(frozen=True, slots=True)
class Due:
    """One line of "Due next"."""

    date: date
    title: str
    note: str = ""
    url: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that a search has found."""

    name: str
    note: str = ""
    url: str = ""
    others: tuple[tuple[str, str], ...] = ()      # (name, address) of what belongs to it


@dataclass(frozen=True, slots=True)
class Group:
    """What a search has found of one kind; `more` where there is more than is shown."""

    name: Any
    found: tuple[Found, ...]
    more: bool = False


T = TypeVar("T")


class Registry(Generic[T]):
    """Things by name; registering a name again replaces it."""

    def __init__(self) -> None:
        self._things: dict[str, T] = {}

    def register(self, name: str, thing: T) -> None:
        self._things[name] = thing

    def unregister(self, name: str) -> None:
        self._things.pop(name, None)

    def __iter__(self) -> Any:
        return iter(tuple(self._things.values()))


columns: Registry[Column] = Registry()
due: Registry[Callable[[Actor, Client, date], Iterable[Due]]] = Registry()
searches: Registry[Callable[[Actor, str, int], Group | None]] = Registry()      # actor, text, how many at most
