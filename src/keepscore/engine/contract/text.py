"""YAML (or JSON) text to a plain tree of maps, lists and texts that knows its lines.

Scalars stay text (`NO` is a country, 1e3 is no number); an empty value, `null` or `~` is None. Nothing is built from
tags, aliases are few, depth is bounded, and every fault found on the way is told together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ruamel.yaml.cyaml import CParser  # type: ignore[attr-defined]
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from keepscore.engine.contract.model import Fault

MAX_BYTES = 1_000_000
MAX_DEPTH = 30
MAX_ALIASES = 20

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_UNSAFE = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
_PAIR = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
_AGAIN = "\0again"      # marks a key that stood before; no key of a file can hold it
_NOTHING = {"", "~", "null", "Null", "NULL"}


class Map(dict[str, Any]):
    """A mapping; `lines` has the line of each key, `at` its own. `origin` names another file that a key came from."""

    __slots__ = ("at", "lines", "origin")

    def __init__(self, at: int = 1) -> None:
        self.at = at
        self.lines: dict[str, int] = {}
        self.origin: dict[str, str] = {}


class Seq(list[Any]):
    """A list; `lines` has the line of each item."""

    __slots__ = ("at", "lines")

    def __init__(self, at: int = 1) -> None:
        self.at = at
        self.lines: list[int] = []


def shown(value: object) -> str:
    """What was found, in at most 60 characters, controls shown."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a map with " + shown(", ".join(map(str, value)))[:45] if value else "an empty map"
    if isinstance(value, (list, tuple)):
        return f"a list of {len(value)}"
    text = "".join(c if c.isprintable() else repr(c)[1:-1] for c in str(value)[:100])
    return text if len(text) <= 60 else text[:59] + "…"


def read_bytes(raw: bytes) -> tuple[str, tuple[Fault, ...]]:
    """The text of a file; UTF-8, with or without a byte-order mark."""
    if len(raw) > MAX_BYTES:
        return "", (Fault(1, "", "too_large", f"{len(raw):,} bytes", f"a contract file has at most {MAX_BYTES:,} bytes"),)
    try:
        return raw.decode("utf-8-sig"), ()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return "", (Fault(line, "", "encoding", f"byte {raw[error.start]:#04x}", "save the file as UTF-8"),)


def read_tree(text: str) -> tuple[Map | None, tuple[Fault, ...]]:
    """The tree of one document, None where it cannot be read, and all faults of its writing."""
    faults = list(_unsafe(text))
    if len(text.encode("utf-8", "replace")) > MAX_BYTES:
        return None, (Fault(1, "", "too_large", f"{len(text):,} characters", f"a contract file has at most {MAX_BYTES:,} bytes"),)
    if faults:
        return None, tuple(faults)
    builder = _Builder()
    try:
        tree = builder.document(_yaml(text))
    except YAMLError as error:
        return None, (*builder.faults, _syntax(error))
    if builder.stopped:
        return None, tuple(builder.faults)
    if not isinstance(tree, Map):
        found = "an empty file" if tree is None else shown(tree)
        code = "empty" if tree is None else "schema"
        builder.faults.append(Fault(1, "", code, found, "a contract begins with keys such as keepscore: 1, client and versions"))
        return None, tuple(builder.faults)
    return tree, tuple(builder.faults)


def _unsafe(text: str) -> Iterator[Fault]:
    for pattern, code, name in (
        (_CONTROL, "control_char", "control characters have no place in a contract"),
        (_UNSAFE, "unsafe_unicode", "characters that turn the direction of writing have no place in a contract"),
    ):
        for match in pattern.finditer(text):
            line = len(re.findall(r"\r\n|[\n\r]", text[: match.start()])) + 1
            yield Fault(line, "", code, f"U+{ord(match[0]):04X}", name)


def _yaml(text: str) -> str:
    """JSON's tabs and surrogate pairs, which YAML does not know, in YAML's words."""
    if not text.lstrip().startswith("{"):
        return text
    pairs = _PAIR.sub(lambda m: m[0].encode().decode("unicode_escape").encode("utf-16", "surrogatepass").decode("utf-16"), text)
    return pairs.replace("\t", " ")


def _syntax(error: YAMLError) -> Fault:
    mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
    problem = (error.problem if isinstance(error, MarkedYAMLError) else None) or "unreadable text"
    hint = "check indentation, colons and quotes here; put quotes around text with : or #"
    if "tab" in problem or "cannot start any token" in problem:
        hint = "indent with spaces, never tabs, and put quotes around text that begins with a sign such as % or @"
    return Fault(mark.line + 1 if mark else 1, "", "syntax", shown(problem), hint)


