"""YAML (or JSON) text to a plain tree of maps, lists and texts that knows its lines.

Scalars stay text (`NO` is a country, 1e3 is no number); an empty value, `null` or `~` is None. Nothing is built from
tags, aliases are few, depth is bounded, and every fault found on the way is told together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ruamel.yaml.cyaml import CParser
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from keepscore.engine.contract.model import Fault

MAX_BYTES = 1_000_000
MAX_DEPTH = 30
MAX_ALIASES = 20

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_UNSAFE = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
_PAIR = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}")
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
        self._stack: list[Map | Seq] = []
        self._paths: list[str] = []             # where each of them stands
        self._keys: list[str | None] = []       # the key that waits for its value, per map of the stack
        self._anchors: dict[str, Any] = {}
        self._open: list[str | None] = []       # anchors of the maps and lists of the stack
        self._aliases = 0
        self._root: Any = None

    def document(self, text: str) -> Any:
        parser, documents = CParser(text), 0
        while (event := parser.get_event()) is not None:
            name = type(event).__name__
            line = event.start_mark.line + 1
            if name == "ScalarEvent":
                self._scalar(event, line)
            elif name == "MappingStartEvent" or name == "SequenceStartEvent":
                self._begin(Map(line) if name == "MappingStartEvent" else Seq(line), event, line)
            elif name == "MappingEndEvent" or name == "SequenceEndEvent":
                self._end()
            elif name == "AliasEvent":
                self._alias(event.anchor, line)
            elif name == "DocumentStartEvent":
                documents += 1
                if documents > 1:
                    self._stop(line, "syntax", "a second document", "write one contract a file")
            elif name == "StreamEndEvent":
                break
            if self.stopped:
                return None
        return self._root

    def _scalar(self, event: Any, line: int) -> None:
        self._tag(event, line)
        value = event.value
        if event.style == '"':
            for pattern, code in ((_CONTROL, "control_char"), (_UNSAFE, "unsafe_unicode")):
                if found := pattern.search(value):
                    self._fault(line, code, f"U+{ord(found[0]):04X}", "write the text without this character")
        if self._waits_for_key():
            self._key(value, line)
            return
        if not event.style and value in _NOTHING:
            value = None
        self._place(value, line)
        if event.anchor:
            self._anchors[event.anchor] = value

    def _begin(self, node: Map | Seq, event: Any, line: int) -> None:
        self._tag(event, line)
        if len(self._stack) >= MAX_DEPTH:
            self._stop(line, "depth", f"more than {MAX_DEPTH} levels", f"nest maps and lists at most {MAX_DEPTH} deep")
            return
        if self._waits_for_key():
            self._stop(line, "syntax", "a map or list as a key", "a key is one word or text")
            return
        path = self._path()
        self._place(node, line)
        self._paths.append(path)
        self._stack.append(node)
        self._keys.append(None)
        self._open.append(event.anchor)

    def _end(self) -> None:
        node, anchor = self._stack.pop(), self._open.pop()
        self._keys.pop()
        self._paths.pop()
        if anchor:
            self._anchors[anchor] = node

    def _alias(self, anchor: str, line: int) -> None:
        self._aliases += 1
        if self._aliases > MAX_ALIASES:
            self._stop(line, "alias_bomb", f"more than {MAX_ALIASES} aliases", "write the repeated part out, or put it in defaults.yaml")
        elif anchor in self._open:
            self._stop(line, "alias_bomb", f"*{anchor} inside itself", "write the repeated part out")
        elif anchor not in self._anchors:
            self._stop(line, "syntax", f"*{anchor}", f"there is no &{anchor} above this line")
        elif self._waits_for_key():
            self._key(str(self._anchors[anchor]), line)
        else:
            self._place(self._anchors[anchor], line)

    def _waits_for_key(self) -> bool:
        return bool(self._stack) and isinstance(self._stack[-1], Map) and self._keys[-1] is None

    def _key(self, key: str, line: int) -> None:
        node = self._stack[-1]
        assert isinstance(node, Map)
        if key in node.lines:
            first = node.lines[key]
            self._fault(line, "duplicate_mapping_key", shown(key), f"a key stands once in a map; it is already on line {first}", key)
            key = f"{key}\0{line}"      # read on, and forget the second value
        else:
            node.lines[key] = line
        self._keys[-1] = key

    def _place(self, value: Any, line: int) -> None:
        if not self._stack:
            self._root = value
            return
        node = self._stack[-1]
        if isinstance(node, Seq):
            node.append(value)
            node.lines.append(line)
            return
        key = self._keys[-1]
        assert key is not None
        if "\0" not in key:
            node[key] = value
        self._keys[-1] = None

    def _tag(self, event: Any, line: int) -> None:
        if event.tag:
            self._fault(line, "yaml_tag", shown(event.tag), "tags have no place in a contract; remove the word that begins with !")

    def _path(self, last: str | None = None) -> str:
        """Where the next value stands, such as versions[0].measures[2].target."""
        if not self._stack:
            return ""
        node, key, path = self._stack[-1], last or self._keys[-1], self._paths[-1]
        if isinstance(node, Seq):
            return f"{path}[{len(node)}]"
        key = (key or "").split("\0")[0]
        return f"{path}.{key}" if path and key else path or key

    def _fault(self, line: int, code: str, found: str, expected: str, key: str | None = None) -> None:
        self.faults.append(Fault(line, self._path(key), code, found, expected))

    def _stop(self, line: int, code: str, found: str, expected: str) -> None:
        self._fault(line, code, found, expected)
        self.stopped = True
