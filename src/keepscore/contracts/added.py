"""A measure of a usual kind, a function, service hours, areas: put into a version as text that can then be changed."""

from __future__ import annotations

import copy
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from keepscore.contracts.writing import ContractFile, flow_map
from keepscore.engine.contract.model import default_areas

KINDS = (
    ("limit", _("Done within a limit of service time")), ("promise", _("Done by the promised moment")),
    ("value", _("Time that 90% of the work takes at most")), ("available", _("Something is up")),
    ("reported", _("A figure that is reported")), ("fact", _("So many of so many")),
)  # fmt: skip


def add_measure(file: ContractFile, version: int, *, kind: str, name: str, sub_area: str, function: str) -> int:
    """Add it behind the others; its place among them."""
    where = ("versions", version, "measures")
    if not isinstance(file.get(where), CommentedSeq):
        file.put(where, CommentedSeq())
    measures = file.get(where)
    made = CommentedMap({"key": _key(name, measures), "name": DoubleQuotedScalarString(name), "sub_area": sub_area})
    if function and kind in ("limit", "promise", "value"):
        made["count"] = flow_map({"function": function})
    made.update(_rule(kind, _calendar(file, version)))
    measures.append(made)
    return len(measures) - 1


def add_function(file: ContractFile, version: int, *, key: str, name: str) -> None:
    """Add a function behind the others, without a plan."""
    where = ("versions", version, "functions")
    if not isinstance(file.get(where), CommentedSeq):
        file.put(where, CommentedSeq())
    file.put((*where, len(file.get(where)), "key"), key)
    file.put((*where, len(file.get(where)) - 1, "name"), name)


def add_calendar(file: ContractFile, version: int, *, key: str) -> None:
    """Add service hours: those of an office in the client's time zone."""
    zone = str(file.get(("client", "timezone")) or "UTC")
    hours = flow_map({"mon-fri": DoubleQuotedScalarString("09:00-17:00")})
    where = ("versions", version, "calendars")
    if not isinstance(file.get(where), CommentedMap):
        file.put(where, CommentedMap())
    file.put((*where, key), CommentedMap({"timezone": zone, "hours": hours}))


def write_areas(file: ContractFile, version: int, areas: Any = None) -> None:
    """Write the areas that hold without being written, so that they can be changed."""
    if areas is None:
        made = CommentedSeq(CommentedMap({
            "key": area.key, "name": DoubleQuotedScalarString(area.name),
            "sub_areas": CommentedSeq(flow_map({"key": sub.key, "name": DoubleQuotedScalarString(sub.name)}) for sub in area.sub_areas),
        }) for area in default_areas())  # fmt: skip
    else:
        made = copy.deepcopy(areas)
    file.put(("versions", version, "scorecard", "areas"), made)


def _key(name: str, measures: Any) -> str:
    taken = {str(measure.get("key")) for measure in measures if isinstance(measure, CommentedMap)}
    base = slugify(name)[:80] or "measure"
    return next(key for key in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if key not in taken)


def _calendar(file: ContractFile, version: int) -> dict[str, str]:
    calendars = file.get(("versions", version, "calendars"))
    return {"calendar": str(next(iter(calendars)))} if isinstance(calendars, CommentedMap) and calendars else {}


def _rule(kind: str, calendar: dict[str, str]) -> dict[str, Any]:
    rules: dict[str, dict[str, Any]] = {
        "limit": {"kept_when": flow_map({"within": "8h", **calendar}), "target": flow_map({"at_least": "95%"})},
        "promise": {"kept_when": "resolved_at <= due_at", "target": flow_map({"at_least": "95%"})},
        "value": {"value": flow_map({"percentile": "90", **calendar}), "target": flow_map({"at_most": "16h"})},
        "available": {"availability": flow_map({"component": "name-it"}), "target": flow_map({"at_least": "99.9%"})},
        "reported": {"reported": flow_map({"unit": "%"}), "target": flow_map({"at_least": "90%"})},
        "fact": {"fact": flow_map({"unit": "items"})},
    }
    return rules[kind]
