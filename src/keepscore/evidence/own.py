"""What of all tables and of a contract belongs into one client's bundle: an allow-list of rows and columns.

Rows: this client's, in the calendar months that the period touches. Columns: those of the engine's schemas and the
further columns that the contract names. Not taken: `effort_minutes` (what work costs the vendor) unless the contract
plans effort or names the column, and the notes of reported values.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
from pyarrow import fs

from keepscore.engine.clock.zones import midnight, zone
from keepscore.engine.contract.conditions import parse
from keepscore.engine.contract.model import Client, Contract, Measure
from keepscore.engine.results import Period
from keepscore.engine.tables import MOMENT, OUTAGES, PAUSES, RECORDS, SCHEMAS, VALUE, VALUES, Source, Tables

SORTED_BY = {
    "records": ["source", "reference"],
    "pauses": ["source", "reference", "started_at", "ended_at", "side", "reason"],
    "outages": ["source", "reference"],
    "values": ["measure", "at"],
}
_MOMENTS = ("opened_at", "due_at", "resolved_at")


class StrangeClient(ValueError):
    """The contract does not cover this client."""


@dataclass(frozen=True, slots=True)
class Window:
    """The whole calendar months that a period touches: half-open [start, end), UTC."""

    start: datetime
    end: datetime


def window(period: Period, timezone: str) -> Window:
    """Whole months, because work is set against the plan month by month."""
    last = period.end - timedelta(days=1)
    after = date(last.year + last.month // 12, last.month % 12 + 1, 1)
    return Window(midnight(period.start.replace(day=1), zone(timezone)), midnight(after, zone(timezone)))


def for_client(contract: Contract, client: str) -> Contract:
    """The contract as this client's alone: no other client's name is left in it."""
    if contract.every is not None:
        own = Client(key=client, name=client, timezone=contract.every.timezone)
    else:
        found = [item for item in contract.named_clients() if item.key == client]
        if not found:
            raise StrangeClient(f"the contract {contract.contract!r} does not name the client {client!r}")
        own = found[0]
    return contract.model_copy(update={"client": own, "clients": None, "every": None})


def own_contract(contract: Contract, *, client: str, before: date) -> Contract:
    """This client's contract without the versions that begin on `before` (the end of the period) or later."""
    versions = tuple(item for item in contract.versions if item.from_ < before) or contract.versions[:1]
    return for_client(contract, client).model_copy(update={"versions": versions})


def own_tables(tables: Tables, contract: Contract, period: Period) -> Tables:
    """This client's rows for the period, sorted, only the columns that are needed; tables in memory.

    `contract` is one of `own_contract`. Source names of other clients do not come along either.
    """
    client = contract.client
    assert client is not None, "narrow the contract with own_contract first"
    span = window(period, client.timezone)
    measures = tuple(measure for version in contract.versions for measure in version.measures)
    needed = needed_columns(contract)
    records = _records(tables.records, client=client.key, span=span, columns=needed, effort=needs_effort(contract))
    outages = _outages(tables.outages, client=client.key, span=span, measures=measures)
    sources = set(pc.unique(records["source"]).to_pylist()) | set(pc.unique(outages["source"]).to_pylist())
    sources |= _sources(tables.records, client.key) | _sources(tables.outages, client.key)
    return Tables(
        records=records,
        pauses=_pauses(tables.pauses, records),
        outages=outages,
        values=_values(tables.values, client=client.key, span=span, measures=measures),
        complete_to={name: at for name, at in sorted(tables.complete_to.items()) if name in sources},
    )


def needed_columns(contract: Contract) -> frozenset[str]:
    """Every column of records that the contract names anywhere."""
    names = {name for version in contract.versions for measure in version.measures for name in _columns_of(measure)}
    return frozenset(names)


def needs_effort(contract: Contract) -> bool:
    """Whether effort is part of what was agreed: planned for a function, or named by a measure."""
    planned = (plan.effort_hours for version in contract.versions for item in version.functions for plan in item.planned)
    return "effort_minutes" in needed_columns(contract) or any(hours is not None for hours in planned)


def _columns_of(measure: Measure) -> Iterator[str]:
    conditions = [measure.count.where, *(rule.where for rule in measure.leave_out)]
    if isinstance(measure.kept_when, str):
        conditions.append(measure.kept_when)
    elif measure.kept_when is not None:
        yield from filter(None, (measure.kept_when.by, measure.kept_when.from_, measure.kept_when.to))
    if measure.value is not None:
        yield from (measure.value.of, measure.value.from_, measure.value.to)
    yield from measure.groups
    for text in filter(None, conditions):
        yield from parse(text).columns


def _records(source: Source, *, client: str, span: Window, columns: frozenset[str], effort: bool) -> pa.Table:
    touched = [_inside(name, span) for name in _MOMENTS]
    data = _dataset(source, RECORDS)
    further = [name for name in data.schema.names if name in columns and name not in RECORDS.names]
    schema = pa.schema([*RECORDS, *(_further(data.schema.field(name)) for name in sorted(further))])
    rows = _taken(data, schema, (pc.field("client") == client) & (touched[0] | touched[1] | touched[2]))
    if not effort:
        at = schema.get_field_index("effort_minutes")
        rows = rows.set_column(at, schema.field(at), pa.nulls(len(rows), pa.int64()))
    return _ordered(rows, "records")


