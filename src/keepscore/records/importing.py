"""Importing: judge every file, and only when all are good load them; the answer in one form for people and programs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from keepscore.records.checks.errors import LISTED, RowError
from keepscore.records.door import Checked, Known, check_file
from keepscore.records.mapping_model import ImportMapping
from keepscore.records.store import RecordStore
from keepscore.records.store_errors import OlderExport, StoreError, TypeClash

Step = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Judged:
    """A file with what the door says of it."""

    file: Path
    checked: Checked
    left_out: bool  # its bad rows are left out because a person said so

    @property
    def accepted(self) -> bool:
        """All rows are good, or those that are get loaded without the others."""
        rest = self.left_out and not self.checked.refused and self.checked.records > 0
        return self.checked.accepted or rest


@dataclass(frozen=True, slots=True)
class Answer:
    """What an import did, or would not do. `errors` are the first 100; `batches` the ids of what was loaded or recognised."""

    verdict: Literal["accept", "reject"]
    records: int
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    errors: tuple[RowError, ...] = ()
    errors_total: int = 0
    batches: tuple[str, ...] = ()
    recognised: bool = False

    def as_json(self) -> dict[str, Any]:
        """The object that ends the output of `keepscore import --json`."""
        return {
            "verdict": self.verdict, "records": self.records, "inserted": self.inserted, "updated": self.updated,
            "unchanged": self.unchanged, "errors": [asdict(error) for error in self.errors], "errors_total": self.errors_total,
        }  # fmt: skip


def judge_files(
    files: Sequence[Path], mapping: ImportMapping, *, known: Known, now: datetime, leave_out_rejected: bool = False,
    step: Step = lambda text: None,
) -> list[Judged]:  # fmt: skip
    """Every row of every file is judged before anything is loaded."""
    result = []
    for file in files:
        step(f"Judging {file.name}")
        checked = check_file(file, mapping, known=known, now=now, leave_out_rejected=leave_out_rejected)
        result.append(Judged(file, checked, leave_out_rejected))
    return result


def judgement(judged: Sequence[Judged]) -> Answer:
    """The answer before loading: what `--check` says."""
    errors = tuple(error for item in judged for error in _named(item, several=len(judged) > 1))
    return Answer(
        verdict="accept" if all(item.accepted for item in judged) else "reject",
        records=sum(item.checked.records for item in judged),
        errors=errors[:LISTED],
        errors_total=sum(item.checked.errors_total for item in judged),
    )


def _named(item: Judged, *, several: bool) -> tuple[RowError, ...]:
    """With several files, each message begins with the file it is about."""
    if not several:
        return item.checked.errors
    return tuple(RowError(e.row, e.column, e.reason, e.value, f"{item.file.name}: {e.message}") for e in item.checked.errors)


def load_files(
    judged: Sequence[Judged], store: RecordStore, mapping: ImportMapping, *, now: datetime, exported_at: datetime | None = None,
    complete_to: datetime | None = None, allow_older: bool = False, step: Step = lambda text: None,
) -> Answer:  # fmt: skip
    """Load what was judged, each file as one batch; nothing when any file is rejected.

    A file that the store refuses (older export, type clash, disk full) ends the import with a reject; files before it stay loaded
    and are recognised when the import is repeated.
    """
    answer = judgement(judged)
    if answer.verdict == "reject":
        return answer
    done: list[Any] = []
    for item in judged:
        step(f"Storing {item.file.name}")
        try:
            done.append(
                store.import_checked(
                    item.checked, source=mapping.source, now=now, exported_at=exported_at, complete_to=complete_to,
                    allow_older=allow_older, original=item.file,
                )
            )  # fmt: skip
        except StoreError as error:
            return refusal(error, records=answer.records, file=item.file)
    return Answer(
        "accept", answer.records, sum(r.inserted for r in done), sum(r.updated for r in done), sum(r.unchanged for r in done),
        answer.errors, answer.errors_total, tuple(r.batch for r in done), all(r.recognised for r in done),
    )  # fmt: skip


def refusal(error: StoreError, *, records: int, file: Path) -> Answer:
    """The answer when the rows are good but the store does not take them."""
    reason = "older_export" if isinstance(error, OlderExport) else "schema" if isinstance(error, TypeClash) else "store"
    return Answer("reject", records, errors=(RowError(None, None, reason, file.name, str(error)),), errors_total=1)
