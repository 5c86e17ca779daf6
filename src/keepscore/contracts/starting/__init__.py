"""Contracts to start from: files beside this one, filled in for a client. What is agreed is then written over them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any

from django.utils.translation import gettext_lazy as _
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from keepscore.contracts.writing import ContractFile, flow_map


@dataclass(frozen=True, slots=True)
class Start:
    key: str
    label: Any
    what: Any       # what it holds, for who has to choose


STARTS = (
    Start("managed-it", _("Managed IT service"), _("Service desk, calls, faults, network and patches; limits by priority.")),
    Start("logistics", _("Logistics and delivery"), _("Orders shipped and delivered on the promised day, damages, returns.")),
    Start("staffing", _("Staffing"), _("Shifts filled in time, people who come, replacements, complaints answered.")),
    Start("blank", _("Almost blank"), _("One function and one measure, with comments that say what else there is.")),
)


def first_contract(
    start: str, *, client_key: str, client_name: str, vendor: str, timezone: str, currency: str, first_day: date, ends: date | None
) -> str:
    """The text of a first contract. Names are written so that they can be nothing but text."""
    file = ContractFile((files(__package__) / f"{start}.yaml").read_text(encoding="utf-8"))
    named = {"key": _quoted(client_key), "name": _quoted(client_name), "timezone": timezone}
    file.tree["client"] = flow_map(named)
    file.tree["currency"] = currency
    file.put(("versions", 0, "from"), first_day.isoformat())
    for calendar in (file.get(("versions", 0, "calendars")) or {}).values():
        calendar["timezone"] = timezone
    if vendor:
        file.tree["vendor"] = _quoted(vendor)
    else:
        file.remove(("vendor",))
    if ends is not None:
        file.tree["ends"] = ends.isoformat()
    else:
        file.remove(("ends",))
    return file.text()


def _quoted(text: str) -> DoubleQuotedScalarString:
    return DoubleQuotedScalarString(" ".join(text.split()))
