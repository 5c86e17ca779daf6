"""A page of the form of a version: fields for the slots of its sheet, the engine's faults beside the fields they are about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from keepscore.contracts.sheet import Sheet, removal
from keepscore.contracts.slots import CARD, TERMS, Block, Slot, measure_page
from keepscore.engine.clock import CalendarError
from keepscore.engine.clock.terms import read_terms
from keepscore.engine.contract import Fault

SHORT = 12      # characters of a choice that a narrow field shows
TOLD = ("weight", "volume", "effort_hours", "per")      # by a closed block, beside its target


@dataclass(frozen=True, slots=True)
class BlockShown:
    """A block with its fields."""

    block: Block
    rows: tuple[tuple[Any, ...], ...]
    summary: str            # what a closed block says: target and weight
    page: str = ""          # where everything of it is
    remove: Any = None
    has_faults: bool = False


@dataclass(frozen=True, slots=True)
class Stop:
    """A fault in the summary: a field to go to, on this page or another, or a line of the text where no field covers it."""

    text: str
    field_id: str = ""
    page: str = ""          # empty: this one
    line: int = 0


class TermsForm(forms.Form):
    """Takes every word; what is wrong with it the engine has said of the text it was written into."""

    def __init__(self, sheet: Sheet, faults: Sequence[Fault] = (), *, page: str = TERMS) -> None:
        super().__init__({slot.name: slot.value for slot in sheet.slots})
        self.sheet, self.page = sheet, page
        self._mine = [block for block in sheet.blocks if block.page == page]
        self._places: dict[str, list[Slot]] = defaultdict(list)
        for slot in sheet.slots:
            self._places[slot.place].append(slot)
        for slot in {slot.name: slot for block in self._mine for slot in block.slots}.values():
            self.fields[slot.name] = _field(slot)
        for block in sheet.blocks:
            if removal(block) and (block in self._mine or measure_page(block.index) == page):
                self.fields[removal(block)] = forms.BooleanField(required=False, label=_removal_label(block))
        self.is_valid()
        self.stops = tuple(self._place(fault) for fault in faults)

    def blocks(self, *kinds: str) -> list[BlockShown]:
        return [self._shown(block) for block in self._mine if block.kind in kinds]

    def heads(self) -> list[BlockShown]:
        return self.blocks("head", "version")

    def measures(self) -> list[BlockShown]:
        return self.blocks("measure")

    def parts(self) -> list[BlockShown]:
        return self.blocks("part", "area", "card")

    def functions(self) -> list[BlockShown]:
        return self.blocks("function")

    def calendars(self) -> list[BlockShown]:
        return self.blocks("calendar")

    def title(self) -> str:
        """What this page is about, where it is not the page of all terms."""
        if self.page == CARD:
            return _("Areas and grades")
        found = (block.title for block in self.sheet.blocks if block.kind == "measure" and measure_page(block.index) == self.page)
        return next(found, "")

    def removal(self) -> Any:
        """The tick that takes the measure of this page out."""
        name = f"m{self.page.rpartition('-')[2]}-remove"
        return self[name] if self.page != TERMS and name in self.fields else None

    def _shown(self, block: Block) -> BlockShown:
        rows = tuple(tuple(self[slot.name] for slot in row) for row in block.rows)
        remove = self[removal(block)] if removal(block) in self.fields else None
        faulty = any(slot.name in self.errors for slot in block.slots)
        told = [f"{slot.label.lower()} {slot.value}" for slot in block.slots if slot.path[-1] in TOLD or "target" in slot.path]
        page = measure_page(block.index) if block.kind == "measure" else ""
        return BlockShown(block, rows, ", ".join(text for text in told if not text.endswith(" ")), page, remove, faulty)

    def _place(self, fault: Fault) -> Stop:
        slot = self._slot_of(fault)
        said = _said(fault)
        if slot is None:
            return Stop(f"{fault.key}: {said}" if fault.key else said, line=fault.line)
        home = next(block for block in (*self._mine, *self.sheet.blocks) if slot in block.slots)
        text = f"{self._name_of(home)}, {slot.label.lower()}: {said}"
        if slot.name not in self.fields:
            return Stop(text, f"id_{slot.name}", home.page)
        self.add_error(slot.name, said)
        return Stop(text, str(self[slot.name].id_for_label))

    def _name_of(self, home: Block) -> str:
        if home.kind != "part":
            return home.title
        return next(block.title for block in self.sheet.blocks if block.kind == "measure" and block.index == home.index)

    def _slot_of(self, fault: Fault) -> Slot | None:
        """The slot at the fault's place, else the one around it or inside it; one of this page before one of another."""
        exact = self._places.get(fault.key, [])
        if len(exact) > 1 and exact[0].form == "hours":      # the weekdays stand in one map; the one whose words alone are wrong
            return next((slot for slot in exact if slot.value and not _is_hours(slot.value)), exact[0])
        if len(exact) > 1:                                   # an entry: what was found says which side of it
            return next((slot for slot in exact if slot.value == fault.found), exact[-1])
        around = [slot for place, slots in self._places.items() if fault.key.startswith((f"{place}.", f"{place}[")) for slot in slots]
        inside = [slot for place, slots in self._places.items() if fault.key and place.startswith((f"{fault.key}.", f"{fault.key}["))
                  for slot in slots]  # fmt: skip
        close = inside if fault.key.count(".") > 1 else []      # a fault of a whole measure is about no field of it
        found = [*exact, *around, *close]
        return next((slot for slot in found if slot.name in self.fields), next(iter(found), None))


def _removal_label(block: Block) -> str:
    return {
        "measure": _("Take this measure out of the version"), "function": _("Take this function out"),
        "calendar": _("Take these hours out"),
    }[block.kind]  # fmt: skip


def _said(fault: Fault) -> str:
    """A calendar names the day and what was found before it says what is right; at the field both are seen."""
    text = fault.expected
    if fault.key.endswith(".hours") and text.startswith("hours: "):
        text = text.rpartition("; ")[2]
    return text[:1].upper() + text[1:]


def _is_hours(text: str) -> bool:
    try:
        read_terms({"timezone": "UTC", "hours": {"mon": text}})
    except CalendarError as error:
        return "never opens" in str(error)
    return True


def _field(slot: Slot) -> forms.Field:
    if slot.kind == "choice":
        known = dict(slot.options)
        choices = slot.options if slot.value in known else (*slot.options, (slot.value, slot.value))
        attrs = {"class": "wide"} if max(len(word) for _value, word in choices) > SHORT else {}
        return forms.ChoiceField(
            label=slot.label, choices=choices, required=False, help_text=slot.help, widget=forms.Select(attrs=attrs)
        )
    kind = "date" if slot.kind == "date" and _is_day(slot.value) else "text"
    attrs = {"type": kind} | ({"class": "code"} if slot.kind == "code" else {})
    return forms.CharField(label=slot.label, required=False, help_text=slot.help, widget=forms.TextInput(attrs=attrs))


def _is_day(text: str) -> bool:
    """A date field shows nothing for words that are no day; those stay in a field for text."""
    from keepscore.engine.contract.kinds import read_day

    return not text or read_day(text) is not None
