"""The fields of each table, and what each holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

TableName = Literal["records", "pauses", "outages", "values"]
Kind = Literal[
    "reference", "client", "function", "text", "side", "moment", "promise", "quantity", "effort", "number", "boolean"
]

KINDS: Mapping[str, Mapping[str, Kind]] = {
    "records": {
        "reference": "reference", "client": "client", "function": "function", "opened_at": "moment", "due_at": "promise",
        "resolved_at": "moment", "cancelled_at": "moment", "priority": "text", "site": "text", "quantity_ordered": "quantity",
        "quantity_delivered": "quantity", "accepted": "boolean", "effort_minutes": "effort", "in_scope": "boolean",
    },
    "pauses": {"reference": "reference", "started_at": "moment", "ended_at": "moment", "reason": "text", "side": "side"},
    "outages": {
        "reference": "reference", "client": "client", "component": "text", "started_at": "moment", "ended_at": "moment",
        "planned": "boolean",
    },
    "values": {"client": "client", "measure": "text", "at": "moment", "value": "number", "of": "number", "note": "text"},
}
# Fields without which a row means nothing.
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "records": ("reference", "client", "opened_at"),
    "pauses": ("reference", "started_at", "side"),
    "outages": ("reference", "client", "component", "started_at"),
    "values": ("client", "measure", "at", "value"),
}
# Columns that make a row unique inside its source.
KEYS: Mapping[str, tuple[str, ...]] = {
    "records": ("source", "reference"),
    "pauses": ("source", "reference", "started_at"),
    "outages": ("source", "reference"),
    "values": ("client", "measure", "at"),
}
# What a blank boolean stands for where the table has no unknown.
BLANK_BOOLEAN: Mapping[str, bool] = {"in_scope": True, "planned": False}
# Earlier and later moments of one row.
ORDERED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "records": (("opened_at", "due_at"), ("opened_at", "resolved_at"), ("opened_at", "cancelled_at")),
    "pauses": (("started_at", "ended_at"),),
    "outages": (("started_at", "ended_at"),),
    "values": (),
}
# Moments that cannot lie more than a day ahead.
PAST: frozenset[str] = frozenset({"opened_at", "resolved_at", "cancelled_at"})
