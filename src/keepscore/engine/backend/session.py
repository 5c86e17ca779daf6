"""One in-memory DuckDB for one run, reached through ibis; closed to the outside once the files are bound."""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq
from duckdb import ColumnExpression, ConstantExpression

from keepscore.engine.tables import SCHEMAS, Source, Tables

ibis.options.sql.fuse_selects = False  # merging nested selects costs more than the database gains from it
Table = Any  # an ibis table; ibis ships no types that mypy could check
MOST_COMPILED = 2048
MOST_KEPT = 200_000  # records of the clients asked for that are copied into memory; more are read from the files each time
_COMPILED: dict[Hashable, str] = {}


@ibis.udf.scalar.builtin(name="getvariable", signature=(("string",), "int64"))  # type: ignore[untyped-decorator, unused-ignore]
def _number(key: str) -> int:  # type: ignore[empty-body]
    """A number that the session was told; the database takes it for a constant."""


@ibis.udf.scalar.builtin(name="getvariable", signature=(("string",), "string"))  # type: ignore[untyped-decorator, unused-ignore]
def _text(key: str) -> str:  # type: ignore[empty-body]
    """A text that the session was told."""


@ibis.udf.scalar.builtin(name="getvariable", signature=(("string",), "decimal(28, 9)"))  # type: ignore[untyped-decorator, unused-ignore]
def _decimal(key: str) -> Decimal:  # type: ignore[empty-body]
    """An exact decimal that the session was told."""


@ibis.udf.scalar.builtin(name="epoch_us", signature=(("timestamp('UTC', 6)",), "int64"))  # type: ignore[untyped-decorator, unused-ignore]
def _microseconds(moment: datetime) -> int:  # type: ignore[empty-body]
    """Since 1970, as stored: the way through a timestamp without a zone takes 25 times as long."""


@ibis.udf.scalar.builtin(name="divide", signature=(("int64", "int64"), "int64"))  # type: ignore[untyped-decorator, unused-ignore]
def quotient(a: int, b: int) -> int:  # type: ignore[empty-body]
    """Whole part of a / b, towards zero, without the way through floating numbers."""


@ibis.udf.agg.builtin(name="quantile_disc", signature=(("int64", "decimal(3, 2)"), "int64"))  # type: ignore[untyped-decorator, unused-ignore]
def _whole_at(value: int, share: Decimal) -> int:  # type: ignore[empty-body]
    """The number at a rank."""


@ibis.udf.agg.builtin(name="quantile_disc", signature=(("decimal(28, 9)", "decimal(3, 2)"), "decimal(28, 9)"))  # type: ignore[untyped-decorator, unused-ignore]
def _decimal_at(value: Decimal, share: Decimal) -> Decimal:  # type: ignore[empty-body]
    """The exact decimal at a rank."""


def nearest_rank(values: Any, percent: int) -> Any:
    """The value at rank ceil(percent x n / 100) of n values: selected, not sorted, and the rank reckoned in whole numbers."""
    share = ibis.literal(Decimal(percent) / 100, type="decimal(3, 2)")
    return (_whole_at if values.type().is_integer() else _decimal_at)(values, share)


def whole(total: Any) -> Any:
    """A sum as int64: the database sums in 128 bits, which ibis does not know, and would reckon on in them."""
    return total.cast("decimal(38,0)").cast("int64")


