"""The first place where two JSON values differ, said so that a person finds it."""

from __future__ import annotations

from typing import Any


def first_difference(said: Any, found: Any, *, of: str = "", verbs: tuple[str, str] = ("the bundle says", "recomputed")) -> str | None:
    """A sentence such as `measures[3].kept (on-time): the bundle says 812, recomputed 811`; None where all is equal."""
    at = _first(said, found, of, "")
    if at is None:
        return None
    path, name, left, right = at
    return f"{path}{f' ({name})' if name else ''}: {verbs[0]} {_shown(left)}, {verbs[1]} {_shown(right)}"


_Place = tuple[str, str, Any, Any]


def _first(said: Any, found: Any, path: str, name: str) -> _Place | None:
    if isinstance(said, dict) and isinstance(found, dict):
        return _first_in_object(said, found, path, name)
    if isinstance(said, list) and isinstance(found, list):
        for at, (left, right) in enumerate(zip(said, found, strict=False)):
            place = _first(left, right, f"{path}[{at}]", name)
            if place:
                return place
        return None if len(said) == len(found) else (f"{path}: number of entries", name, len(said), len(found))
    # 1 == 1.0 == True in Python, and not here
    return None if type(said) is type(found) and said == found else (path, name, said, found)


def _first_in_object(said: dict[str, Any], found: dict[str, Any], path: str, name: str) -> _Place | None:
    named = said.get("key")
    name = named if isinstance(named, str) and path else name
    for key in (*said, *(key for key in found if key not in said)):
        place = f"{path}.{key}" if path else key
        if key not in found or key not in said:
            return place, name, said.get(key, "nothing"), found.get(key, "nothing")
        deeper = _first(said[key], found[key], place, name)
        if deeper:
            return deeper
    return None


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    text = str(value)
    return text if len(text) <= 80 else f"{text[:79]}…"
