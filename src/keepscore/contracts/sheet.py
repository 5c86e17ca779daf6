"""The form of a contract: each place in its text as a slot with the words that stand there now.

A slot takes any words; whether they are right is the engine's to say, as for the text itself. What was not changed is not
written, so a form that is sent back as it came leaves the text as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from keepscore.contracts import sheet_rest
from keepscore.contracts.sheet_measure import MeasureSlots
from keepscore.contracts.sheet_writing import write
from keepscore.contracts.slots import Block, Options, Reader, Row, Slot, one_line
from keepscore.contracts.writing import CannotWrite, ContractFile, Path
from keepscore.engine.contract.model import default_areas

REMOVED = {"measure": ("m", "measures"), "function": ("f", "functions"), "calendar": ("c", "calendars")}


class Sheet:
    """The form of one version of a contract's text; `version` is its place in the list, None for the head alone.

    `defaults` is the text of the vendor-wide defaults, whose calendars and areas may be chosen too.
    """

    def __init__(self, file: ContractFile, version: int | None, *, defaults: str = "") -> None:
        self.file, self.version = file, version
        self._read, self._defaults = Reader(file), defaults
        self.blocks = tuple(self._blocks())

    @cached_property
    def slots(self) -> Row:
        """Every slot once, though it stands on two pages."""
        return tuple({slot.name: slot for block in self.blocks for slot in block.slots}.values())

    @cached_property
    def pages(self) -> frozenset[str]:
        return frozenset(block.page for block in self.blocks)

    def apply(self, values: Mapping[str, str]) -> str:
        """The text with these values in it. Names that are no slot are passed over, slots without a value stay as they are."""
        given = {slot.name: one_line(values[slot.name]) for slot in self.slots if slot.name in values}
        changed = {slot.name for slot in self.slots if slot.name in given and given[slot.name] != one_line(slot.value)}
        changed -= {slot.name for slot in self.slots if slot.path[-1] == "per" and self._stands_alone(slot, given)}
        dropped = [block for block in self.blocks if values.get(removal(block))] if self.version is not None else []
        if not changed and not dropped:
            return self.file.source
        write(self.file, self.slots, given, changed)
        for block in reversed(dropped):
            self._remove(block)
        return self.file.text()

    def _stands_alone(self, unit: Slot, given: Mapping[str, str]) -> bool:
        """A unit without the figure it is for is not written for nothing."""
        beside = [slot for slot in self.slots if slot.path[:-1] == unit.path[:-1] and slot is not unit]
        return not any(given.get(slot.name, slot.value) for slot in beside)

    def _remove(self, block: Block) -> None:
        kind: Path = ("versions", self.version or 0, REMOVED[block.kind][1])
        self.file.remove((*kind, block.key if block.kind == "calendar" else block.index))
        if not self.file.get(kind):
            self.file.remove(kind)

    # --- reading ---
    def _blocks(self) -> Iterator[Block]:
        yield sheet_rest.head(self._read)
        if self.version is None:
            return
        at: Path = ("versions", self.version)
        yield sheet_rest.version(self._read, at)
        calendars = tuple((key, key) for key in calendar_keys(self.file, self.version, self._defaults))
        functions = tuple(
            (str(node.get("key")), str(node.get("name") or node.get("key"))) for _n, node in self._read.maps((*at, "functions"))
        )
        areas = sub_areas(self.file, self.version, self._defaults)
        for index, _node in self._read.maps((*at, "measures")):
            slots = MeasureSlots(
                self._read, (*at, "measures", index), index, calendars=calendars, functions=functions, sub_areas=areas
            )
            yield from slots.blocks()
        for index, node in self._read.maps((*at, "functions")):
            yield sheet_rest.function(self._read, (*at, "functions", index), index, node, calendars)
        own = self.file.get((*at, "calendars"))
        for index, (key, calendar) in enumerate(own.items() if isinstance(own, CommentedMap) else ()):
            if isinstance(calendar, CommentedMap):
                yield sheet_rest.calendar(self._read, (*at, "calendars", str(key)), index)
        yield from sheet_rest.card(self._read, at)


def removal(block: Block) -> str:
    """The name of the tick that takes a measure, a function or a calendar out."""
    return f"{REMOVED[block.kind][0]}{block.index}-remove" if block.kind in REMOVED else ""


def sub_areas(file: ContractFile, version: int, defaults: str = "") -> Options:
    """Key and name of each sub-area that a measure of this version may stand in."""
    found = areas_in_effect(file, version, defaults)
    if found is None:
        return tuple((sub.key, sub.name) for area in default_areas() for sub in area.sub_areas)
    below = [sub for area in found if isinstance(area, CommentedMap) for sub in area.get("sub_areas") or ()]
    return tuple((str(sub.get("key")), str(sub.get("name"))) for sub in below if isinstance(sub, CommentedMap))


def areas_in_effect(file: ContractFile, version: int, defaults: str = "") -> CommentedSeq | None:
    """The areas that are written for a version, here or for the vendor; None: the usual ones hold."""
    for found in (file.get(("versions", version, "scorecard", "areas")), _of(defaults, ("scorecard", "areas"))):
        if isinstance(found, CommentedSeq):
            return found
    return None


def calendar_keys(file: ContractFile, version: int, defaults: str = "") -> tuple[str, ...]:
    found = [file.get(("versions", version, "calendars")), _of(defaults, ("calendars",))]
    return tuple(dict.fromkeys(str(key) for node in found if isinstance(node, CommentedMap) for key in node))


def _of(defaults: str, path: Path) -> object:
    try:
        return ContractFile(defaults).get(path) if defaults.strip() else None
    except CannotWrite:
        return None