class _Builder:
    """Builds the tree from the parser's events with a stack of its own, so that depth costs nothing."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.stopped = False
        self._node: Map | Seq | None = None     # the map or list being filled
        self._key: str | None = None            # the key in it that waits for its value
        self._stack: list[tuple[Map | Seq | None, str | None, str | None]] = []     # those around it, with key and own anchor
        self._anchors: dict[str, Any] = {}
        self._aliases = 0
        self._documents = 0
        self._root: Any = None

    def document(self, text: str) -> Any:
        """Read on to the end, or to the first thing that makes reading on useless."""
        next_event = CParser(text).get_event
        while not self.stopped:
            event = next_event()
            kind = type(event)
            if kind is ScalarEvent:
                self._scalar(event)
            elif kind is MappingStartEvent:
                self._begin(Map(event.start_mark.line + 1), event)
            elif kind is SequenceStartEvent:
                self._begin(Seq(event.start_mark.line + 1), event)
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                self._end()
            elif kind is AliasEvent:
                self._alias(event.anchor, event.start_mark.line + 1)
            elif kind is DocumentStartEvent:
                self._documents += 1
                if self._documents > 1:
                    self._stop(event.start_mark.line + 1, "syntax", "a second document", "write one contract a file")
            elif kind is StreamEndEvent:
                break
        return self._root

    def _scalar(self, event: Any) -> None:
        value, line, node = event.value, event.start_mark.line + 1, self._node
        if event.tag:
            self._tag(event, line)
        if event.style == '"':
            self._escaped(value, line)
        if self._key is None and type(node) is Map:
            self._begin_key(node, value, line)
            return
        if not event.style and value in _NOTHING:
            value = None
        self._place(value, line)
        if event.anchor:
            self._anchors[event.anchor] = value

    def _escaped(self, value: str, line: int) -> None:
        for pattern, code in ((_CONTROL, "control_char"), (_UNSAFE, "unsafe_unicode")):
            if found := pattern.search(value):
                self._fault(line, code, f"U+{ord(found[0]):04X}", "write the text without this character")

    def _begin(self, node: Map | Seq, event: Any) -> None:
        if event.tag:
            self._tag(event, node.at)
        if len(self._stack) >= MAX_DEPTH:
            self._stop(node.at, "depth", f"more than {MAX_DEPTH} levels", f"nest maps and lists at most {MAX_DEPTH} deep")
        elif self._key is None and type(self._node) is Map:
            self._stop(node.at, "syntax", "a map or list as a key", "a key is one word or text")
        else:
            self._stack.append((self._node, self._key, event.anchor))
            self._node, self._key = node, None

    def _end(self) -> None:
        node = self._node
        assert node is not None
        self._node, self._key, anchor = self._stack.pop()
        self._place(node, node.at)
        if anchor:
            self._anchors[anchor] = node

    def _alias(self, anchor: str, line: int) -> None:
        self._aliases += 1
        if self._aliases > MAX_ALIASES:
            self._stop(line, "alias_bomb", f"more than {MAX_ALIASES} aliases", "write the repeated part out, or put it in defaults.yaml")
        elif any(anchor == opened for _, _, opened in self._stack):
            self._stop(line, "alias_bomb", f"*{anchor} inside itself", "write the repeated part out")
        elif anchor not in self._anchors:
            self._stop(line, "syntax", f"*{anchor}", f"there is no &{anchor} above this line")
        elif self._key is None and type(self._node) is Map:
            self._begin_key(self._node, str(self._anchors[anchor]), line)
        else:
            self._place(self._anchors[anchor], line)

    def _begin_key(self, node: Map, key: str, line: int) -> None:
        if key in node.lines:
            first = node.lines[key]
            self._fault(line, "duplicate_mapping_key", shown(key), f"a key stands once in a map; it is already on line {first}", key)
            key = f"{key}{_AGAIN}"      # read on, and forget the second value
        else:
            node.lines[key] = line
        self._key = key

    def _place(self, value: Any, line: int) -> None:
        node = self._node
        if node is None:
            self._root = value
        elif type(node) is Map:
            assert self._key is not None
            if not self._key.endswith(_AGAIN):
                node[self._key] = value
            self._key = None
        else:
            assert isinstance(node, Seq)
            node.append(value)
            node.lines.append(line)

    def _tag(self, event: Any, line: int) -> None:
        self._fault(line, "yaml_tag", shown(event.tag), "tags have no place in a contract; remove the word that begins with !")

    def _path(self, last: str | None) -> str:
        """Where the next value stands, such as versions[0].measures[2].target."""
        path = ""
        for node, key in (*((node, key) for node, key, _ in self._stack), (self._node, last or self._key)):
            if isinstance(node, Seq):
                path += f"[{len(node)}]"
            elif key is not None:
                path += f".{key.removesuffix(_AGAIN)}"
        return path.lstrip(".")

    def _fault(self, line: int, code: str, found: str, expected: str, key: str | None = None) -> None:
        self.faults.append(Fault(line, self._path(key), code, found, expected))

    def _stop(self, line: int, code: str, found: str, expected: str) -> None:
        self._fault(line, code, found, expected)
        self.stopped = True
