"""Changing a contract's text without rewriting it: comments, order, quotes and everything that is not changed stay as they were.

A scalar is text here as it is in the engine's loader, so that NO, 1.50 and 0x1F are written back as they stood.
"""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Sequence
from io import StringIO
from itertools import pairwise
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.resolver import VersionedResolver
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, ScalarString

Path = tuple[str | int, ...]
_NULL = [("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|Null|NULL|)$"))]
_PLAIN = re.compile(r"(?!(?i:null)$)[A-Za-z0-9](?:[A-Za-z0-9 ._%/+-]*[A-Za-z0-9._%/+])?")
_DASH = re.compile(r"^( *)-( +)", re.MULTILINE)      # of the first list; the others are written like it
LONG = ("leave_out", "scorecard")      # written over several lines where the form begins them
_WIDE = 100_000      # never fold a line that its author left long


class CannotWrite(ValueError):
    """A text that is no map of keys, so that nothing can be changed in it piece by piece."""


class _TextResolver(VersionedResolver):
    """Nothing but an empty value means anything else than its own text."""

    @property
    def versioned_resolver(self) -> dict[str, Any]:
        return dict.fromkeys(("~", "n", "N", ""), _NULL)


class ContractFile:
    """A contract's text as a tree that can be changed; `text()` writes it back."""

    def __init__(self, text: str) -> None:
        self.source, self._yaml = text, _yaml(text)
        try:
            self.tree = self._yaml.load(text)
        except (YAMLError, ValueError, TypeError, RecursionError) as problem:
            raise CannotWrite(str(problem)) from problem
        if not isinstance(self.tree, CommentedMap):
            raise CannotWrite("the text is no map of keys")
        self._is_tied = any(count > 1 for count in _references(self.tree).values())

    def text(self) -> str:
        out = StringIO()
        self._yaml.dump(self.tree, out)
        return out.getvalue()

    def versions(self) -> CommentedSeq:
        found = self.tree.get("versions")
        if not isinstance(found, CommentedSeq):
            raise CannotWrite("the text has no list of versions")
        return found

    def get(self, path: Path) -> Any:
        """The value at a path, None where there is no such place."""
        node = self.tree
        for step in path:
            try:
                node = node[step]
            except (KeyError, IndexError, TypeError):
                return None
        return node

    def put(self, path: Path, value: Any) -> None:
        """Write a value; maps and lists on the way to it are made where they are missing."""
        node = self.tree
        for step, following in pairwise(path):
            _prepare(node, step, following)
            node = self._own(node, step)
        if isinstance(node, CommentedSeq) and path[-1] == len(node):
            node.append(_written(value))
        else:
            node[key_of(path[-1])] = _written(value)

    def remove(self, path: Path) -> None:
        """Take a key out of its map, or an item out of its list; nothing happens where it is not there."""
        if self.get(path) is None and not (isinstance(self.get(path[:-1]), CommentedMap) and path[-1] in self.get(path[:-1])):
            return
        node = self.tree
        for step in path[:-1]:
            node = self._own(node, step)
        del node[path[-1]]

    def _own(self, node: Any, step: str | int) -> Any:
        """The node at a step, cut from others that share it by YAML's & and *, so that a change in it is a change in it alone."""
        if self._is_tied and _references(self.tree)[id(node[step])] > 1:
            node[step] = _untied(copy.deepcopy(node[step]))
        return node[step]

    def add_version(self, start: str, *, like: int = -1) -> int:
        """A copy of a version, comments and all, in force from another day; its index, in the order of days."""
        versions = self.versions()
        version = _untied(copy.deepcopy(versions[like]))
        version["from"] = start
        at = sum(1 for other in versions if str(other.get("from")) < start)
        versions.insert(at, version)
        return at


def _yaml(text: str) -> YAML:
    yaml = YAML()
    yaml.Resolver = _TextResolver
    yaml.preserve_quotes, yaml.width, yaml.allow_unicode = True, _WIDE, True
    dash = _DASH.search(text)
    offset = len(dash[1]) if dash else 2
    yaml.indent(mapping=2, sequence=offset + (1 + len(dash[2]) if dash else 2), offset=offset)
    return yaml


def key_of(step: str | int) -> Any:
    """A step as a key of a map: in quotes unless it is plain words."""
    return _written(step)


def _written(value: Any) -> Any:
    """Plain words are written plainly, all others in quotes, so that nothing typed can become anything but text."""
    if isinstance(value, str) and not isinstance(value, ScalarString) and not _PLAIN.fullmatch(value):
        return DoubleQuotedScalarString(value)
    return value


def _prepare(node: Any, step: str | int, following: str | int) -> None:
    """Have a map or a list at `step`, as what follows it asks for; one item becomes a list of one, one limit that of all values."""
    if isinstance(step, int):
        while len(node) <= step:
            node.append(CommentedMap() if node.fa.flow_style() is False else flow_map({}))
        if not isinstance(node[step], (CommentedMap, CommentedSeq)):
            node[step] = flow_map({})
        return
    found = node.get(step)
    if isinstance(following, int):
        if not isinstance(found, CommentedSeq):
            items = [found] if isinstance(found, CommentedMap) else []
            node[step] = CommentedSeq() if step in LONG else flow_list(items)
    elif not isinstance(found, CommentedMap):
        begun = {"default": found} if step == "within" and isinstance(found, str) else {}
        node[step] = CommentedMap(begun) if step in LONG else flow_map(begun)


def _references(tree: Any) -> Counter[int]:
    """How often each map and list is referred to, by its identity; every one is looked into once, whatever refers to it."""
    found: Counter[int] = Counter()
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        for item in node.values() if isinstance(node, CommentedMap) else node:
            if isinstance(item, (CommentedMap, CommentedSeq)):
                found[id(item)] += 1
                if found[id(item)] == 1:
                    waiting.append(item)
    return found


def _untied(node: Any) -> Any:
    if isinstance(node, (CommentedMap, CommentedSeq)):
        node.yaml_set_anchor(None)
        for item in node.values() if isinstance(node, CommentedMap) else node:
            _untied(item)
    elif hasattr(node, "anchor"):
        node.anchor.value = None
    return node


def flow_map(items: dict[str, Any]) -> CommentedMap:
    """A map written on one line."""
    made = CommentedMap(items)
    made.fa.set_flow_style()
    return made


def flow_list(items: Sequence[Any]) -> CommentedSeq:
    """A list written on one line."""
    made = CommentedSeq(items)
    made.fa.set_flow_style()
    return made
