"""Lists a page at a time. A cursor names the last row that was seen, so rows that come meanwhile neither repeat nor hide others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

import pyarrow as pa
from django.core import signing
from django.db.models import Q, QuerySet
from pydantic import Field

from keepscore.api.problems import Refused

MOST = 200
Limit = Annotated[int, Field(ge=1, le=MOST)]
Cursor = Annotated[str, Field(max_length=1000)]


def page_of(found: QuerySet, *, name: str, limit: int, cursor: str, by: Sequence[str] = ("pk",)) -> tuple[list[Any], str | None]:
    """Rows in the order of `by` (a field, or -field; they never change and together name a row), and the cursor of the next page."""
    if cursor:
        found = found.filter(_after(by, _opened(cursor, name, len(by))))
    rows = list(found.order_by(*by)[: limit + 1])
    if len(rows) <= limit:
        return rows, None
    last = rows[limit - 1]
    return rows[:limit], _sealed([_plain(getattr(last, field.lstrip("-"))) for field in by], name)


def rows_of(table: pa.Table, *, name: str, version: str, limit: int, cursor: str) -> tuple[list[dict[str, Any]], str | None]:
    """Rows of a table that stands still as long as its version is the same."""
    at = 0
    if cursor:
        seen, at = _opened(cursor, name, 2)
        if seen != version:
            raise Refused(409, "The score was computed again since the first page. Begin again.")
    rows = table.slice(at, limit).to_pylist()
    return rows, _sealed([version, at + limit], name) if at + limit < table.num_rows else None


def _after(by: Sequence[str], values: Sequence[Any]) -> Q:
    wanted, same = Q(), Q()
    for field, value in zip(by, values, strict=True):
        name = field.lstrip("-")
        beyond = Q(**{f"{name}__{'lt' if field.startswith('-') else 'gt'}": value})
        wanted |= same & beyond
        same &= Q(**{name: value})
    return wanted


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _sealed(values: list[Any], name: str) -> str:
    return signing.dumps(values, salt=f"keepscore.api.{name}")


def _opened(cursor: str, name: str, length: int) -> list[Any]:
    try:
        values: list[Any] = signing.loads(cursor, salt=f"keepscore.api.{name}")
    except signing.BadSignature:
        raise Refused(422, "This cursor is none of this list's.") from None
    if len(values) != length:
        raise Refused(422, "This cursor is none of this list's.")
    return values
