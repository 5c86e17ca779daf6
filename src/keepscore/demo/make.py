"""Everything together: the demo's files in a folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from keepscore.demo.cast import CAST, FIELD, PHONE, QUARTERS, Cast
from keepscore.demo.common import Record
from keepscore.demo.exports import Export, Line, write
from keepscore.demo.figures import figures, outages
from keepscore.demo.terms import contract_text
from keepscore.demo.work import work

PREFIX = {PHONE: "CALL", FIELD: "V"}


@dataclass(frozen=True, slots=True)
class Made:
    """What was written; `rows` of the exports together."""

    contracts: Path
    exports: tuple[Export, ...]

    @property
    def rows(self) -> int:
        return sum(export.rows for export in self.exports)


def make(out: Path, *, seed: int = 7, casts: Sequence[Cast] = CAST) -> Made:
    """Write the contracts and exports of Harbourline Services under `out`. The same seed gives the same bytes."""
    contracts = out / "contracts"
    contracts.mkdir(parents=True, exist_ok=True)
    lines: list[Line] = []
    down, told = [], []
    for cast in casts:
        (contracts / f"{cast.key}.yaml").write_text(contract_text(cast), encoding="utf-8")
        lines += _numbered(cast, seed)
        quarters = range(cast.first_quarter, QUARTERS + 1)
        down += [(cast, outage) for quarter in quarters for outage in outages(cast, quarter, seed)]
        told += [(cast, figure) for quarter in quarters for figure in figures(cast, quarter, seed)]
    lines.sort(key=lambda line: (line[1].opened, line[1].reference))
    return Made(contracts, write(out / "exports", lines, down, told))


def _numbered(cast: Cast, seed: int) -> list[tuple[Cast, Record]]:
    """A client's records in the order of opening, with references such as MF-00042."""
    records = [record for quarter in range(cast.first_quarter, QUARTERS + 1) for record in work(cast, quarter, seed)]
    records.sort(key=lambda record: record.opened)
    initials = "".join(word[0] for word in cast.name.split() if word[0].isalpha())
    count: Counter[str] = Counter()
    for record in records:
        series = PREFIX.get(record.function, "")
        count[series] += 1
        record.reference = "-".join(part for part in (initials, series, f"{count[series]:05}") if part)
    return [(cast, record) for record in records]
