"""Up to which moment a client's records are known: what no export can know is held against nobody.

A client's numbers are made as of the moment up to which all its sources are complete. A source that lags far behind the newest
of them does not hold the others back; it is named instead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pyarrow as pa
import pyarrow.dataset as ds
from pyarrow import fs

from keepscore.engine.tables import Source, Tables

LAGS = timedelta(days=31)      # behind the newest source of the client: it does not hold back the others any more


@dataclass(frozen=True, slots=True)
class Known:
    """Up to when the sources are complete, none later than now, and which of them each client has."""

    now: datetime
    complete_to: Mapping[str, datetime]
    sources: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def sources_of(self, client: str) -> frozenset[str]:
        """All of them, where it is not known which are the client's."""
        return self.sources.get(client) or frozenset(self.complete_to)

    def of(self, client: str) -> datetime:
        return self.among(self.sources_of(client))

    def among(self, sources: Iterable[str]) -> datetime:
        """Up to when all of these sources are known; those that lag far behind are left aside."""
        own = [self.complete_to[name] for name in sources if name in self.complete_to] or list(self.complete_to.values())
        if not own:
            return self.now
        return min(self.now, *(at for at in own if at >= max(own) - LAGS))


def known_to(tables: Tables, *, now: datetime) -> Known:
    """Looks at the rows only where sources differ, since only then it matters whose they are."""
    complete = dict(tables.complete_to)
    if len({min(now, at) for at in complete.values()}) <= 1:
        return Known(now, complete)
    found: defaultdict[str, set[str]] = defaultdict(set)
    for source in (tables.records, tables.outages):
        for client, name in _pairs(source):
            found[client].add(name)
    return Known(now, complete, {client: frozenset(names) for client, names in found.items()})


def lagging(complete_to: Mapping[str, datetime]) -> tuple[str, ...]:
    """The sources of a client that lag far behind the newest of them."""
    newest = max(complete_to.values(), default=None)
    return tuple(sorted(name for name, at in complete_to.items() if newest is not None and at < newest - LAGS))


def _pairs(source: Source | None) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    if source is None:
        return found
    for batch in _dataset(source).to_batches(columns=["client", "source"]):
        pairs = pa.Table.from_batches([batch]).group_by(["client", "source"]).aggregate([])
        found |= set(zip(pairs["client"].to_pylist(), pairs["source"].to_pylist(), strict=True))
    return found


def _dataset(source: Source) -> ds.Dataset:
    """Two texts of few values are read as dictionaries, so that many rows cost little memory."""
    if isinstance(source, pa.Table):
        return ds.dataset(source)
    if not source:
        return ds.dataset(pa.table({"client": pa.array([], pa.string()), "source": pa.array([], pa.string())}))
    names = list(source)
    place = fs.FileSystem.from_uri(names[0])[0] if "://" in names[0] else fs.LocalFileSystem()
    paths = [fs.FileSystem.from_uri(name)[1] if "://" in name else name for name in names]
    reading = ds.ParquetFileFormat(dictionary_columns={"client", "source"})
    return ds.dataset(paths, filesystem=place, format=reading, schema=pa.schema([("client", pa.string()), ("source", pa.string())]))
