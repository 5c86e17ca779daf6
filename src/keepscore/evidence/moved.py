"""What a correction moved: figures before and after, and the records that were added, changed or removed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from keepscore.engine.results import MeasureResult, Score, Scorecard, to_json

LISTED = 20  # references named one by one; the count is always exact


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure that differs, as text; None where there was nothing to measure."""

    of: str             # name of the measure, or "Total"
    what: str           # kept, missed, open, value, score, grade ...
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one kind of change: how many, and the first references."""

    count: int
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowsMoved:
    added: Rows
    changed: Rows
    removed: Rows

    @property
    def any(self) -> bool:
        return bool(self.added.count or self.changed.count or self.removed.count)


def figures_moved(before: Scorecard, after: Scorecard) -> tuple[Figure, ...]:
    """Every figure of total and measures that is not the same, the total first."""
    return tuple(_figures(before, after))


def _figures(before: Scorecard, after: Scorecard) -> Iterator[Figure]:
    yield from _differing("Total", _total(before), _total(after))
    old, new = ({measure.key: measure for measure in card.measures} for card in (before, after))
    for key in dict.fromkeys((*new, *old)):
        name = (new.get(key) or old[key]).name
        yield from _differing(name, _measure(old.get(key)), _measure(new.get(key)))


def _differing(name: str, before: dict[str, str | None], after: dict[str, str | None]) -> Iterator[Figure]:
    for what in dict.fromkeys((*after, *before)):
        if before.get(what) != after.get(what):
            yield Figure(name, what, before.get(what), after.get(what))


def _total(card: Scorecard) -> dict[str, str | None]:
    total = card.total
    return {"score": _tenths(total.score), "grade": total.grade, "coverage": to_json(total.coverage)}


def _measure(result: MeasureResult | None) -> dict[str, str | None]:
    if result is None:
        return {}
    target = " and ".join(to_json(bound) for bound in result.target)
    return {
        "kept": str(result.kept), "missed": str(result.missed), "open": str(result.open),
        "value": f"{result.value.numerator}/{result.value.denominator}" if result.value else None,
        "target": target or None, "score": _tenths(result.score),
    }


def _tenths(score: Score | None) -> str | None:
    return f"{score.tenths // 10}.{score.tenths % 10}" if score else None


def rows_moved(before: pa.Table, after: pa.Table, *, key: tuple[str, ...]) -> RowsMoved:
    """Rows by their key; `references` shows the last part of the key."""
    old, new = _by_key(before, key), _by_key(after, key)
    return RowsMoved(
        added=_rows([name for name in new if name not in old]),
        changed=_rows([name for name, row in new.items() if name in old and old[name] != row]),
        removed=_rows([name for name in old if name not in new]),
    )


def _by_key(table: pa.Table, key: tuple[str, ...]) -> dict[tuple[object, ...], list[dict[str, object]]]:
    """Rows under their key, several where the table allows it; blank further columns do not count as a difference."""
    found: dict[tuple[object, ...], list[dict[str, object]]] = {}
    for row in table.to_pylist():
        found.setdefault(tuple(row[name] for name in key), []).append({name: item for name, item in row.items() if item is not None})
    return found


def _rows(keys: list[tuple[object, ...]]) -> Rows:
    return Rows(len(keys), tuple(str(key[-1]) for key in keys[:LISTED]))
