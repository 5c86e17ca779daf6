"""What was made of an object, remembered while that object is in use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")
MOST = 1024


class ByIdentity(Generic[K, V]):
    """A function of an object that never changes, called once for each such object.

    Contracts and their parts are frozen but large: to hash one takes longer than most of what is asked of it. The object
    is kept beside its answer, so that no other can come to stand under the same number.
    """

    def __init__(self, make: Callable[[K], V], most: int = MOST) -> None:
        self._make, self._most = make, most
        self._known: dict[int, tuple[K, V]] = {}

    def __call__(self, item: K) -> V:
        known = self._known.get(id(item))
        if known is None or known[0] is not item:
            if len(self._known) >= self._most:
                self._known.clear()
            known = self._known[id(item)] = (item, self._make(item))
        return known[1]
