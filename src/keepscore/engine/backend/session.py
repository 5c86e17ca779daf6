"""One in-memory DuckDB for one run, reached through ibis; closed to the outside once the files are bound."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from keepscore.engine.tables import SCHEMAS, Source, Tables

ibis.options.sql.fuse_selects = False  # merging nested selects costs more than the database gains from it
Table = Any  # an ibis table; ibis ships no types that mypy could check


class Session:
    """Binds the four tables and the engine's own look-up tables; runs expressions to Arrow.

    `memory` limits DuckDB ("512MB"); `threads` its threads. Use as a context manager.
    """

    def __init__(self, tables: Tables, *, memory: str | None = None, threads: int | None = None) -> None:
        sources = {name: getattr(tables, name) for name in SCHEMAS}
        files = [path for source in sources.values() if source is not None and not isinstance(source, pa.Table) for path in source]
        self.raw = duckdb.connect(":memory:", config=_settings(memory, threads))
        self.ibis: Any = ibis.duckdb.from_connection(self.raw)
        self.raw.execute("SET TimeZone='UTC'")
        self.raw.execute(f"SET allowed_paths=[{', '.join(_quoted(path) for path in files)}]")
        self.schemas: Mapping[str, pa.Schema] = {}
        self.kept: set[str] = set()
        bound = {}
        for name, source in sources.items():
            bound[name] = self._bind(name, source)
        self.schemas = bound
        self.raw.execute("SET enable_external_access=false")
        self.raw.execute("SET lock_configuration=true")

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
            self.raw.register(name, source)
            return source.schema
        schema = pa.unify_schemas([pq.read_schema(path) for path in _one_of_each(source)], promote_options="default")
        relation = self.raw.read_parquet(list(source), union_by_name=True, hive_partitioning=False)
        relation.create_view(name)
        return _with_missing(schema, SCHEMAS[name])

    def table(self, name: str) -> Table:
        """A bound table by name."""
        return self.ibis.table(name)

    def add(self, name: str, table: pa.Table) -> Table:
        """Bind a look-up table made by the engine; copied, because the database joins fastest where it knows the range of the keys."""
        self.raw.register(f"{name}_arrow", table)
        self.raw.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM {name}_arrow")
        self.raw.unregister(f"{name}_arrow")
        return self.table(name)

    def view(self, name: str, sql: str) -> Table:
        """A named view of compiled SQL, so that questions about the same rows are not compiled with them each time."""
        self.raw.execute(f"CREATE TEMP VIEW {name} AS {sql}")
        return self.table(name)

    def keep(self, name: str, sql: str) -> Table:
        """The rows of compiled SQL, computed once and kept for this run."""
        self.raw.execute(f"CREATE TEMP TABLE {name} AS {sql}")
        self.kept.add(name)
        return self.table(name)

    def compile(self, expression: Any) -> str:
        """The SQL of an expression on this backend."""
        sql: str = self.ibis.compile(expression)
        return sql

    def run(self, expression: Any) -> pa.Table:
        """The rows of an expression, as Arrow."""
        return self.raw.sql(self.compile(expression)).to_arrow_table()


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


def _one_of_each(files: Sequence[str]) -> Sequence[str]:
    """Footers are read for the column types; a handful tells them all in a store, but every file may add a column."""
    return files


def _with_missing(found: pa.Schema, wanted: pa.Schema) -> pa.Schema:
    return pa.schema([*found, *(item for item in wanted if item.name not in found.names)])
