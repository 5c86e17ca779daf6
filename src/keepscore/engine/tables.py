"""The four tables that the engine reads, as Arrow schemas. Moments are UTC, whole seconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypeAlias

import pyarrow as pa

MOMENT = pa.timestamp("us", tz="UTC")
QUANTITY = pa.decimal128(19, 6)
VALUE = pa.decimal128(28, 9)

RECORDS = pa.schema(
    [
        pa.field("source", pa.string(), nullable=False),
        pa.field("reference", pa.string(), nullable=False),
        pa.field("client", pa.string(), nullable=False),
        pa.field("function", pa.string()),
        pa.field("opened_at", MOMENT, nullable=False),
        pa.field("due_at", MOMENT),
        pa.field("resolved_at", MOMENT),
        pa.field("cancelled_at", MOMENT),
        pa.field("priority", pa.string()),
        pa.field("site", pa.string()),
        pa.field("quantity_ordered", QUANTITY),
        pa.field("quantity_delivered", QUANTITY),
        pa.field("accepted", pa.bool_()),
        pa.field("effort_minutes", pa.int64()),
        pa.field("in_scope", pa.bool_(), nullable=False),
    ]
)
PAUSES = pa.schema(
    [
        pa.field("source", pa.string(), nullable=False),
        pa.field("reference", pa.string(), nullable=False),
        pa.field("started_at", MOMENT, nullable=False),
        pa.field("ended_at", MOMENT),
        pa.field("reason", pa.string()),
        pa.field("side", pa.string(), nullable=False),  # vendor, client, third party
    ]
)
OUTAGES = pa.schema(
    [
        pa.field("source", pa.string(), nullable=False),
        pa.field("reference", pa.string(), nullable=False),
        pa.field("client", pa.string(), nullable=False),
        pa.field("component", pa.string(), nullable=False),
        pa.field("started_at", MOMENT, nullable=False),
        pa.field("ended_at", MOMENT),
        pa.field("planned", pa.bool_(), nullable=False),
    ]
)
VALUES = pa.schema(
    [
        pa.field("client", pa.string(), nullable=False),
        pa.field("measure", pa.string(), nullable=False),
        pa.field("at", MOMENT, nullable=False),
        pa.field("value", VALUE, nullable=False),
        pa.field("of", VALUE),  # n, where value is k of n (a fact); blank for other figures
        pa.field("note", pa.string()),
    ]
)
SCHEMAS: Mapping[str, pa.Schema] = {"records": RECORDS, "pauses": PAUSES, "outages": OUTAGES, "values": VALUES}

# Type of a further column, as its mapping declares it. A `moment` after as_of has not happened yet;
# a `promise` is a moment that was promised and is always seen.
ColumnType = Literal["text", "number", "boolean", "moment", "promise"]
EXTRA_TYPES: Mapping[ColumnType, pa.DataType] = {
    "text": pa.string(),
    "number": VALUE,
    "boolean": pa.bool_(),
    "moment": MOMENT,
    "promise": MOMENT,
}
PROMISE = {b"keepscore": b"promise"}  # metadata of an Arrow field that tells a promise from a moment


def column_type(item: pa.Field) -> ColumnType:
    """The type of a column as conditions see it."""
    if item.name == "due_at" or (item.metadata or {}).get(b"keepscore") == b"promise":
        return "promise"
    if pa.types.is_timestamp(item.type):
        return "moment"
    if pa.types.is_boolean(item.type):
        return "boolean"
    if pa.types.is_decimal(item.type) or pa.types.is_integer(item.type):
        return "number"
    return "text"


Source: TypeAlias = pa.Table | Sequence[str]  # rows in memory, or the Parquet files that hold them


@dataclass(frozen=True, slots=True)
class Tables:
    """What the engine scores: each table in memory or as Parquet files; a missing one is empty.

    `complete_to` says per source up to when its records are complete.
    """

    records: Source
    pauses: Source | None = None
    outages: Source | None = None
    values: Source | None = None
    complete_to: Mapping[str, datetime] = field(default_factory=dict)