def _pauses(source: Source | None, records: pa.Table) -> pa.Table:
    """The pauses of the chosen records, by their key."""
    if source is None:
        return PAUSES.empty_table()
    some = _one_of("source", records["source"].to_pylist()) & _one_of("reference", records["reference"].to_pylist())
    rows = _taken(_dataset(source, PAUSES), PAUSES, some)
    keys = records.select(["source", "reference"])
    return _ordered(rows.join(keys, keys=["source", "reference"], join_type="left semi").select(PAUSES.names).cast(PAUSES), "pauses")


def _outages(source: Source | None, *, client: str, span: Window, measures: Sequence[Measure]) -> pa.Table:
    """Outages of the components that the contract names, begun before the span ends and not over before it starts."""
    components = [measure.availability.component for measure in measures if measure.availability is not None]
    if source is None or not components:
        return OUTAGES.empty_table()
    ended = pc.field("ended_at")
    overlaps = (pc.field("started_at") < _moment(span.end)) & (ended.is_null() | (ended > _moment(span.start)))
    own = (pc.field("client") == client) & _one_of("component", components)
    return _ordered(_taken(_dataset(source, OUTAGES), OUTAGES, own & overlaps), "outages")


def _values(source: Source | None, *, client: str, span: Window, measures: Sequence[Measure]) -> pa.Table:
    """Figures of the contract's measures, without their notes."""
    if source is None:
        return VALUES.empty_table()
    own = (pc.field("client") == client) & _one_of("measure", [measure.key for measure in measures])
    rows = _taken(_dataset(source, VALUES), VALUES, own & _inside("at", span))
    at = VALUES.get_field_index("note")
    return _ordered(rows.set_column(at, VALUES.field(at), pa.nulls(len(rows), pa.string())), "values")


def _sources(source: Source | None, client: str) -> set[str]:
    if source is None:
        return set()
    rows = _dataset(source, RECORDS).to_table(columns=["source"], filter=pc.field("client") == client)
    return set(pc.unique(rows["source"]).to_pylist())


def _inside(name: str, span: Window) -> pc.Expression:
    return (pc.field(name) >= _moment(span.start)) & (pc.field(name) < _moment(span.end))


def _one_of(name: str, texts: Sequence[str]) -> pc.Expression:
    """The type is said, since none of nothing has none."""
    return pc.field(name).isin(pa.array(sorted(set(texts)), pa.string()))


def _moment(at: datetime) -> pa.Scalar:
    return pa.scalar(at, MOMENT)


def _dataset(source: Source, schema: pa.Schema) -> ds.Dataset:
    """Rows in memory or in files of any place, with the columns of all files; an empty list is an empty table."""
    if isinstance(source, pa.Table):
        return ds.dataset(source)
    if not source:
        return ds.dataset(schema.empty_table())
    place, _ = fs.FileSystem.from_uri(source[0]) if "://" in source[0] else (fs.LocalFileSystem(), source[0])
    paths = [fs.FileSystem.from_uri(name)[1] if "://" in name else name for name in source]
    found = ds.dataset(paths, filesystem=place, format="parquet")
    schemas = [fragment.physical_schema.remove_metadata() for fragment in found.get_fragments()]
    return ds.dataset(paths, filesystem=place, format="parquet", schema=pa.unify_schemas(schemas, promote_options="permissive"))


def _taken(data: ds.Dataset, schema: pa.Schema, rows: pc.Expression) -> pa.Table:
    """The chosen rows in the engine's schema; a column that the data does not have is blank."""
    present = [name for name in schema.names if name in data.schema.names]
    found = data.to_table(columns=present, filter=rows)
    columns = [found[item.name].cast(item.type) if item.name in present else pa.nulls(len(found), item.type) for item in schema]
    return pa.table(columns, schema=schema)


def _further(item: pa.Field) -> pa.Field:
    """A further column in the type that the engine knows."""
    kind = item.type
    if pa.types.is_timestamp(kind):
        kind = MOMENT
    elif pa.types.is_decimal(kind) or pa.types.is_integer(kind):
        kind = VALUE
    elif not pa.types.is_boolean(kind):
        kind = pa.string()
    return pa.field(item.name, kind, metadata=item.metadata)


def _ordered(rows: pa.Table, name: str) -> pa.Table:
    return rows.sort_by([(column, "ascending") for column in SORTED_BY[name]]).combine_chunks()


def check_schema(name: str, table: pa.Table) -> str | None:
    """What is wrong with the columns of a bundle's table; None where they are the engine's."""
    wanted = SCHEMAS[name]
    if table.schema.names[: len(wanted)] != wanted.names:
        return f"columns are {', '.join(table.schema.names)[:200]}; they should begin with {', '.join(wanted.names)}"
    wrong = [item.name for item in wanted if table.schema.field(item.name).type != item.type]
    if wrong:
        return f"column {wrong[0]} is {table.schema.field(wrong[0]).type}, {wanted.field(wrong[0]).type} is expected"
    if len(table.schema) > len(wanted) and name != "records":
        return f"column {table.schema.names[len(wanted)]} does not belong here"
    return None
