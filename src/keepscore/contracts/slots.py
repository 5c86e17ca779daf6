"""One place in a contract's text with the words that stand there now, and how they are shown and written back.

A slot takes any words; whether they are right is the engine's to say, as for the text itself.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from keepscore.contracts.writing import ContractFile, Path

Kind = Literal["text", "code", "date", "choice"]
Form = Literal["scalar", "list", "hours", "key", "item"]      # key and item: the two sides of an entry whose key is free
Options = tuple[tuple[str, str], ...]
Row = tuple["Slot", ...]

TERMS, CARD = "terms", "scorecard"      # pages of the form; each measure has one more
SIDES = ("vendor", "client", "third party")
NONE = "none"


@dataclass(frozen=True, slots=True)
class Slot:
    """`name` is the form field's, `value` what stands at `path`; empty: nothing does."""

    name: str
    path: Path
    label: str
    value: str
    kind: Kind = "text"
    help: str = ""
    options: Options = ()
    form: Form = "scalar"

    @property
    def place(self) -> str:
        """The path as the engine's faults write it."""
        return place_of(self.path)


@dataclass(frozen=True, slots=True)
class Block:
    """Slots that belong together on a page of the form: a measure in short, one of its parts, a function, a calendar, an area."""

    kind: Literal["head", "version", "measure", "part", "function", "calendar", "area", "card"]
    key: str
    title: str
    index: int
    rows: tuple[Row, ...]
    page: str = TERMS

    @property
    def slots(self) -> Row:
        return tuple(slot for row in self.rows for slot in row)


def measure_page(index: int) -> str:
    return f"measure-{index}"


def place_of(path: Path) -> str:
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


class Reader:
    """Makes slots from a text."""

    def __init__(self, file: ContractFile) -> None:
        self.file = file

    def slot(self, name: str, path: Path, label: str, kind: Kind = "text", help: str = "") -> Slot:
        value = self.file.get(path)
        return Slot(name, path, label, "" if value is None or isinstance(value, (CommentedMap, CommentedSeq)) else str(value), kind, help)

    def choice(self, name: str, path: Path, label: str, options: Iterable[tuple[str, str]], usual: str = "") -> Slot:
        """A list to choose from; `usual` is what its first, empty choice stands for."""
        value = self.slot(name, path, label).value
        return Slot(name, path, label, "" if value == usual else value, "choice", options=tuple(options))

    def yes_no(self, name: str, path: Path, label: str, help: str = "") -> Slot:
        found = self.slot(name, path, label)
        options = (("", _("no")), ("true", _("yes")))
        return Slot(name, path, label, "" if found.value == "false" else found.value, "choice", help, options)

    def words(self, name: str, path: Path, label: str, help: str = "") -> Slot:
        """A list of words in one field, a comma between two."""
        node = self.file.get(path)
        text = listed(map(str, node)) if isinstance(node, CommentedSeq) else str(node or "")
        return Slot(name, path, label, text, "code", help, form="list")

    def sides(self, name: str, path: Path, label: str) -> Slot:
        """Whose pauses count, as one choice; those of the client where nothing is written."""
        node = self.file.get(path)
        given = [str(item) for item in node] if isinstance(node, CommentedSeq) else [str(node)] if node else ["client"]
        known = [side for side in SIDES if side in given]
        value = listed(known if set(known) == set(given) else given) or NONE
        return Slot(name, path, label, "" if value == "client" else value, "choice", options=_sides(), form="list")

    def maps(self, path: Path) -> Iterator[tuple[int, CommentedMap]]:
        items = self.file.get(path)
        for index, item in enumerate(items if isinstance(items, CommentedSeq) else ()):
            if isinstance(item, CommentedMap):
                yield index, item

    def count(self, path: Path) -> int:
        """How many items the list at a path has."""
        items = self.file.get(path)
        return len(items) if isinstance(items, CommentedSeq) else 0

    def entries(
        self, name: str, path: Path, labels: tuple[str, str], *, free: int, kinds: tuple[Kind, Kind] = ("text", "text")
    ) -> list[Row]:
        """A map whose keys are free: a row for each entry, and `free` rows for more."""
        node = self.file.get(path)
        keys = [str(key) for key in node] if isinstance(node, CommentedMap) else []
        rows: list[Row] = []
        for n, key in enumerate([*keys, *[""] * free]):
            value = self.file.get((*path, key)) if n < len(keys) else None
            text = "" if value is None or isinstance(value, (CommentedMap, CommentedSeq)) else str(value)
            rows.append((Slot(f"{name}{n}-key", (*path, key), labels[0], key, kinds[0], form="key"),
                         Slot(f"{name}{n}", (*path, key), labels[1], text, kinds[1], form="item")))  # fmt: skip
        return rows


def listed(items: Iterable[str]) -> str:
    """Words with commas between them; a word that has a comma of its own stands in quotes."""
    return ", ".join(f'"{item.replace(chr(34), chr(34) * 2)}"' if "," in item or '"' in item or not item else item for item in items)


def unlisted(text: str) -> list[str]:
    found = next(csv.reader([text], skipinitialspace=True), []) if text else []
    return [item.strip() for item in found if item.strip()]


def one_line(text: str) -> str:
    return " ".join(text.split())


def _sides() -> Options:
    return (
        ("", _("the client's")), ("vendor", _("ours")), ("third party", _("a third party's")),
        ("vendor, client", _("ours and the client's")),
        ("client, third party", _("the client's and a third party's")), ("vendor, third party", _("ours and a third party's")),
        (listed(SIDES), _("everybody's")), (NONE, _("nobody's")),
    )  # fmt: skip


def per_options() -> Options:
    return (("", _("choose")), ("month", _("month")), ("quarter", _("quarter")), ("half-year", _("half-year")), ("year", _("year")))
