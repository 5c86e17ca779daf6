"""Both ways through W(N) in processes of their own, and whether they found the same integers."""

from __future__ import annotations

from bench.rival import Cells, rival
from bench.workload import AS_OF, HISTORY, PERIOD, contracts, workload
from keepscore.engine import score
from keepscore.engine.results import Scorecard

SHARES = ("on-time", "in-full", "within", "desk")


def engine_cells(cards: list[Scorecard]) -> Cells:
    """What the rival knows too: counts of every month, and of the last one what is open and the percentile."""
    cells: Cells = {}
    for card in cards:
        months = [(p.period.start, p.measures) for p in card.history]
        for start, measures in months:
            at = (start.year - 2025) * 12 + start.month - 1
            for key in (*SHARES, "p90"):
                found = measures[key]
                cells[card.client.key, at, key] = (found.kept, found.missed)
            if measures["p90"].value is not None:
                cells[card.client.key, at, "p90-seconds"] = (measures["p90"].value.numerator,)
        for measure in card.measures:
            if measure.key in (*SHARES, "p90"):
                cells[card.client.key, 23, measure.key] = (measure.kept, measure.missed, measure.open)
            if measure.key == "p90" and measure.value is not None:
                cells[card.client.key, 23, "p90-seconds"] = (measure.value.numerator,)
        for function in card.functions:
            if function.volume or function.out_of_scope:
                cells[card.client.key, 23, function.key] = (function.volume, function.out_of_scope, function.effort_minutes)
    return cells


def compare(n: int) -> tuple[int, list[str]]:
    """Number of cells compared, and what differs."""
    work = workload(n)
    ours = engine_cells(score(contracts(work), work.tables(), period=PERIOD, as_of=AS_OF, history=HISTORY))
    theirs = rival(work)
    differ = [
        f"{key}: engine {numbers}, rival {theirs.get(key)}"
        for key, numbers in ours.items()
        if theirs.get(key, ())[: len(numbers)] != numbers
    ]
    return len(ours), differ
