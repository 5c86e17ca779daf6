"""The part of a contract that a form covers: each place in its text as a slot with the words that stand there now.

A slot takes any words; whether they are right is the engine's to say, as for the text itself. What was not changed is not
written, so a form that is sent back as it came leaves the text as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext as _
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from keepscore.contracts.week_text import DAYS, by_day, by_hours
from keepscore.contracts.writing import ContractFile, Path, flow_map

Kind = Literal["text", "code", "date", "per", "check"]


@dataclass(frozen=True, slots=True)
class Slot:
    """One place in the text. `name` is the form field's, `value` what stands there; empty: nothing does."""

    name: str
    path: Path
    label: str
    value: str
    kind: Kind = "text"
    help: str = ""

    @property
    def place(self) -> str:
        """The path as the engine's faults write it."""
        text = ""
        for step in self.path:
            text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
        return text


@dataclass(frozen=True, slots=True)
class Block:
    """Slots that belong together: a measure, a function, a calendar."""

    kind: Literal["head", "version", "measure", "function", "calendar"]
    key: str
    title: str
    index: int
    rows: tuple[tuple[Slot, ...], ...]

    @property
    def slots(self) -> tuple[Slot, ...]:
        return tuple(slot for row in self.rows for slot in row)


class Sheet:
    """The form of one version of a contract's text; `version` is its place in the list, None for the head alone."""

    def __init__(self, file: ContractFile, version: int | None) -> None:
        self.file, self.version = file, version
        self.blocks = tuple(self._blocks())

    @property
    def slots(self) -> tuple[Slot, ...]:
        return tuple(slot for block in self.blocks for slot in block.slots)

    def apply(self, values: Mapping[str, str]) -> str:
        """The text with these values in it. Names that are no slot are passed over, slots without a value stay as they are."""
        given = {slot.name: _one_line(values[slot.name]) for slot in self.slots if slot.name in values}
        changed = {slot.name for slot in self.slots if slot.name in given and given[slot.name] != _one_line(slot.value)}
        dropped = [block.index for block in self.blocks if block.kind == "measure" and values.get(f"m{block.index}-remove")]
        if not changed and not dropped:
            return self.file.text()
        for block in self.blocks:
            if any(slot.name in changed for slot in block.slots):
                self._write(block, given, changed)
        for index in reversed(dropped):
            self.file.remove(("versions", self.version or 0, "measures", index))
        return self.file.text()

    # --- reading ---
    def _blocks(self) -> Iterator[Block]:
        head = (self._slot("ends", ("ends",), _("Last day"), "date"), self._slot("notice", ("notice",), _("Notice by"), "date"))
        yield Block("head", "", _("The contract as a whole"), 0, (head,))
        if self.version is None:
            return
        at: Path = ("versions", self.version)
        fee = (self._slot("fee", (*at, "fee", "amount"), _("Fee")), self._slot("fee-per", (*at, "fee", "per"), _("for each"), "per"))
        yield Block("version", "", _("This version"), 0, ((self._slot("from", (*at, "from"), _("First day"), "date"), *fee),))
        for index, measure in self._maps((*at, "measures")):
            yield self._measure((*at, "measures", index), index, measure)
        for index, function in self._maps((*at, "functions")):
            yield self._function((*at, "functions", index), index, function)
        calendars = self.file.get((*at, "calendars"))
        for index, (key, calendar) in enumerate(calendars.items() if isinstance(calendars, CommentedMap) else ()):
            if isinstance(calendar, CommentedMap):
                yield self._calendar((*at, "calendars", str(key)), index, str(key))

    def _maps(self, path: Path) -> Iterator[tuple[int, CommentedMap]]:
        items = self.file.get(path)
        for index, item in enumerate(items if isinstance(items, CommentedSeq) else ()):
            if isinstance(item, CommentedMap):
                yield index, item

    def _slot(self, name: str, path: Path, label: str, kind: Kind = "text", help: str = "") -> Slot:
        value = self.file.get(path)
        return Slot(name, path, label, "" if value is None or isinstance(value, (CommentedMap, CommentedSeq)) else str(value), kind, help)

    def _measure(self, at: Path, index: int, measure: CommentedMap) -> Block:
        m = f"m{index}"
        weight = self._slot(f"{m}-weight", (*at, "weight"), _("Weight"), help=_("1 where nothing is written"))
        first = (self._slot(f"{m}-name", (*at, "name"), _("Name")), *self._target(m, at, measure), weight)
        rows = [first, tuple(self._limits(m, at))]
        rules = self.file.get((*at, "leave_out"))
        count = len(rules) if isinstance(rules, CommentedSeq) else 0
        for n in range(count + 1 if measure.get("fact") is None else 0):
            rule = (*at, "leave_out", n)
            rows.append((
                self._slot(f"{m}-out{n}-where", (*rule, "where"), _("Leave out where"), "code"),
                self._slot(f"{m}-out{n}-reason", (*rule, "reason"), _("Reason, as it is printed")),
            ))  # fmt: skip
        name = str(measure.get("name") or measure.get("key") or "")
        return Block("measure", str(measure.get("key") or ""), name, index, tuple(row for row in rows if row))

    def _target(self, m: str, at: Path, measure: CommentedMap) -> tuple[Slot, ...]:
        if measure.get("fact") is not None:
            return ()
        target = measure.get("target")
        given = target if isinstance(target, CommentedMap) else {}
        if isinstance(given.get("between"), CommentedSeq):
            low, high = (*at, "target", "between", 0), (*at, "target", "between", 1)
            return self._slot(f"{m}-low", low, _("Target, from")), self._slot(f"{m}-high", high, _("Target, to"))
        if given.get("at_most") is not None:
            return (self._slot(f"{m}-target", (*at, "target", "at_most"), _("Target, at most")),)
        return (self._slot(f"{m}-target", (*at, "target", "at_least"), _("Target, at least")),)

    def _limits(self, m: str, at: Path) -> Iterator[Slot]:
        """One limit, or one for each value of the column: those written, and the priorities that have none yet."""
        rule: Path = (*at, "kept_when", "within")
        within = self.file.get(rule)
        if isinstance(within, str):
            yield self._slot(f"{m}-limit", rule, _("Limit"))
        if not isinstance(within, CommentedMap):
            return
        by = self.file.get((*at, "kept_when", "by"))
        listed = self.file.get((*at[:2], "priorities")) if by == "priority" else None
        keys = dict.fromkeys([*map(str, listed if isinstance(listed, CommentedSeq) else ()), *(str(k) for k in within if k != "default")])
        for n, key in enumerate(keys):
            yield self._slot(f"{m}-limit{n}", (*rule, key), _("Limit %(value)s") % {"value": key})
        yield self._slot(f"{m}-limit-default", (*rule, "default"), _("Limit, others"))

    def _function(self, at: Path, index: int, function: CommentedMap) -> Block:
        plans = function.get("planned")
        paths = [(*at, "planned", n) for n in range(len(plans))] if isinstance(plans, CommentedSeq) else [(*at, "planned")]
        rows = []
        for n, path in enumerate(paths):
            f = f"f{index}-{n}"
            rows.append((
                self._slot(f"{f}-volume", (*path, "volume"), _("Records planned")),
                self._slot(f"{f}-effort", (*path, "effort_hours"), _("Hours planned")),
                self._slot(f"{f}-per", (*path, "per"), _("for each"), "per"),
            ))  # fmt: skip
        return Block("function", str(function.get("key") or ""), str(function.get("name") or function.get("key") or ""), index, tuple(rows))

    def _calendar(self, at: Path, index: int, key: str) -> Block:
        c, rows = f"c{index}", []
        days = by_day(self.file.get((*at, "hours")))
        if days is not None:
            rows.append(tuple(
                Slot(f"{c}-{day}", (*at, "hours"), label, days[day], "code") for day, label in zip(DAYS, _weekdays(), strict=True)
            ))  # fmt: skip
        if not isinstance(self.file.get((*at, "holidays")), CommentedSeq):
            country, part = _("Two letters, such as GB; empty: none"), _("Such as ENG; empty: the whole country")
            rows.append((
                self._slot(f"{c}-country", (*at, "holidays", "country"), _("Public holidays of"), help=country),
                self._slot(f"{c}-part", (*at, "holidays", "subdivision"), _("and its part"), help=part),
            ))  # fmt: skip
        return Block("calendar", key, key, index, tuple(rows))

    # --- writing ---
    def _write(self, block: Block, given: Mapping[str, str], changed: set[str]) -> None:
        hours = [slot for slot in block.slots if slot.path[-1] == "hours"]
        for slot in block.slots:
            if slot.name in changed and slot not in hours:
                self._put(slot, given[slot.name])
        if any(slot.name in changed for slot in hours):
            days = {day: given.get(slot.name, slot.value) for day, slot in zip(DAYS, hours, strict=True)}
            before = self.file.get(hours[0].path)
            made = {key: DoubleQuotedScalarString(text) for key, text in by_hours(days).items()}
            is_block = isinstance(before, CommentedMap) and before.fa.flow_style() is False
            self.file.put(hours[0].path, CommentedMap(made) if is_block else flow_map(made))
        self._tidy(block, given)

    def _put(self, slot: Slot, value: str) -> None:
        if "leave_out" in slot.path:
            rules = self.file.get(slot.path[:-2])
            if not isinstance(rules, CommentedSeq):
                self.file.put(slot.path[:-2], CommentedSeq())
                rules = self.file.get(slot.path[:-2])
            if slot.path[-2] == len(rules):
                rules.append(flow_map({}))
        if value:
            self.file.put(slot.path, value)
        elif isinstance(slot.path[-1], int):
            self.file.put(slot.path, DoubleQuotedScalarString(""))
        else:
            self.file.remove(slot.path)

    def _tidy(self, block: Block, given: Mapping[str, str]) -> None:
        """A map whose reason to be is gone goes as a whole; one that has just begun gets the unit it needs."""
        for slot in block.slots:
            if slot.kind == "per" and isinstance(self.file.get(slot.path[:-1]), CommentedMap):
                wanted = ("amount",) if slot.name == "fee-per" else ("volume", "effort_hours")
                self._keep_if(slot.path[:-1], wanted)
                if isinstance(self.file.get(slot.path[:-1]), CommentedMap) and self.file.get(slot.path) is None:
                    self.file.put(slot.path, given.get(slot.name) or "quarter")
        if block.kind == "calendar" and block.rows:
            self._keep_if((*block.slots[0].path[:4], "holidays"), ("country",))
        rules: Path = ("versions", self.version or 0, "measures", block.index, "leave_out")
        if block.kind == "measure" and isinstance(self.file.get(rules), CommentedSeq):
            for n in reversed(range(len(self.file.get(rules)))):
                self._keep_if((*rules, n), ("where", "reason"))
            if not self.file.get(rules):
                self.file.remove(rules)

    def _keep_if(self, path: Path, wanted: tuple[str, ...]) -> None:
        node = self.file.get(path)
        if isinstance(node, CommentedMap) and all(node.get(key) in (None, "") for key in wanted):
            self.file.remove(path)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _weekdays() -> tuple[str, ...]:
    return (_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"))


def sub_areas(file: ContractFile, version: int) -> tuple[tuple[str, str], ...]:
    """Key and name of each sub-area that a measure of this version may stand in."""
    from keepscore.engine.contract.model import default_areas

    areas: Any = file.get(("versions", version, "scorecard", "areas"))
    if not isinstance(areas, CommentedSeq):
        return tuple((sub.key, sub.name) for area in default_areas() for sub in area.sub_areas)
    found = [sub for area in areas if isinstance(area, CommentedMap) for sub in area.get("sub_areas") or ()]
    return tuple((str(sub.get("key")), str(sub.get("name"))) for sub in found if isinstance(sub, CommentedMap))
