"""The form of a version: fields for the slots of its sheet, the engine's faults beside the fields they are about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from keepscore.contracts.added import KINDS
from keepscore.contracts.sheet import Block, Sheet, Slot
from keepscore.engine.clock import CalendarError
from keepscore.engine.clock.terms import read_terms
from keepscore.engine.contract import Fault

PER = [("month", gettext_lazy("month")), ("quarter", gettext_lazy("quarter")), ("half-year", gettext_lazy("half-year")),
       ("year", gettext_lazy("year"))]  # fmt: skip


@dataclass(frozen=True, slots=True)
class BlockShown:
    """A block with its fields."""

    block: Block
    rows: tuple[tuple[Any, ...], ...]
    summary: str            # what a closed block says: target and weight
    remove: Any = None
    has_faults: bool = False


@dataclass(frozen=True, slots=True)
class Stop:
    """A fault in the summary: a field to go to, or a line of the text where no field covers it."""

    text: str
    field_id: str = ""
    line: int = 0


class TermsForm(forms.Form):
    """Takes every word; what is wrong with it the engine has said of the text it was written into."""

    def __init__(self, sheet: Sheet, faults: Sequence[Fault] = ()) -> None:
        values: dict[str, str] = {slot.name: slot.value for slot in sheet.slots}
        super().__init__(values)
        self.sheet = sheet
        for slot in sheet.slots:
            self.fields[slot.name] = _field(slot)
        for block in sheet.blocks:
            if block.kind == "measure":
                self.fields[f"m{block.index}-remove"] = forms.BooleanField(required=False, label=_("Take this measure out of the version"))
        self.is_valid()
        self.stops = tuple(self._place(fault) for fault in faults)

    def blocks(self, kind: str) -> list[BlockShown]:
        return [self._shown(block) for block in self.sheet.blocks if block.kind == kind]

    def heads(self) -> list[BlockShown]:
        return self.blocks("head") + self.blocks("version")

    def measures(self) -> list[BlockShown]:
        return self.blocks("measure")

    def functions(self) -> list[BlockShown]:
        return self.blocks("function")

    def calendars(self) -> list[BlockShown]:
        return self.blocks("calendar")

    def _shown(self, block: Block) -> BlockShown:
        rows = tuple(tuple(self[slot.name] for slot in row) for row in block.rows)
        remove = self[f"m{block.index}-remove"] if block.kind == "measure" else None
        faulty = any(slot.name in self.errors for slot in block.slots)
        told = [f"{slot.label.lower()} {slot.value}" for slot in block.slots if slot.path[-1] == "weight" or "target" in slot.path]
        return BlockShown(block, rows, ", ".join(text for text in told if not text.endswith(" ")), remove, faulty)

    def _place(self, fault: Fault) -> Stop:
        slot = self._slot_of(fault)
        said = _said(fault)
        if slot is None:
            return Stop(f"{fault.key}: {said}" if fault.key else said, line=fault.line)
        self.add_error(slot.name, said)
        title = next(block.title for block in self.sheet.blocks if slot in block.slots)
        return Stop(f"{title}, {slot.label.lower()}: {said}", field_id=str(self[slot.name].id_for_label))

    def _slot_of(self, fault: Fault) -> Slot | None:
        """The slot at the fault's place, else the one inside it or around it."""
        slots = self.sheet.slots
        exact = [slot for slot in slots if slot.place == fault.key]
        if len(exact) > 1:      # the weekdays stand in one map; the one whose words alone are wrong
            return next((slot for slot in exact if slot.value and not _is_hours(slot.value)), exact[0])
        inside = [slot for slot in slots if fault.key and slot.place.startswith((f"{fault.key}.", f"{fault.key}["))]
        around = [slot for slot in slots if fault.key.startswith((f"{slot.place}.", f"{slot.place}["))]
        close = inside if fault.key.count(".") > 1 else []      # a fault of a whole measure is about no field of it
        return next(iter(exact or around or close), None)


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
    if slot.kind == "per":
        known = dict(PER)
        choices = PER if slot.value in known or not slot.value else [*PER, (slot.value, slot.value)]
        return forms.ChoiceField(label=slot.label, choices=choices, required=False)
    kind = "date" if slot.kind == "date" and _is_day(slot.value) else "text"
    attrs = {"type": kind} | ({"class": "code"} if slot.kind == "code" else {})
    return forms.CharField(label=slot.label, required=False, help_text=slot.help, widget=forms.TextInput(attrs=attrs))


def _is_day(text: str) -> bool:
    """A date field shows nothing for words that are no day; those stay in a field for text."""
    from keepscore.engine.contract.kinds import read_day

    return not text or read_day(text) is not None


class AddMeasureForm(forms.Form):
    """A measure of a usual kind to begin from."""

    prefix = "add"

    kind = forms.ChoiceField(label=gettext_lazy("What it says"), choices=KINDS)
    name = forms.CharField(label=gettext_lazy("Name, as it is printed"), max_length=200, error_messages={
        "required": gettext_lazy("A name is needed.")})  # fmt: skip
    sub_area = forms.ChoiceField(label=gettext_lazy("Sub-area"))
    function = forms.ChoiceField(label=gettext_lazy("Function"), required=False)

    def __init__(self, *args: Any, areas: Sequence[tuple[str, str]], functions: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sub_area"].choices = list(areas)
        self.fields["function"].choices = [*functions, ("", gettext_lazy("all records"))]
