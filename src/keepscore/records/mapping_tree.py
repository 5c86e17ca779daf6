"""YAML as plain text trees with lines: no tags, no aliases, no twice-named keys, no depth beyond reason."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml.cyaml import CParser  # type: ignore[attr-defined]
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from keepscore.engine.contract.model import Fault
from keepscore.records.checks.errors import shown

DEPTH, SIZE = 12, 1_000_000
_STANDARD = re.compile(r"tag:yaml\.org,2002:(str|map|seq)")
Path = tuple[str | int, ...]


@dataclass
class Tree:
    """The document as dicts, lists, texts and None; `lines` gives the line of each path, from 1."""

    value: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """The line of a path, or of the nearest part above it that is written."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_tree(text: str) -> Tree:
    """Never raises: what is wrong is in `faults`."""
    tree = Tree()
    if len(text) > SIZE:
        tree.faults.append(Fault(1, "", "depth", f"{len(text):,} characters", f"a file of at most {SIZE:,} characters"))
        return tree
    try:
        _build(tree, text)
    except _Stop as stop:
        tree.faults.append(stop.fault)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        found = shown(str(error.problem or error.context or "something else"))
        tree.faults.append(Fault(mark.line + 1 if mark else 1, "", "syntax", found, "YAML: `key: value`, indented by spaces"))
    except (YAMLError, ValueError, RecursionError) as error:
        line = text[: getattr(error, "position", 0) or 0].count("\n") + 1
        tree.faults.append(Fault(line, "", "syntax", shown(str(error).splitlines()[0]), "YAML in UTF-8 without control characters"))
    return tree


class _Stop(Exception):
    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(str(fault))


@dataclass
class _Open:
    """A mapping or list that is being read."""

    value: dict[str, Any] | list[Any]
    path: Path
    key: str | None = None


def _build(tree: Tree, text: str) -> None:
    stack: list[_Open] = []
    documents = 0
    for event in iter(CParser(text).get_event, None):
        if isinstance(event, StreamEndEvent):
            break
        line = event.start_mark.line + 1
        if isinstance(event, DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise _Stop(Fault(line, "", "syntax", "a second document", "one document in a file"))
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            stack.pop()
        elif isinstance(event, NodeEvent):
            _node(tree, stack, event, line)


def _node(tree: Tree, stack: list[_Open], event: NodeEvent, line: int) -> None:
    where = dotted(stack[-1].path) if stack else ""
    if isinstance(event, AliasEvent):
        raise _Stop(Fault(line, where, "alias_bomb", f"*{shown(event.anchor)}", "the value itself; anchors and aliases are not read"))
    tag = getattr(event, "tag", None)
    if tag and not _STANDARD.fullmatch(str(tag)):
        raise _Stop(Fault(line, where, "yaml_tag", shown(str(tag)), "a plain value without a tag"))
    if isinstance(event, ScalarEvent):
        plain = event.style is None or event.style == ""
        _put(tree, stack, None if plain and event.value == "" else event.value, line)
        return
    value: dict[str, Any] | list[Any] = {} if isinstance(event, MappingStartEvent) else []
    assert isinstance(event, MappingStartEvent | SequenceStartEvent)
    path = _put(tree, stack, value, line)
    stack.append(_Open(value, path))
    if len(stack) > DEPTH:
        raise _Stop(Fault(line, dotted(path[:3]), "depth", f"more than {DEPTH} levels", f"at most {DEPTH} levels"))


def _put(tree: Tree, stack: list[_Open], value: Any, line: int) -> Path:
    """Hangs a value into what is being read; gives its path."""
    if not stack:
        tree.value, tree.lines[()] = value, line
        return ()
    top = stack[-1]
    if isinstance(top.value, list):
        path: Path = (*top.path, len(top.value))
        top.value.append(value)
    elif top.key is None:
        if isinstance(value, dict | list):
            raise _Stop(Fault(line, dotted(top.path), "syntax", "a list or mapping as a key", "a name as a key"))
        top.key = "" if value is None else str(value)
        if top.key in top.value:
            tree.faults.append(Fault(line, dotted((*top.path, top.key)), "duplicate_mapping_key", shown(top.key), "each key once"))
        tree.lines[(*top.path, top.key)] = line
        return top.path
    else:
        path = (*top.path, top.key)
        top.value[top.key] = value
        top.key = None
    tree.lines.setdefault(path, line)
    return path


def dotted(path: Path) -> str:
    """A path as a person writes it, such as fields.client or join[0].file."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return shown(text)
