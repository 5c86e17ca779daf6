"""Look into a tree that may be wrong anywhere: what has the right form is seen, the rest is passed over.

The checks across a file run even where its shape has faults, so that a person hears of everything at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches
from typing import Any

from keepscore.engine.contract.model import Fault
from keepscore.engine.contract.places import Path, fault
from keepscore.engine.contract.text import Map, Seq, shown


def inside(node: Any, *steps: str) -> Any:
    """The value at the end of the steps, None where there is no such place."""
    for step in steps:
        node = node.get(step) if isinstance(node, Map) else None
    return node


def maps(node: Any, key: str) -> Iterator[tuple[int, Map]]:
    """The maps of a list, with their index."""
    items = inside(node, key)
    if isinstance(items, Map):
        yield 0, items
    for index, item in enumerate(items if isinstance(items, Seq) else ()):
        if isinstance(item, Map):
            yield index, item


def keys(node: Any, key: str) -> list[str]:
    """The `key` of each map of a list."""
    return [item["key"] for _, item in maps(node, key) if isinstance(item.get("key"), str)]


def repeated(tree: Map, path: Path, items: Iterable[tuple[int, Map]], seen: dict[str, int], what: str) -> Iterator[Fault]:
    """A fault for each key that stood before; `seen` is filled on the way."""
    for index, item in items:
        key, line = item.get("key"), item.lines.get("key", item.at)
        if not isinstance(key, str):
            continue
        if key in seen:
            yield fault(tree, (*path, index, "key"), f"{what} keys are unique; this one is already on line {seen[key]}")
        else:
            seen[key] = line


def unknown(tree: Map, path: Path, name: Any, known: Collection[str], what: str) -> Iterator[Fault]:
    """A fault where a name is given and is not among the known ones."""
    if not isinstance(name, str) or name in known:
        return
    listed = sorted(set(known))
    near = get_close_matches(name, listed, n=1)
    others = "known are " + ", ".join(listed[:12]) if listed else f"none is declared: add it to {what}s"
    hint = f"did you mean {near[0]}?" if near else others
    yield fault(tree, path, f"there is no {what} {shown(name)} in this version; {hint}")
