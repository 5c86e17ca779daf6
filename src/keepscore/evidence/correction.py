"""What a correction says about itself: what it replaces, why, what moved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

from keepscore.engine.results import Scorecard, to_json
from keepscore.evidence import actions as demonstrated
from keepscore.evidence.archive import unpack
from keepscore.evidence.bundle import Frozen, data_files
from keepscore.evidence.canonical import read
from keepscore.evidence.decode import Undecodable, decode
from keepscore.evidence.manifest import TABLES
from keepscore.evidence.moved import Figure, RowsMoved, figures_moved, rows_moved
from keepscore.evidence.sheets import from_parquet
from keepscore.evidence.shelf import Filed

KEYS = {
    "records": ("source", "reference"), "pauses": ("source", "reference"),
    "outages": ("source", "reference"), "values": ("measure", "at"),
}


@dataclass(frozen=True, slots=True)
class Correction:
    """In the manifest of every bundle after the first of a period."""

    replaces: str                       # name of the bundle
    manifest: str                       # digest of its manifest
    reason: str | None                  # in a person's words
    because: tuple[str, ...]            # what is different in what went in
    moved: tuple[Figure, ...]           # what is different in what came out; empty where no number moved
    rows: dict[str, RowsMoved]          # of tables in which any row differs


def correction(before: Filed, frozen: Frozen, *, reason: str | None) -> Correction:
    """Compare a bundle with what is now to be published in its place."""
    old, new = unpack(before.path), data_files(frozen)
    tables = frozen.named_tables()
    moves = {name: rows_moved(from_parquet(old[f"{name}.parquet"], name=name), tables[name], key=KEYS[name]) for name in TABLES}
    rows = {name: item for name, item in moves.items() if item.any}
    because = tuple(_because(old, new, rows))
    try:
        moved = figures_moved(decode(Scorecard, read(old["scorecard.json"], name="scorecard.json")), frozen.scorecard)
    except Undecodable:
        moved, because = (), (*because, "the earlier scorecard was written by a version with other fields: compare the two by hand")
    return Correction(before.path.name, before.digest, reason, because, moved, rows)


def _because(old: dict[str, bytes], new: dict[str, bytes], rows: dict[str, RowsMoved]) -> Iterator[str]:
    for name, moves in rows.items():
        counts = [f"{getattr(moves, item.name).count} {item.name}" for item in fields(moves) if getattr(moves, item.name).count]
        if counts:
            yield f"{name}: {', '.join(counts)}"
    if old["contract.json"] != new["contract.json"]:
        yield "the terms of the contract are different"
    if old.get(demonstrated.FILE) != new.get(demonstrated.FILE):
        yield "the demonstrated actions are different"
    if _earlier(old) != _earlier(new):
        yield "results of earlier periods are different"
    said, now = (read(files["scorecard.json"], name="scorecard.json")["as_of"] for files in (old, new))
    if said != now:
        yield f"it was looked at as of {to_json(now)}, before that as of {said}"


def _earlier(files: dict[str, bytes]) -> dict[str, bytes]:
    return {name: data for name, data in files.items() if name.startswith("earlier/")}
