"""The scoring engine: tables and a contract in, results out. It knows no clock and no settings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

    from keepscore.engine.contract.model import Contract
    from keepscore.engine.explanation import Explanation
    from keepscore.engine.results import Past, Scorecard
    from keepscore.engine.tables import Tables

# What is imported here is imported late: a command that does not score must not wait for the scoring libraries.


def score(
    contracts: Sequence[Contract],
    tables: Tables,
    *,
    period: str,
    as_of: datetime | date,
    history: int = 7,
    memory: str | None = None,
    threads: int | None = None,
) -> list[Scorecard]:
    """Score every client of the contracts for one period, in one pass per table.

    `period` is 2026-03, 2026-Q3, 2026-H2, 2026 or 2026-07-06..2026-09-30; `as_of` a moment with its zone, or a day
    (its last second in the client's zone): what happened later is unseen. `history` earlier periods are scored beside
    it for trend and sparkline. The same inputs give the same integers in any order of rows.
    """
    from keepscore.engine.assembly import scorecards
    from keepscore.engine.run import Run

    with Run(contracts, tables, period=period, as_of=as_of, history=history, memory=memory, threads=threads) as run:
        return scorecards(run)


def assemble(scorecard: Scorecard, history: Sequence[Past]) -> Scorecard:
    """A scorecard made with `history=0` and its earlier periods: the one that `score` gives with them."""
    from keepscore.engine.assembly import assemble as put_together

    return put_together(scorecard, history)


def explain(contract: Contract, tables: Tables, *, client: str, measure: str, period: str, as_of: datetime | date) -> Explanation:
    """How one number is made: the measure's result and every record behind it, misses first."""
    from keepscore.engine.explanation import explain as worked

    return worked(contract, tables, client=client, measure=measure, period=period, as_of=as_of)


def judge(contract: Contract, tables: Tables, *, client: str, period: str, as_of: datetime | date) -> pa.Table:
    """Every record of one client and period under every share and value that looked at it: how all its numbers are made.

    Columns: `keepscore.engine.judged.JUDGED` and those that measures are grouped by; by measure, misses first, furthest over
    first, then in order of opening. The rows of one measure are those of `explain`.
    """
    from keepscore.engine.assembly import in_force
    from keepscore.engine.judged import judged_rows
    from keepscore.engine.run import Run

    with Run([contract], tables, period=period, as_of=as_of, history=0, only_client=client) as run:
        (rows,) = judged_rows(run, in_force(run)).values()
        return rows


def score_and_judge(
    contracts: Sequence[Contract],
    tables: Tables,
    *,
    period: str,
    as_of: datetime | date,
    history: int = 7,
    memory: str | None = None,
    threads: int | None = None,
) -> list[tuple[Scorecard, pa.Table]]:
    """The scorecards of `score`, each with the rows of `judge`, from one run over the records."""
    from keepscore.engine.assembly import in_force, scorecards
    from keepscore.engine.judged import judged_rows
    from keepscore.engine.run import Run

    with Run(contracts, tables, period=period, as_of=as_of, history=history, memory=memory, threads=threads) as run:
        return list(zip(scorecards(run), judged_rows(run, in_force(run)).values(), strict=True))
