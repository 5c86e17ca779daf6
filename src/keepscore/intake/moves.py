"""What an import would move: the measures and the score of the clients it touches most, now and after."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from keepscore.clients.periods import period_of
from keepscore.documents import words
from keepscore.engine import score
from keepscore.engine.contract import model as engine
from keepscore.engine.contract.condition_tree import ConditionError
from keepscore.engine.results import MeasureResult, Period, Scorecard
from keepscore.engine.tables import Tables
from keepscore.intake.known import World
from keepscore.records.door import Checked
from keepscore.records.freshness import known_to
from keepscore.records.store import RecordStore
from keepscore.records.store_preview import Counts

CLIENTS, MEASURES = 5, 6
_MOMENTS = ("opened_at", "started_at", "at")
Moves = dict[str, Any]      # client, slug, period, rows of (name, now, after, moves), same: measures that stay as they are


@dataclass(frozen=True, slots=True)
class Wanted:
    """One contract, and the period of it that the file touches most."""

    key: str
    contract: engine.Contract
    period: Period


class NoLongerAsked(Exception):
    """Somebody asked for something else meanwhile."""


def what_moves(
    checked: Checked, counts: Counts, *, store: RecordStore, world: World, source: str, now: datetime, asked: Callable[[], bool]
) -> list[Moves]:
    """Of the five clients with the most rows, those whose numbers move, else the first as it stays. Frozen scorecards never change.

    `asked` is put between the runs of the engine: NoLongerAsked where it says no.
    """
    wanted = _wanted(_rows_by_month(checked, counts), world, now=now)
    if not wanted:
        return []
    try:
        before = _before(wanted, store, now=now, asked=asked)
        with store.with_unsaved(checked, source=source, now=now, complete_to=_assumed(checked, store, now=now)) as tables:
            after = _cards(wanted, tables, now=now, asked=asked)
    except ConditionError:      # a contract names columns that only a later file will bring
        return []
    except (ArithmeticError, LookupError, ValueError):
        logging.getLogger("keepscore").exception("what an import would move could not be computed")
        return []
    found = [_moves(item, before.get(_name(item)), after[_name(item)], world) for item in wanted if _name(item) in after]
    return [moves for moves in found if moves["score"]["moves"] or any(row["moves"] for row in moves["rows"])] or found[:1]


def _assumed(checked: Checked, store: RecordStore, *, now: datetime) -> datetime | None:
    """Nobody has said yet up to when the file is complete: as far as it reaches, and no less far than what is there already."""
    if checked.newest is None:
        return None
    return min(now, max([checked.newest, *store.tables().complete_to.values()]))


def _before(wanted: list[Wanted], store: RecordStore, *, now: datetime, asked: Callable[[], bool]) -> dict[tuple[str, str], Scorecard]:
    """The numbers as they are; none where the store does not hold the columns yet that the contracts name."""
    try:
        return _cards(wanted, store.tables(), now=now, asked=asked)
    except ConditionError:
        return {}


def _rows_by_month(checked: Checked, counts: Counts) -> Counter[tuple[str, str]]:
    """Rows of the file for each client and month that the import touches."""
    found: Counter[tuple[str, str]] = Counter()
    for table in checked.tables.values():
        moment = next((name for name in _MOMENTS if name in table.column_names), None)
        if "client" in table.column_names and moment is not None and table.num_rows:
            month = pc.strftime(table[moment].cast(pa.timestamp("s", tz="UTC")), "%Y-%m")
            pairs = pa.table({"client": table["client"], "month": month}).group_by(["client", "month"]).aggregate([([], "count_all")])
            found.update({(row["client"], row["month"]): row["count_all"] for row in pairs.to_pylist()})
    return Counter({pair: max(1, found[pair]) for pair in counts.touched})


def _wanted(rows: Mapping[tuple[str, str], int], world: World, *, now: datetime) -> list[Wanted]:
    by_client: Counter[str] = Counter()
    for (client, _), count in rows.items():
        by_client[client] += count
    result = []
    for key, _ in sorted(by_client.items(), key=lambda item: (-item[1], item[0])):
        for contract in world.contracts.get(key, ()):
            period = _period(key, contract, rows, world, now=now)
            if period is not None:
                result.append(Wanted(key, contract, period))
        if len({item.key for item in result}) >= CLIENTS:
            break
    return result


def _period(key: str, contract: engine.Contract, rows: Mapping[tuple[str, str], int], world: World, *, now: datetime) -> Period | None:
    """The period with the most of its rows, of those that a contract covers and that have begun; among equals the later one."""
    assert contract.client is not None
    first = min(version.from_ for version in contract.versions)
    found: Counter[Period] = Counter()
    for (client, month), count in rows.items():
        if client == key:
            day = date.fromisoformat(f"{month}-01")
            period = period_of(day, cadence=world.clients[key].cadence, zone=contract.client.timezone, year_starts=contract.year_starts)
            if period.end > first and period.start_at < now:
                found[period] += count
    return max(found, key=lambda period: (found[period], period.start), default=None)


def _name(item: Wanted) -> tuple[str, str]:
    return item.key, item.contract.contract


def _cards(wanted: list[Wanted], tables: Tables, *, now: datetime, asked: Callable[[], bool]) -> dict[tuple[str, str], Scorecard]:
    """One engine run for each period, and for each moment up to which records are known."""
    known = known_to(tables, now=now)
    together: dict[tuple[str, datetime], list[engine.Contract]] = {}
    for item in wanted:
        together.setdefault((item.period.key, known.of(item.key)), []).append(item.contract)
    result: dict[tuple[str, str], Scorecard] = {}
    for (period, as_of), contracts in together.items():
        if not asked():
            raise NoLongerAsked
        for card in score(contracts, tables, period=period, as_of=as_of, history=0):
            result[card.client.key, card.contract] = card
    return result


def _moves(item: Wanted, before: Scorecard | None, after: Scorecard, world: World) -> Moves:
    earlier = {measure.key: measure for measure in before.measures} if before else {}
    rows = [_line(measure.name, _text(earlier.get(measure.key)), _text(measure)) for measure in after.measures]
    shown = [row for row in rows if row["moves"]][:MEASURES] or rows[:2]
    total = _line("", _score(before), _score(after))
    client = world.clients[item.key]
    return {
        "client": client.name, "slug": client.slug, "period": after.period.label, "rows": shown, "score": total,
        "same": len(rows) - len(shown),
    }  # fmt: skip


def _line(name: str, now: str, after: str) -> dict[str, Any]:
    return {"name": name, "now": now, "after": after, "moves": now != after}


def _text(measure: MeasureResult | None) -> str:
    return "" if measure is None or measure.value is None else words.value_text(measure)


def _score(card: Scorecard | None) -> str:
    return "" if card is None or card.total.score is None else words.tenths(card.total.score.tenths)
