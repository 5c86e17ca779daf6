"""What a bundle holds besides its manifest: the files of one frozen scorecard, and how numbers come from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pyarrow as pa

from keepscore.engine import assemble, explain, score
from keepscore.engine.contract import definition_json
from keepscore.engine.contract.model import Contract
from keepscore.engine.results import Past, Scorecard
from keepscore.engine.tables import Tables
from keepscore.evidence import actions as demonstrated
from keepscore.evidence.actions import Action
from keepscore.evidence.calendars import used_calendars
from keepscore.evidence.canonical import canonical
from keepscore.evidence.manifest import TABLES
from keepscore.evidence.sheets import to_csv, to_parquet


@dataclass(frozen=True, slots=True)
class Frozen:
    """A scorecard with this client's own contract and tables (in memory), from which it can be computed again."""

    scorecard: Scorecard
    contract: Contract
    tables: Tables
    still_open: list[dict[str, Any]]    # see open_at_freezing
    actions: tuple[Action, ...] = ()    # demonstrated actions, figures filled in

    def named_tables(self) -> dict[str, pa.Table]:
        return {name: getattr(self.tables, name) for name in TABLES}


def recompute(contract: Contract, tables: Tables, *, period: str, as_of: datetime, history: Sequence[Past]) -> Scorecard:
    """The scorecard from one client's contract and rows; earlier results are handed in, not computed.

    The period is complete when every source of the client is, also one that has no record in it.
    """
    (card,) = score([contract], tables, period=period, as_of=as_of, history=0)
    late = [at for at in tables.complete_to.values() if at < card.period.end_at]
    told = bool(tables.complete_to) or only_figures(tables)
    return assemble(replace(card, complete_to=dict(tables.complete_to), complete=told and not late), history)


def only_figures(tables: Tables) -> bool:
    """Whether all that is known of the client are reported values, which have no source that could be late."""
    return not len(tables.records) and not len(tables.outages or ()) and len(tables.values or ()) > 0


def data_files(frozen: Frozen) -> dict[str, bytes]:
    """Every file of facts by its name: scorecard, contract, tables twice, service time, earlier results, actions if any."""
    card = frozen.scorecard
    files = {
        "scorecard.json": canonical(card),
        "contract.json": canonical(definition_json(frozen.contract)),
        "calendars.json": canonical(used_calendars(frozen.contract, frozen.tables, card.period, as_of=card.as_of)),
    }
    for name, table in frozen.named_tables().items():
        files[f"{name}.parquet"], files[f"{name}.csv"] = to_parquet(table), to_csv(table)
    for past in card.history:
        files[f"earlier/{past.period.key}.json"] = canonical(past)
    if frozen.actions:
        files[demonstrated.FILE] = canonical(frozen.actions)
    return files


def open_at_freezing(card: Scorecard, contract: Contract, tables: Tables) -> list[dict[str, Any]]:
    """Records that were still open, by measure: what is decided later goes into a correction, never silently."""
    return [
        {"measure": item.key, "name": item.name, "records": item.open, "references": _open_references(card, contract, tables, item.key)}
        for item in card.measures
        if item.open
    ]


def _open_references(card: Scorecard, contract: Contract, tables: Tables, measure: str) -> list[str]:
    found = explain(contract, tables, client=card.client.key, measure=measure, period=card.period.key, as_of=card.as_of)
    return sorted(row.reference for row in found.rows if row.outcome == "open")
