"""The one file that a person reads first: what a bundle is, what it holds, what it follows on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from keepscore.engine.results import MeasureResult, Scorecard, to_json
from keepscore.evidence.actions import Action, as_content
from keepscore.evidence.canonical import canonical, digest
from keepscore.evidence.sheets import content_digest

FORMAT = 1
WHAT = (
    "Keepscore evidence bundle: a published scorecard with the records, the contract and the service time it was computed from."
)
TABLES = ("records", "pauses", "outages", "values")
# what may differ between two looks at the same facts
_OF_THE_MOMENT = ("as_of", "complete_to", "engine", "warnings")


def facts(scorecard: Scorecard) -> dict[str, Any]:
    """The part of the manifest that repeats the scorecard; `verify` makes it again and compares."""
    total = scorecard.total
    return {
        "client": to_json(scorecard.client),
        "contract": scorecard.contract,
        "period": to_json(scorecard.period),
        "as_of": to_json(scorecard.as_of),
        "complete_to": to_json(scorecard.complete_to),
        "engine": to_json(scorecard.engine),
        "definition": scorecard.definition,
        "result": {
            "score": f"{total.score.tenths // 10}.{total.score.tenths % 10}" if total.score else None,
            "grade": total.grade,
            "coverage": to_json(total.coverage),
            "targets_met": total.met,
            "targets_missed": total.missed,
        },
        "measures": [_line(measure) for measure in scorecard.measures],
    }


def _line(measure: MeasureResult) -> dict[str, Any]:
    """A measure as a person looks for it; every other number of it is in scorecard.json."""
    return {
        "name": measure.name, "kept": measure.kept, "missed": measure.missed, "open": measure.open,
        "value": f"{measure.value.numerator}/{measure.value.denominator}" if measure.value else None,
        "target": to_json(measure.target), "target_kind": measure.target_kind, "met": measure.met,
    }


def listing(files: Mapping[str, bytes], tables: Mapping[str, pa.Table]) -> dict[str, dict[str, Any]]:
    """Digest and size of every file; of a table also its rows and the digest of its content."""
    found: dict[str, dict[str, Any]] = {}
    for name in sorted(files):
        found[name] = {"sha256": digest(files[name]), "bytes": len(files[name])}
        table = tables.get(name.removesuffix(".parquet")) if name.endswith(".parquet") else None
        if table is not None:
            found[name] |= {"rows": table.num_rows, "content": content_digest(table)}
    return found


def content(
    scorecard: Scorecard, files: Mapping[str, bytes], tables: Mapping[str, pa.Table], actions: Iterable[Action] = ()
) -> str:  # fmt: skip
    """One digest for what was published, whenever it was looked at: the same facts give the same digest."""
    card = {name: item for name, item in to_json(scorecard).items() if name not in _OF_THE_MOMENT}
    rows = {name: content_digest(tables[name]) for name in TABLES}
    said = as_content(actions)
    return digest(canonical([card, digest(files["contract.json"]), rows, *([said] if said else [])]))