class Session:
    """Binds the four tables and the engine's own look-up tables; runs expressions to Arrow.

    `memory` limits DuckDB ("512MB"); `threads` its threads. Use as a context manager.
    """

    def __init__(self, tables: Tables, *, memory: str | None = None, threads: int | None = None) -> None:
        sources = {name: getattr(tables, name) for name in SCHEMAS}
        files = [path for source in sources.values() if source is not None and not isinstance(source, pa.Table) for path in source]
        self.raw = duckdb.connect(":memory:", config=_settings(memory, threads))
        self.raw.execute("SET TimeZone='UTC'; SET parquet_metadata_cache=true")  # else every question reads the footers anew
        self.raw.execute(f"SET allowed_paths=[{', '.join(_quoted(path) for path in files)}]")
        self.kept: set[str] = set()
        self.is_small = False  # few records, held in memory
        self.schemas: Mapping[str, pa.Schema] = {name: self._bind(name, source) for name, source in sources.items()}
        self.columns = tuple((name, str(schema)) for name, schema in self.schemas.items())
        self.raw.execute("SET enable_external_access=false")

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.raw.close()

    def _bind(self, name: str, source: Source | None) -> pa.Schema:
        if source is None or (not isinstance(source, pa.Table) and not source):
            source = SCHEMAS[name].empty_table()
        if isinstance(source, pa.Table):
            self.raw.register(f"all_{name}", source)
            self.raw.table(f"all_{name}").create_view(name)
            return source.schema
        schema = pa.unify_schemas([_schema(path, os.stat(path).st_mtime_ns) for path in source], promote_options="default")
        relation = self.raw.read_parquet(list(source), union_by_name=True, hive_partitioning=False)
        relation.create_view(f"all_{name}")
        relation.create_view(name)
        return _with_missing(schema, SCHEMAS[name])

    def narrow(self, clients: Sequence[str], *, opened_from: datetime | None = None) -> None:
        """See only what belongs to these clients, and of their records none opened before a moment.

        The files are sought through by what they tell of their parts: those without such rows are not read.
        """
        own = ColumnExpression("client").isin(*map(ConstantExpression, clients))
        for name in ("outages", "values"):
            self.raw.table(f"all_{name}").filter(own).create_view(name, replace=True)
        records = own if opened_from is None else own & (ColumnExpression("opened_at") >= ConstantExpression(opened_from))
        relation = self.raw.table("all_records").filter(records)
        theirs, everyones = (_rows(each) for each in (relation, self.raw.table("all_records")))
        if theirs * 2 > everyones > MOST_KEPT:
            return  # they are met by their terms, and asking for them first would only be one question more
        relation.create_view("records", replace=True)
        if theirs > MOST_KEPT:
            return
        self.raw.execute("CREATE TEMP TABLE own_records AS FROM records")
        self.raw.execute("CREATE OR REPLACE VIEW records AS FROM own_records")
        self.raw.execute("CREATE OR REPLACE VIEW pauses AS FROM all_pauses SEMI JOIN own_records USING (source, reference)")
        self.is_small = True

    def lock(self) -> None:
        """Allow no more settings; for few records one thread is quicker than several that wait for each other."""
        self.raw.execute(("SET threads=1; " if self.is_small else "") + "SET lock_configuration=true")

    def sources(self, clients: Sequence[str] | None) -> list[tuple[str, str]]:
        """Clients, all or these, each with the sources that hold records of it at any time."""
        relation = self.raw.table("all_records")
        if clients is not None:
            relation = relation.filter(ColumnExpression("client").isin(*map(ConstantExpression, clients)))
        return relation.project("client, source").distinct().fetchall()

    def table(self, name: str) -> Table:
        """A bound table by name, as an expression; asked for only where the SQL about it is not known yet."""
        return ibis.table(ibis.Schema.from_pyarrow(self.raw.table(name).limit(0).to_arrow_table().schema), name=name)

    def add(self, name: str, table: pa.Table) -> str:
        """Bind a look-up table made by the engine.

        Copied where there is much to look up, because the database joins fastest where it knows the range of the keys.
        """
        if self.is_small:
            self.raw.register(name, table)
            return name
        self.raw.register(f"{name}_arrow", table)
        self.raw.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM {name}_arrow")
        self.raw.unregister(f"{name}_arrow")
        return name

    def tell(self, values: Mapping[str, int | str | Decimal]) -> None:
        """Values that expressions ask for by name (see `told`), so that their SQL is the same for any value."""
        numbers = [f"SET VARIABLE {name} = {value:d}::BIGINT" for name, value in values.items() if isinstance(value, int)]
        self.raw.execute(";".join(numbers))
        for name, value in values.items():
            if not isinstance(value, int):
                kind = "DECIMAL(28, 9)" if isinstance(value, Decimal) else "VARCHAR"
                self.raw.execute(f"SET VARIABLE {name} = CAST(? AS {kind})", [value])

    def view(self, name: str, sql: str) -> None:
        """A named view of compiled SQL, so that questions about the same rows are not compiled with them each time."""
        self.raw.execute(f"CREATE TEMP VIEW {name} AS {sql}")

    def keep(self, name: str, sql: str) -> None:
        """The rows of compiled SQL, computed once and kept for this run."""
        self.raw.execute(f"CREATE TEMP TABLE {name} AS {sql}")
        self.kept.add(name)

    def sql(self, key: Hashable, build: Callable[[], Any]) -> str:
        """The SQL of an expression on this backend. `key` tells it from every other over tables of these columns: once a process."""
        key = (key, self.columns)
        if key not in _COMPILED:
            sql: str = _compiler().compile(build())
            if len(_COMPILED) >= MOST_COMPILED:
                _COMPILED.clear()
            _COMPILED[key] = sql
            return sql
        return _COMPILED[key]

    def ask(self, key: Hashable, build: Callable[[], Any]) -> pa.Table:
        """The rows of an expression, as Arrow; `key` as for `sql`."""
        return self.raw.sql(self.sql(key, build)).to_arrow_table()


def epoch(moment: Any) -> Any:
    """Epoch seconds of a moment."""
    return quotient(_microseconds(moment), 1_000_000)


@lru_cache(maxsize=1)
def _compiler() -> Any:
    """What turns expressions into SQL; it never sees a table."""
    return ibis.duckdb.connect()


def told(name: str, kind: type) -> Any:
    """A value that the session was told, as an expression; `kind` is int, str or Decimal."""
    return {int: _number, str: _text, Decimal: _decimal}[kind](name)


def _rows(relation: Any) -> int:
    return int(relation.aggregate("count(*)").fetchone()[0])


def _settings(memory: str | None, threads: int | None) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "preserve_insertion_order": False,
        "threads": threads or os.cpu_count() or 1,
    }
    if memory:
        settings["memory_limit"] = memory
    return settings


def _quoted(path: str) -> str:
    """A path as an SQL text; settings take no parameters."""
    return "'" + path.replace("'", "''") + "'"


@lru_cache(maxsize=4096)
def _schema(path: str, _changed: int) -> pa.Schema:
    """The columns of a file; every file may add one, so all footers are read, each once while it stays as it is."""
    return pq.read_schema(path)


def _with_missing(found: pa.Schema, wanted: pa.Schema) -> pa.Schema:
    return pa.schema([*found, *(item for item in wanted if item.name not in found.names)])
