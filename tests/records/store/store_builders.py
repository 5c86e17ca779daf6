"""Judged files made by hand, for the tests of the store."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from keepscore.engine.tables import SCHEMAS
from keepscore.records.store import RecordStore

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Judged:
    tables: dict[str, pa.Table]
    content_digest: str
    file_sha256: str
    newest: datetime | None
    rejected_rows: tuple[int, ...] = ()
    errors: tuple[Any, ...] = field(default=())
    errors_total: int = 0
    records: int = 0
    ready: pa.Array = field(default_factory=lambda: pa.array([], pa.int64()))


def moment(text: str) -> datetime:
    """2026-03-02 or 2026-03-02 09:00, UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def record(reference: str, opened: str, *, source: str = "desk", client: str = "marlowe", **more: Any) -> dict[str, Any]:
    return {"source": source, "reference": reference, "client": client, "opened_at": moment(opened), "in_scope": True, **more}


def pause(reference: str, started: str, ended: str | None = None, *, source: str = "desk") -> dict[str, Any]:
    return {
        "source": source, "reference": reference, "started_at": moment(started), "ended_at": moment(ended) if ended else None,
        "side": "client",
    }  # fmt: skip


def table(name: str, rows: Sequence[Mapping[str, Any]], more: Sequence[pa.Field] = ()) -> pa.Table:
    schema = pa.schema([*SCHEMAS[name], *more])
    return pa.Table.from_pylist([dict(row) for row in rows], schema=schema)


def judged(
    records: Sequence[Mapping[str, Any]] | None = None, *, more: Sequence[pa.Field] = (), newest: datetime | None = None, **others: Any
) -> Judged:  # fmt: skip
    """A file as it comes through the door: digest over its sorted rows, newest moment over all of them."""
    given = {**({"records": records} if records is not None else {}), **others}
    tables = {name: table(name, rows, more if name == "records" else ()) for name, rows in given.items()}
    rows = sorted(json.dumps([name, row], default=str, sort_keys=True) for name, content in tables.items() for row in content.to_pylist())
    digest = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    moments = [
        value for rows in given.values() for row in rows for key, value in row.items() if isinstance(value, datetime) and key != "due_at"
    ]
    main = next(iter(tables.values()), None)
    ready = pa.array(range(2, 2 + (main.num_rows if main is not None else 0)), pa.int64())  # the header is row 1
    return Judged(tables, digest, digest, newest or max(moments, default=None), records=sum(map(len, given.values())), ready=ready)


def content(store: RecordStore, name: str = "records") -> list[dict[str, Any]]:
    """What the store holds, without the marks of batches, in key order."""
    rows = store.read(name).to_pylist()
    plain = [{key: value for key, value in row.items() if key not in ("batch", "month") and value is not None} for row in rows]
    return sorted(plain, key=lambda row: [str(row.get(key)) for key in ("source", "reference", "started_at", "at")])
