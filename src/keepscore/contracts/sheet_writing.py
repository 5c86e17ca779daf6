"""Changed slots written into the text: one place each, and what is left hollow taken out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from keepscore.contracts.slots import NONE, Slot, unlisted
from keepscore.contracts.week_text import DAYS, by_hours
from keepscore.contracts.writing import ContractFile, Path, flow_list, flow_map, key_of

RULES = ("kept_when", "value", "availability", "reported", "fact", "within")     # stay, though they may be empty
ITEMS = ("measures", "functions", "calendars")                                  # are taken out by a tick of their own
Given = Mapping[str, str]


def write(file: ContractFile, slots: Sequence[Slot], given: Given, changed: set[str]) -> None:
    """Write the slots whose names are `changed`; of the others only what stands in one map with them is looked at."""
    for slot in slots:
        if slot.name in changed and slot.form in ("scalar", "list"):
            _put(file, slot, given[slot.name])
    for forms, put in ((("hours",), _put_hours), (("key", "item"), _put_entries)):
        mine = [slot for slot in slots if slot.form in forms]
        for _place, group in groupby(mine, key=lambda slot: slot.path if slot.form == "hours" else slot.path[:-1]):
            together = list(group)
            if any(slot.name in changed for slot in together):
                put(file, together, given)
    _tidy(file, (slot.path for slot in slots if slot.name in changed))


def _put(file: ContractFile, slot: Slot, value: str) -> None:
    if slot.form == "list" and value:
        _put_words(file, slot.path, [] if value == NONE else unlisted(value))
    elif value:
        file.put(slot.path, value)
    elif isinstance(slot.path[-1], int):
        file.put(slot.path, DoubleQuotedScalarString(""))
    else:
        file.remove(slot.path)


def _put_words(file: ContractFile, path: Path, words: list[str]) -> None:
    """A list keeps what stays in it where it stands, with its comments."""
    found = file.get(path)
    before = [str(item) for item in found] if isinstance(found, CommentedSeq) else []
    kept = [word for word in before if word in words]
    if not before or words[: len(kept)] != kept:
        file.put(path, flow_list([DoubleQuotedScalarString(word) if "," in word else word for word in words]))
        return
    for n in reversed([n for n, word in enumerate(before) if word not in words]):
        file.remove((*path, n))
    for word in words[len(kept):]:
        file.put((*path, len(file.get(path))), word)


def _put_hours(file: ContractFile, slots: Sequence[Slot], given: Given) -> None:
    path = slots[0].path
    days = {day: given.get(slot.name, slot.value) for day, slot in zip(DAYS, slots, strict=True)}
    before = file.get(path)
    made = {key: DoubleQuotedScalarString(text) for key, text in by_hours(days).items()}
    is_block = isinstance(before, CommentedMap) and before.fa.flow_style() is False
    file.put(path, CommentedMap(made) if is_block else flow_map(made))


def _put_entries(file: ContractFile, slots: Sequence[Slot], given: Given) -> None:
    """Entries of a map whose keys are free: renamed, changed, taken out where both sides are empty, added."""
    path: Path = slots[0].path[:-1]
    renamed: dict[str, str] = {}
    added: list[tuple[str, str]] = []
    has_free_keys = path[-1] != "within"        # there the form names the other keys itself
    for key_slot, slot in zip(slots[::2], slots[1::2], strict=True):
        key, value = given.get(key_slot.name, key_slot.value), given.get(slot.name, slot.value)
        is_written = file.get(slot.path) is not None
        if not is_written and (key or value):
            added.append((key, value))
        elif is_written and not key and not value:
            file.remove(slot.path)
        elif is_written:
            if value != slot.value:
                file.put(slot.path, value or DoubleQuotedScalarString(""))
            renamed[str(slot.path[-1])] = key
    if any(old != new for old, new in renamed.items()):
        _rename(file.get(path), renamed)
    for key, value in added:
        taken = file.get(path) or {}
        file.put((*path, _free(key, taken) if has_free_keys else key), value or DoubleQuotedScalarString(""))


def _rename(node: CommentedMap, names: Mapping[str, str]) -> None:
    """Other keys for the same values, in the same order, with their comments."""
    items, comments = list(node.items()), dict(node.ca.items)
    for key, _value in items:
        del node[key]
    node.ca.items.clear()
    for key, value in items:
        new = _free(names.get(key, key), node)
        node[key_of(new)] = value
        if key in comments:
            node.ca.items[new] = comments[key]


def _free(key: str, taken: Mapping[str, Any]) -> str:
    """A key that stands once: a second one like it is kept too, for the engine to refuse."""
    while key in taken:
        key += "?"
    return key


def _tidy(file: ContractFile, paths: Iterable[Path]) -> None:
    """Maps and lists around changed places that say nothing any more go as a whole, the inner ones and the later ones first."""
    around = {path[:n] for path in paths for n in range(3, len(path))}
    for path in sorted(around, key=lambda path: (len(path), [step if isinstance(step, int) else 0 for step in path]), reverse=True):
        node = file.get(path)
        if isinstance(node, (CommentedMap, CommentedSeq)) and _is_hollow(node) and not _stays(path):
            file.remove(path)


def _stays(path: Path) -> bool:
    return path[-1] in RULES or path[-2] in ITEMS


def _is_hollow(node: CommentedMap | CommentedSeq) -> bool:
    if isinstance(node, CommentedSeq):
        return all(item in (None, "") for item in node)
    return all(value in (None, "") or key in ("per", "subdivision") for key, value in node.items())
