"""Where in a file a value stands: from a path of keys and numbers to its line, its dotted name and its text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from keepscore.engine.contract.model import Fault
from keepscore.engine.contract.text import Map, Seq, shown

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """The smallest part of the file that encloses a path; `missing` when the path's last key is not written there."""

    line: int
    key: str
    value: Any
    missing: bool
    origin: str | None


def place(tree: Map, path: Path) -> Place:
    """Follow a path as far as the file has it. Steps that the file does not have (a kind's tag) are passed over."""
    node: Any = tree
    line, key, origin, missing = tree.at, "", None, False
    for index, step in enumerate(path):
        last = index == len(path) - 1
        if step == "[key]":
            return Place(line, key, path[index - 1], False, origin)
        if isinstance(node, Map) and step in node:
            name = str(step)
            line, node, origin = node.lines.get(name, line), node[name], node.origin.get(name, origin)
            key = f"{key}.{name}" if key else name
        elif isinstance(node, Seq) and isinstance(step, int) and step < len(node):
            line, node, key = node.lines[step], node[step], f"{key}[{step}]"
        elif last and isinstance(step, str) and isinstance(node, Map):
            missing, key = True, f"{key}.{step}" if key else step
            node = None
    return Place(line, key, node, missing, origin)


def fault(tree: Map, path: Path, expected: str, *, code: str = "schema", found: str | None = None) -> Fault:
    """A fault at the place of a path; what was found is read from the file unless it is handed in."""
    at = place(tree, path)
    key = f"{at.origin}: {at.key}" if at.origin else at.key
    return Fault(at.line, key, code, found if found is not None else shown(at.value), expected)
